import type { Stage } from '../model/run.ts';
import type { RunVerdicts } from '../model/verdict.ts';
import type { AttemptFacts } from './attempts.ts';
import { flagOf, isoTimeOf, sayTime, textOf, type Loose } from './loose.ts';

export type ProvenanceFacts = {
  readonly stages: readonly Stage[];
  /** Oldest first, in UTC. */
  readonly attempts: readonly AttemptFacts[];
  readonly summary: Loose | null;
  readonly summaryState: 'read' | 'missing' | 'unreadable';
  /** Facilities with a kept copy of the evaluation before the refresh. */
  readonly preRefreshPaths: readonly string[];
  readonly carryOver: readonly string[];
};

/** A result may be stamped this long after its attempt's last log line and still belong to it. */
const windowSlackMs = 120_000;

/**
 * How did the results come about? Each successful or failed result is given to the attempt it was written in.
 * `merged`: results of three or more attempts stand side by side, or of two without the last one having been a
 * resume. `resumed`: one attempt reused what another left. `stale`: a result is older than one before it.
 */
export function decideProvenance(facts: ProvenanceFacts): RunVerdicts['provenance'] {
  const executed = facts.stages.filter(
    (stage) => (stage.status === 'success' || stage.status === 'failed') && stage.finishedAt !== null,
  );
  const evidence: string[] = [];
  const stale = facts.stages.filter((stage) => stage.staleBecause !== null);
  const isResume = saysResume(facts);
  const groups = groupByAttempt(executed, facts);

  for (const group of groups) evidence.push(`${group.name}: ${group.stages.map((stage) => stage.short).join(', ')}.`);
  for (const stage of facts.stages)
    if (stage.provenance === 'resume_corrupt')
      evidence.push(`${stage.short}: the stored result could not be read by the resume, so it ran again.`);
  const resumed = facts.stages.filter((stage) => stage.provenance === 'resumed');
  if (resumed.length > 0)
    evidence.push(`Reused from an earlier attempt: ${resumed.map((stage) => stage.short).join(', ')}.`);
  evidence.push(...stale.map((stage) => stage.staleBecause!), ...refreshEvidence(facts));
  if (facts.carryOver.length > 0)
    evidence.push(`Hand-made copies lie beside the results and count for nothing: ${facts.carryOver.join(', ')}.`);

  if (executed.length === 0 && facts.attempts.length === 0) {
    evidence.push('No result and no log tells how this run came about.');
    return { state: 'unknown', label: facts.summaryState === 'read' ? 'Unknown' : 'No summary', evidence };
  }
  const last = facts.attempts.at(-1);
  if (groups.length >= 3 || (groups.length === 2 && !isResume)) {
    return { state: 'merged', label: `Merged, ${groups.length} attempts`, evidence };
  }
  if (stale.length > 0)
    return { state: 'stale', label: `${isResume ? 'Resumed, ' : ''}${stale.length} stale`, evidence };
  if (isResume || resumed.length > 0) return { state: 'resumed', label: 'Resumed', evidence };
  if (last === undefined && facts.summary === null) {
    evidence.push('Neither a summary nor a log says in how many attempts these results were made.');
    return { state: 'unknown', label: 'No summary', evidence };
  }
  if (evidence.length === 0) evidence.push('One attempt, in order.');
  return { state: 'executed', label: 'Executed', evidence };
}

function saysResume(facts: ProvenanceFacts): boolean {
  const last = facts.attempts.at(-1);
  if (last !== undefined && last.mode !== 'unknown' && !isSummaryNewer(facts.summary, last))
    return last.mode === 'resume';
  const mode = textOf(facts.summary, 'run_mode');
  return mode === null ? flagOf(facts.summary, 'resume_from_results') === true : mode === 'resume';
}

function isSummaryNewer(summary: Loose | null, last: AttemptFacts): boolean {
  const start = isoTimeOf(textOf(summary, 'run_started_at'));
  return start !== null && last.lastLineAt !== null && start > last.lastLineAt;
}

type Group = { readonly name: string; readonly stages: Stage[] };

function groupByAttempt(executed: readonly Stage[], facts: ProvenanceFacts): Group[] {
  const windows = attemptWindows(facts);
  if (windows.length === 0) return [];
  const groups = new Map<string, Group>();
  for (const stage of executed) {
    const at = Date.parse(stage.finishedAt!);
    // The latest attempt that had begun by then; an earlier one's slack may reach into the next.
    const index = windows.findLastIndex((window) => at >= window.startMs - 2_000);
    const window = windows[index];
    const isInside = window !== undefined && at <= window.endMs + windowSlackMs;
    const name =
      window === undefined
        ? 'Before the first attempt that is known'
        : isInside
          ? window.name
          : `After ${window.name} had ended`;
    const group = groups.get(name) ?? { name, stages: [] };
    group.stages.push(stage);
    groups.set(name, group);
  }
  return [...groups.values()];
}

function attemptWindows(
  facts: ProvenanceFacts,
): { readonly name: string; readonly startMs: number; readonly endMs: number }[] {
  const windows = facts.attempts.flatMap((attempt, index) => {
    if (attempt.startedAt === null) return [];
    const isLast = index === facts.attempts.length - 1;
    const startMs = Date.parse(attempt.startedAt);
    // A log that ends inside a stage says nothing of when that stage ended.
    const endMs =
      attempt.hasEnd || !isLast ? Date.parse(attempt.lastLineAt ?? attempt.startedAt) : Number.POSITIVE_INFINITY;
    return [{ name: `Attempt of ${sayTime(attempt.startedAt)} (${attempt.logPath ?? 'no log'})`, startMs, endMs }];
  });
  const start = isoTimeOf(textOf(facts.summary, 'run_started_at'));
  const end = isoTimeOf(textOf(facts.summary, 'run_finished_at'));
  if (
    start !== null &&
    end !== null &&
    !windows.some(
      (window) =>
        Date.parse(start) <= window.endMs + windowSlackMs && Date.parse(end) >= window.startMs - windowSlackMs,
    )
  ) {
    windows.push({
      name: `Attempt of ${sayTime(start)} (pipeline_summary.json)`,
      startMs: Date.parse(start),
      endMs: Date.parse(end),
    });
  }
  return windows.toSorted((a, b) => a.startMs - b.startMs);
}

function refreshEvidence(facts: ProvenanceFacts): string[] {
  const out = facts.preRefreshPaths.map(
    (path) => `${path} is the evaluation before the refresh; S4 was run again after S3d, which is the normal course.`,
  );
  for (const refresh of facts.stages) {
    if (refresh.key !== 's3d_wm_refresh_loop' || refresh.status !== 'success' || refresh.finishedAt === null) continue;
    const policyEval = facts.stages.find(
      (stage) => stage.key === 's4_policy_eval' && stage.facilityId === refresh.facilityId,
    );
    if (policyEval?.finishedAt != null && policyEval.finishedAt < refresh.finishedAt) {
      out.push(
        `S4 was measured at ${policyEval.finishedAt}, before the refresh (S3d, ${refresh.finishedAt}): its scores are of the model before it.`,
      );
    }
  }
  return out;
}
