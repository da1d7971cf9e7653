import type { AttemptFacts } from './attempts.ts';
import { splitStageKey } from './log-event.ts';
import { isLoose, isoTimeOf, objectOf, textOf, type Loose } from './loose.ts';

/** A `<stage>_result.json` that was read. */
export type StageResult = {
  readonly key: string;
  /** Null for a result in the run folder itself (S7). */
  readonly facilityId: string | null;
  /** Relative to the run folder. */
  readonly path: string;
  readonly data: Loose;
};

export type SummaryEntry = { readonly key: string; readonly facilityId: string | null; readonly data: Loose };

/** Keys of the summary that name a refusal or a guard, not a stage. */
const guardFacility = 'pipeline';
const runLevelFacility = 'cross_site';

/** Stage entries of `pipeline_summary.json`, without its pseudo-stages. */
export function summaryEntries(summary: Loose | null): readonly SummaryEntry[] {
  const stages = objectOf(summary, 'stages');
  if (stages === null) return [];
  const entries: SummaryEntry[] = [];
  for (const [fullKey, data] of Object.entries(stages)) {
    const { facilityId, stageKey } = splitStageKey(fullKey);
    if (facilityId === guardFacility || !isLoose(data)) continue;
    entries.push({
      key: stageKey,
      facilityId: facilityId === runLevelFacility || facilityId === '' ? null : facilityId,
      data,
    });
  }
  return entries;
}

/** Guard entries of the summary: `cloud_budget_guard`, `run_mode_guard`, `fresh_workdir_guard`. */
export function summaryGuards(summary: Loose | null): readonly { readonly name: string; readonly detail: string }[] {
  const stages = objectOf(summary, 'stages');
  if (stages === null) return [];
  return Object.entries(stages).flatMap(([fullKey, data]) => {
    const { facilityId, stageKey } = splitStageKey(fullKey);
    return facilityId === guardFacility && isLoose(data)
      ? [{ name: stageKey, detail: textOf(data, 'detail') ?? '' }]
      : [];
  });
}

export function timestampOf(data: Loose): string | null {
  return isoTimeOf(textOf(data, 'timestamp'));
}

const quarterHourMs = 15 * 60_000;
const agreementMs = 5_000;

/**
 * How far the logs' clock stands from UTC. A stage's line "completed" and its result are written within
 * milliseconds, so a difference of whole quarter hours is the host's time zone. 0 when nothing shows one.
 */
export function logOffsetMs(
  attempts: readonly AttemptFacts[],
  results: readonly { readonly key: string; readonly facilityId: string | null; readonly data: Loose }[],
): number {
  const votes = new Map<number, number>();
  for (const result of results) {
    const stamped = timestampOf(result.data);
    if (stamped === null) continue;
    for (const attempt of attempts) {
      for (const stage of attempt.stages) {
        if (stage.stageKey !== result.key || stage.endedAt === null || stage.facilityId !== (result.facilityId ?? ''))
          continue;
        const difference = Date.parse(stage.endedAt) - Date.parse(stamped);
        const rounded = Math.round(difference / quarterHourMs) * quarterHourMs;
        if (Math.abs(difference - rounded) > agreementMs || Math.abs(rounded) > 14 * 3_600_000) continue;
        votes.set(rounded, (votes.get(rounded) ?? 0) + 1);
      }
    }
  }
  // Agreement at zero proves UTC; otherwise most votes win, and a single stage alone is no proof of a zone.
  const [best] = [...votes].toSorted((a, b) => b[1] - a[1]);
  if (best === undefined || votes.has(0) || best[1] < 2) return 0;
  return best[0];
}

/** The attempts with every time moved from the host's zone to UTC. */
export function shiftAttempts(attempts: readonly AttemptFacts[], offsetMs: number): readonly AttemptFacts[] {
  if (offsetMs === 0) return attempts;
  const shift = (iso: string | null): string | null =>
    iso === null ? null : new Date(Date.parse(iso) - offsetMs).toISOString();
  return attempts.map((attempt) => ({
    ...attempt,
    firstLineAt: shift(attempt.firstLineAt),
    startedAt: shift(attempt.startedAt),
    lastLineAt: shift(attempt.lastLineAt),
    stages: attempt.stages.map((stage) => ({
      ...stage,
      startedAt: shift(stage.startedAt),
      endedAt: shift(stage.endedAt),
    })),
    failures: attempt.failures.map((failure) => ({ ...failure, at: shift(failure.at) })),
  }));
}
