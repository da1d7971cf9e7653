import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { RoomError } from '#shared/errors.ts';
import type { Quiesce } from '../instances/action.ts';
import type { ExecResult, MachineShell } from '../ssh/machine-shell.ts';
import { endOf } from './lease-shell.ts';

/** How long the pipeline may take to write its last files. */
const limitSeconds = 60;
const timeoutMs = (limitSeconds + 60) * 1000;

const answerSchema = z.object({
  v: z.literal(1),
  steps: z.number().int(),
  runs: z.number().int(),
  left: z.number().int(),
  isStill: z.boolean(),
  waitedSeconds: z.number().int(),
});

/**
 * Brings a machine to rest over SSH: our own step's process group is ended, a pipeline started by hand is
 * interrupted, then the watched files have to hold still. What was not reached is an answer, never an error.
 */
export function createQuiesce(deps: { readonly shell: MachineShell; readonly remoteFolder: string }): Quiesce {
  return async (instanceId, signal) => {
    let result: ExecResult;
    try {
      result = await deps.shell.exec({ kind: 'instance', instanceId }, `sh -s -- ${limitSeconds}`, {
        input: await readFile(join(deps.remoteFolder, 'quiesce.sh'), 'utf8'),
        timeoutMs,
        signal,
      });
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof RoomError)) throw thrown;
      return { isQuiet: false, words: `It was not brought to rest: ${thrown.message}` };
    }
    const answer = parse(result.stdout);
    if (answer === null) return { isQuiet: false, words: `It was not brought to rest: ${endOf(result)}.` };
    const { steps, runs, left, isStill, waitedSeconds } = answer;
    const found = [
      ...(steps > 0 ? [`${steps} of our steps ended`] : []),
      ...(runs > 0 ? [`${runs} processes of a pipeline interrupted`] : []),
    ];
    const words = [
      found.length === 0 ? 'No step and no pipeline was running.' : `${found.join(', ')}.`,
      ...(left > 0 ? [`${left} processes did not end within ${waitedSeconds} s.`] : []),
      isStill ? 'Its files hold still.' : `Its files still changed after ${waitedSeconds} s.`,
    ];
    return { isQuiet: left === 0 && isStill, words: words.join(' ') };
  };
}

function parse(text: string): z.infer<typeof answerSchema> | null {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  try {
    const parsed = answerSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
