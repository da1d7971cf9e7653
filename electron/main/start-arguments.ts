/** What the app was asked for on its command line. */
export type StartArguments =
  | { readonly kind: 'room'; readonly workspacePath: string | null; readonly isDemo: boolean }
  /** `--room <method> '<json>' …`: no window, everything after it is for the command line of the room. */
  | { readonly kind: 'errand'; readonly args: readonly string[] };

/**
 * Reads the arguments after the program (and, unpackaged, the app's folder). What is not ours is left
 * to Chromium, which takes switches of its own.
 */
export function readStartArguments(args: readonly string[]): StartArguments {
  const at = args.indexOf('--room');
  if (at !== -1) return { kind: 'errand', args: args.slice(at + 1) };
  let workspacePath: string | null = null;
  for (const [index, arg] of args.entries()) {
    if (arg.startsWith('--workspace=')) workspacePath = arg.slice('--workspace='.length);
    else if (args[index - 1] === '--workspace') workspacePath = arg;
  }
  return { kind: 'room', workspacePath: workspacePath === '' ? null : workspacePath, isDemo: args.includes('--demo') };
}
