import type { Attempt } from '#shared/model/run.ts';
import { stageNames } from '#shared/model/stages.ts';
import type { AttemptFacts } from '#shared/rules/attempts.ts';
import { splitStageKey } from '#shared/rules/log-event.ts';
import { isoTimeOf, textOf, type Loose } from '#shared/rules/loose.ts';

const sameStartMs = 60_000;

/**
 * The attempts with what only the summary knows: how the one that wrote it was started. A log whose front was
 * cut off names no facility; with a single facility its stages belong to that one.
 */
export function completeAttempts(
  attempts: readonly AttemptFacts[],
  summary: Loose | null,
  facilityIds: readonly string[],
): AttemptFacts[] {
  const start = isoTimeOf(textOf(summary, 'run_started_at'));
  const mode = textOf(summary, 'run_mode');
  const [only] = facilityIds;
  return attempts.map((attempt) => {
    const isOfSummary =
      start !== null &&
      attempt.startedAt !== null &&
      Math.abs(Date.parse(start) - Date.parse(attempt.startedAt)) < sameStartMs;
    const named =
      facilityIds.length === 1 && only !== undefined
        ? attempt.stages.map((stage) => (stage.facilityId === '' ? { ...stage, facilityId: only } : stage))
        : attempt.stages;
    return {
      ...attempt,
      stages: named,
      mode: isOfSummary && (mode === 'fresh' || mode === 'resume') ? mode : attempt.mode,
    };
  });
}

/** The attempts for the screen, oldest first; the summary's own when no log tells of it. */
export function attemptRecords(
  attempts: readonly AttemptFacts[],
  summary: Loose | null,
  open: 'running' | 'cut_off',
): Attempt[] {
  const records = attempts.map((attempt, index): Attempt => ({
    logPath: attempt.logPath,
    mode: attempt.mode,
    startedAt: attempt.startedAt,
    finishedAt: attempt.hasEnd || attempt.firstFailureKey !== null ? attempt.lastLineAt : null,
    endedBy: endOf(attempt, index === attempts.length - 1 ? open : 'cut_off'),
  }));
  const start = isoTimeOf(textOf(summary, 'run_started_at'));
  const end = isoTimeOf(textOf(summary, 'run_finished_at'));
  const isLogged =
    start !== null &&
    records.some(
      (record) => record.startedAt !== null && Math.abs(Date.parse(record.startedAt) - Date.parse(start)) < sameStartMs,
    );
  if (start !== null && !isLogged) {
    const mode = textOf(summary, 'run_mode');
    records.push({
      logPath: null,
      mode: mode === 'fresh' || mode === 'resume' ? mode : 'unknown',
      startedAt: start,
      finishedAt: end,
      endedBy: textOf(summary, 'overall_status') === 'success' ? 'Finished' : 'Failed',
    });
  }
  return records.toSorted((a, b) => ((a.startedAt ?? '~') < (b.startedAt ?? '~') ? -1 : 1));
}

function endOf(attempt: AttemptFacts, open: 'running' | 'cut_off'): string {
  const shutdown = attempt.shutdowns.length === 0 ? '' : `. ${attempt.shutdowns.at(-1)!.slice(0, 200)}`;
  if (attempt.budget !== null)
    return `Stopped by budget: $${attempt.budget.spendUsd.toFixed(2)} of $${attempt.budget.capUsd.toFixed(2)}${shutdown}`;
  if (attempt.isRateMissing && attempt.stages.length === 0) return `Refused: no hourly rate is set${shutdown}`;
  const failedKey =
    attempt.failures[0]?.stageKey ??
    (attempt.firstFailureKey === null ? null : splitStageKey(attempt.firstFailureKey).stageKey);
  if (failedKey !== null && (attempt.hasEnd || attempt.firstFailureKey !== null)) {
    const more = attempt.failures.length - 1;
    return `Failed in ${stageNames(failedKey).short}${more > 0 ? ` and ${more} more` : ''}${shutdown}`;
  }
  if (attempt.hasEnd) return `${attempt.isDryRun ? 'Dry run finished' : 'Finished'}${shutdown}`;
  const stage = attempt.stages.findLast((item) => item.status === null);
  const word = open === 'running' ? 'Running' : 'Cut off';
  return `${word}${stage === undefined ? '' : ` in ${stageNames(stage.stageKey).short}`}${shutdown}`;
}
