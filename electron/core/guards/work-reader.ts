import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { toErrorPayload } from '#shared/errors.ts';
import type { WorkFacts } from '#shared/rules/guard-decision.ts';
import type { MachineShell } from '../ssh/machine-shell.ts';
import { endOf } from './lease-shell.ts';

/** What a room learns, by looking over SSH, of the runs on the machines that it guards. */
export type WorkReader = {
  /** What the last look told; null before the first. A look that is due begins, and is not waited for. */
  read(instanceId: string): WorkFacts | null;
  close(): Promise<void>;
};

const intervalMs = 60_000;
const timeoutMs = 45_000;

const answerSchema = z.object({
  v: z.literal(1),
  alive: z.number().int(),
  /** Checksum of the newest summary's path and time; null when there is none. */
  summary: z.number().int().nullable(),
  status: z.string(),
});
type Answer = z.infer<typeof answerSchema>;

type Memory = {
  readonly facts: WorkFacts;
  /** Newest summary when the run was first seen alive; undefined while none was. */
  readonly summaryBefore: number | null | undefined;
};

/**
 * A run is over when it was seen alive, its processes are gone, and a summary is there that was not there
 * before: the pipeline writes it at its end, also when it failed. Exit codes and silence prove nothing
 * (facts of the pipeline: codes mislead). After a restart of the room a run has to be seen alive again.
 */
export function createWorkReader(deps: {
  readonly shell: MachineShell;
  readonly remoteFolder: string;
  readonly now: () => number;
}): WorkReader {
  const ending = new AbortController();
  const memories = new Map<string, Memory>();
  const triedAt = new Map<string, number>();
  const running = new Map<string, Promise<void>>();

  async function look(instanceId: string): Promise<void> {
    const last = memories.get(instanceId);
    const before = last?.summaryBefore;
    let memory: Memory;
    try {
      const result = await deps.shell.exec({ kind: 'instance', instanceId }, 'sh -s -- look', {
        input: await readFile(join(deps.remoteFolder, 'quiesce.sh'), 'utf8'),
        timeoutMs,
        signal: ending.signal,
      });
      const answer = parse(result.stdout);
      memory =
        answer === null
          ? remember('unknown', `The look at its processes failed: ${endOf(result)}.`, before)
          : judge(answer, before, last?.facts.state === 'alive');
    } catch (thrown) {
      if (ending.signal.aborted) return;
      memory = remember('unknown', toErrorPayload(thrown).message, before);
    }
    memories.set(instanceId, memory);
  }

  function judge(answer: Answer, before: Memory['summaryBefore'], wasAlive: boolean): Memory {
    if (answer.alive > 0)
      // A run that begins leaves the summary of the last one behind: that is no end of its own.
      return remember('alive', `${answer.alive} of its processes are alive.`, wasAlive ? before : answer.summary);
    if (before === undefined) return remember('unknown', 'No run was seen alive there since the room looks.', before);
    if (answer.summary === null || answer.summary === before)
      return remember('unknown', 'Its processes are gone, and no summary tells how the run ended.', before);
    const status = answer.status === '' ? 'no status' : `the status "${answer.status}"`;
    return remember('ended', `Its processes are gone, and its summary has ${status}.`, before);
  }

  const remember = (state: WorkFacts['state'], because: string, summaryBefore: Memory['summaryBefore']): Memory => ({
    facts: { state, because, at: new Date(deps.now()).toISOString() },
    summaryBefore,
  });

  return {
    read(instanceId) {
      const nowMs = deps.now();
      const isDue = nowMs - (triedAt.get(instanceId) ?? -Infinity) >= intervalMs;
      if (isDue && !running.has(instanceId) && !ending.signal.aborted) {
        triedAt.set(instanceId, nowMs);
        running.set(
          instanceId,
          look(instanceId).finally(() => running.delete(instanceId)),
        );
      }
      return memories.get(instanceId)?.facts ?? null;
    },
    async close() {
      ending.abort();
      await Promise.all(running.values());
    },
  };
}

function parse(text: string): Answer | null {
  try {
    const parsed = answerSchema.safeParse(JSON.parse(text.trimEnd().split('\n').at(-1) ?? ''));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
