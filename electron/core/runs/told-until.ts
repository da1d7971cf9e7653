import type { RunRecord } from './read/record.ts';

/**
 * The latest time that a sight of a run tells of, by its files or its snapshot's manifest, ISO UTC; null when
 * there is none. Times after `observedAt` don't count: a wrong clock on the machine must not make a sight the
 * newest for ever.
 */
export function toldUntil(
  record: Pick<RunRecord, 'snapshot' | 'stages' | 'attempts' | 'startedAt' | 'finishedAt'>,
  observedAt: string,
): string | null {
  let latest: string | null = null;
  for (const time of [
    record.snapshot?.takenAt ?? null,
    record.startedAt,
    record.finishedAt,
    ...[...record.stages, ...record.attempts].flatMap((it) => [it.startedAt, it.finishedAt]),
  ])
    if (time !== null && time <= observedAt && (latest === null || time > latest)) latest = time;
  return latest;
}
