import { RoomError } from '#shared/errors.ts';

export type CommandLine =
  | { readonly kind: 'help'; readonly method: string | null }
  | {
      readonly kind: 'call';
      readonly method: string;
      readonly input: unknown;
      readonly workspacePath: string | null;
      readonly isDemo: boolean;
      readonly detach: boolean;
    };

/**
 * Reads `<method> ['<json>'] [--workspace DIR] [--demo] [--detach]` or `help [method]`.
 * @throws RoomError invalid_input: nothing was done.
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const words: string[] = [];
  let workspacePath: string | null = null;
  let isDemo = false;
  let detach = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const [flag, inline] =
      arg.startsWith('--') && arg.includes('=')
        ? [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)]
        : [arg, null];
    switch (flag) {
      case '--workspace': {
        const value = inline ?? args[++i];
        if (value === undefined || value === '') throw usage('--workspace needs a folder.');
        workspacePath = value;
        break;
      }
      case '--demo':
        isDemo = true;
        break;
      case '--detach':
        detach = true;
        break;
      case '--help':
      case '-h':
        return { kind: 'help', method: words[0] ?? null };
      default:
        if (arg.startsWith('--')) throw usage(`There is no option ${flag}.`);
        words.push(arg);
    }
  }
  const [method, json, ...rest] = words;
  if (method === undefined || method === 'help') return { kind: 'help', method: json ?? null };
  if (rest.length > 0) throw usage(`One method and one JSON value: ${JSON.stringify(rest[0])} is too much.`);
  return { kind: 'call', method, input: parseJson(json), workspacePath, isDemo, detach };
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usage(`The input is not JSON: ${(error as Error).message}.`);
  }
}

function usage(message: string): RoomError {
  return new RoomError('invalid_input', message, {
    hint: `room <method> '<json>' [--workspace DIR] [--demo] [--detach]; "room help" lists the methods.`,
  });
}
