import { importResultSchema } from '#shared/contract/runs.ts';
import type { Decision } from '#shared/model/decision.ts';
import { isJobOver, type Job } from '#shared/model/job.ts';

/** Something that happened since the last look; `atMs` is when. */
export type Change =
  | {
      readonly kind: 'run';
      readonly atMs: number;
      readonly runId: string;
      readonly name: string;
      readonly isNew: boolean;
      readonly clipCount: number;
      readonly newLogLines: number;
    }
  | { readonly kind: 'job'; readonly atMs: number; readonly job: Job }
  | { readonly kind: 'decision'; readonly atMs: number; readonly decision: Decision };

function runChanges(job: Job, atMs: number): readonly (Change & { kind: 'run' })[] {
  if (job.kind !== 'runs.import' || job.state !== 'succeeded') return [];
  const result = importResultSchema.safeParse(job.result);
  if (!result.success) return [];
  return result.data.runs
    .filter((run) => run.outcome !== 'unchanged')
    .map(({ runId, name, outcome, clipCount, newLogLines }) => ({
      kind: 'run',
      atMs,
      runId,
      name,
      isNew: outcome === 'new_run',
      clipCount,
      newLogLines,
    }));
}

/**
 * New runs and new sights of runs, jobs that ended and decisions since a moment (null: ever), newest first.
 * A run that was imported several times is one line, and an import that is told by its runs has none of its own.
 */
export function changesSince(
  sinceMs: number | null,
  jobs: readonly Job[],
  decisions: readonly Decision[],
): readonly Change[] {
  const from = sinceMs ?? -Infinity;
  const changes: Change[] = [];
  const runs = new Map<string, Change & { kind: 'run' }>();
  for (const job of jobs) {
    const atMs = Date.parse(job.finishedAt ?? job.createdAt);
    if (!isJobOver(job.state) || atMs <= from) continue;
    const told = runChanges(job, atMs);
    if (told.length === 0) changes.push({ kind: 'job', atMs, job });
    for (const change of told) {
      const other = runs.get(change.runId);
      const newest = other === undefined || change.atMs > other.atMs ? change : other;
      runs.set(change.runId, { ...newest, isNew: change.isNew || other?.isNew === true });
    }
  }
  for (const decision of decisions) {
    const atMs = Date.parse(decision.decidedAt);
    if (atMs > from) changes.push({ kind: 'decision', atMs, decision });
  }
  return [...changes, ...runs.values()].toSorted((a, b) => b.atMs - a.atMs);
}

/** A job that failed is news for a week; what nobody repeated by then was not missed. */
const heldMs = 7 * 86_400_000;

/**
 * Jobs a person may have to act on, newest first: what runs or waits, and what failed or was interrupted
 * within a week before `nowMs` and was not started again since.
 */
export function jobsHeld(jobs: readonly Job[], nowMs: number): readonly Job[] {
  const newestFirst = jobs.toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
  const settled = new Set<string>();
  return newestFirst.filter((job) => {
    const what = `${job.kind} ${job.subject}`;
    const isSettled = settled.has(what);
    settled.add(what);
    if (!isJobOver(job.state)) return true;
    const isRecent = nowMs - Date.parse(job.finishedAt ?? job.createdAt) < heldMs;
    return isRecent && !isSettled && (job.state === 'failed' || job.state === 'interrupted');
  });
}
