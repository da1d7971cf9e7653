import { join } from 'node:path';
import type { ReadProblem } from '#shared/model/run.ts';
import { createAttemptReader, type AttemptFacts } from '#shared/rules/attempts.ts';
import { sayFsError } from './fs-errors.ts';
import type { ReadSettings } from './options.ts';
import { readTracked } from './read-log-lines.ts';

/**
 * Reads the attempts out of a run's logs, oldest first. Logs without a line of the pipeline give none. Times
 * are the logs' own, taken as UTC.
 */
export async function readAttempts(
  root: string,
  logPaths: readonly string[],
  settings: ReadSettings,
  problems: ReadProblem[],
): Promise<AttemptFacts[]> {
  const attempts: AttemptFacts[] = [];
  for (const [index, logPath] of logPaths.entries()) {
    const reader = createAttemptReader(logPath);
    try {
      for await (const batch of readTracked(join(root, logPath), {}, true, settings.signal))
        batch.tracked.forEach(reader.take);
    } catch (error) {
      settings.signal?.throwIfAborted();
      problems.push({ path: logPath, code: 'unreadable', message: sayFsError(error) });
    }
    attempts.push(...reader.finish());
    settings.onProgress({ step: 'logs', done: index + 1, total: logPaths.length });
  }
  return dropRepeats(attempts).toSorted((a, b) => compareTimes(a.startedAt, b.startedAt));
}

/** The same attempt in two logs (a copied log, or `tee` into two files) counts once: the longer one stays. */
function dropRepeats(attempts: readonly AttemptFacts[]): AttemptFacts[] {
  const byStart = new Map<string, AttemptFacts>();
  const kept: AttemptFacts[] = [];
  for (const attempt of attempts) {
    if (attempt.startedAt === null) {
      kept.push(attempt);
      continue;
    }
    const known = byStart.get(attempt.startedAt);
    if (known === undefined || compareTimes(known.lastLineAt, attempt.lastLineAt) < 0)
      byStart.set(attempt.startedAt, attempt);
  }
  return [...byStart.values(), ...kept];
}

function compareTimes(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}
