import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { RoomError } from '#shared/errors.ts';
import type { MachineShell, SshTarget } from '../ssh/machine-shell.ts';
import { shellQuote } from '../ssh/shell-quote.ts';

export type ProgramDeps = { readonly shell: MachineShell; readonly remoteFolder: string };

/**
 * Runs a Python program of `resources/remote` on a machine, which reads and never writes. It travels in the
 * command, so that standard input is free for what it is asked.
 * @returns the last line that it printed. @throws RoomError of the connection, tool_failed without an answer
 */
export async function askProgram<T extends z.ZodType>(
  deps: ProgramDeps,
  target: SshTarget,
  ask: {
    readonly program: string;
    readonly schema: T;
    readonly input: unknown;
    readonly what: string;
    readonly timeoutMs?: number;
    readonly maxBytes?: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<z.infer<T>> {
  const text = await readFile(join(deps.remoteFolder, ask.program), 'utf8');
  const code = `import base64; exec(base64.b64decode('${Buffer.from(text).toString('base64')}'))`;
  const result = await deps.shell.exec(target, `exec python3 -I -B -c ${shellQuote(code)}`, {
    input: JSON.stringify(ask.input),
    timeoutMs: ask.timeoutMs ?? 120_000,
    ...(ask.maxBytes === undefined ? {} : { maxBytes: ask.maxBytes }),
    ...(ask.signal === undefined ? {} : { signal: ask.signal }),
  });
  const parsed = ask.schema.safeParse(jsonOf(result.stdout));
  if (parsed.success) return parsed.data;
  const said = result.stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  throw new RoomError(
    'tool_failed',
    `The machine did not answer about ${ask.what} (exit ${result.exitCode ?? 'unknown'}): ${said}`,
    { hint: 'Python 3 has to be there.' },
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');
  } catch {
    return null;
  }
}
