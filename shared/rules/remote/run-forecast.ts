import type { RunFollow } from '../../model/remote-run.ts';

export type RunForecast = NonNullable<RunFollow['forecast']>;

type FollowedStage = Pick<RunFollow['stages'][number], 'key' | 'state' | 'startedAt'>;

/**
 * What a run has cost so far, and what it still takes by how long earlier runs took for the stages that are left. A
 * stage that no earlier run went through makes the end unknown: it is not guessed.
 * @param earlier seconds that each stage took, newest run first, by its key; stages that are to come are those here
 * @param ratePerHourUsd of the machine as the provider bills it; null when it is not known
 */
export function forecastRun(facts: {
  readonly stages: readonly FollowedStage[];
  readonly earlier: ReadonlyMap<string, readonly number[]>;
  readonly isOver: boolean;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly nowMs: number;
  readonly ratePerHourUsd: number | null;
}): RunForecast {
  const { stages, earlier, isOver, startedAtMs, nowMs, ratePerHourUsd } = facts;
  const untilMs = isOver ? facts.endedAtMs : nowMs;
  const elapsed = startedAtMs === null || untilMs === null ? null : Math.max(0, (untilMs - startedAtMs) / 1000);
  const cost = (seconds: number | null): number | null =>
    seconds === null || ratePerHourUsd === null ? null : (seconds / 3600) * ratePerHourUsd;
  const spent = { elapsedSeconds: elapsed, spentUsd: cost(elapsed) };
  if (isOver) return { ...spent, secondsLeft: 0, totalUsd: spent.spentUsd, words: '' };
  const unknown = (words: string): RunForecast => ({ ...spent, secondsLeft: null, totalUsd: null, words });
  if (earlier.size === 0) return unknown('No earlier run is in the history to tell from.');
  const now = new Map(stages.map((stage) => [stage.key, stage]));
  let left = 0;
  for (const stage of stages)
    if (stage.state === 'running' && !earlier.has(stage.key))
      return unknown(`No earlier run went through ${stage.key}.`);
  for (const [key, seconds] of earlier) {
    const stage = now.get(key);
    if (stage !== undefined && stage.state !== 'running') continue;
    const usual = median(seconds);
    const since = stage?.startedAt == null ? 0 : Math.max(0, (nowMs - timeOf(stage.startedAt)) / 1000);
    left += Math.max(0, usual - (Number.isFinite(since) ? since : 0));
  }
  const runs = Math.max(...[...earlier.values()].map((each) => each.length));
  return {
    ...spent,
    secondsLeft: Math.round(left),
    totalUsd: elapsed === null ? null : cost(elapsed + left),
    words: `By ${runs === 1 ? 'one earlier run' : `the middle of ${runs} earlier runs`}.`,
  };
}

/** Times in a log stand without their zone: the machine writes UTC. */
const timeOf = (at: string): number => Date.parse(/Z$|[+-]\d\d:\d\d$/.test(at) ? at : `${at.replace(' ', 'T')}Z`);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
