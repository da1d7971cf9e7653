import type { Stage } from '../model/run.ts';
import { stageNames } from '../model/stages.ts';
import type { RunVerdicts } from '../model/verdict.ts';
import type { AttemptFacts } from './attempts.ts';
import { splitStageKey } from './log-event.ts';
import { isoTimeOf, textOf, textsOf, type Loose } from './loose.ts';
import { summaryEntries, summaryGuards } from './stage-sources.ts';

export type StatusFacts = {
  readonly summary: Loose | null;
  /** `unreadable`: the file is there, and it could not be read. */
  readonly summaryState: 'read' | 'missing' | 'unreadable';
  /** Oldest first, in UTC. */
  readonly attempts: readonly AttemptFacts[];
  readonly stages: readonly Stage[];
  /** What an attempt without an end is, and from what that was told. */
  readonly open: { readonly state: 'running' | 'cut_off'; readonly because: string };
};

export type StatusFinding = {
  readonly verdict: RunVerdicts['status'];
  /** When the last attempt ended; null while it runs or when nothing says. */
  readonly finishedAt: string | null;
  /** True when the summary was written by the last attempt. */
  readonly isSummaryCurrent: boolean;
};

/** The summary's end and the next attempt's first line can't be nearer than this unless they are the same attempt. */
const sameAttemptMs = 5_000;

/**
 * Did the run finish? The summary says so when the last attempt wrote it; otherwise the last log does, and
 * without a log the results. An attempt without an end is running or cut off, as `open` tells.
 */
export function decideStatus(facts: StatusFacts): StatusFinding {
  const last = facts.attempts.at(-1) ?? null;
  const summaryEnd = isoTimeOf(textOf(facts.summary, 'run_finished_at'));
  const isSummaryCurrent = facts.summary !== null && wroteSummary(last, summaryEnd);
  if (facts.summary !== null && isSummaryCurrent) {
    return {
      verdict: fromSummary(facts.summary, facts.stages, summaryEnd),
      finishedAt: summaryEnd ?? endOf(last),
      isSummaryCurrent,
    };
  }
  const evidence: string[] = [];
  if (facts.summary !== null)
    evidence.push(
      `pipeline_summary.json is of an earlier attempt: it ended ${summaryEnd ?? 'at an unknown time'}, the last one began ${last?.startedAt ?? 'later'}.`,
    );
  if (facts.summaryState === 'missing')
    evidence.push('There is no pipeline_summary.json; a run writes it at its very end.');
  if (facts.summaryState === 'unreadable') evidence.push('pipeline_summary.json is there and could not be read.');
  if (last !== null) return { verdict: fromLog(last, facts, evidence), finishedAt: endOf(last), isSummaryCurrent };
  return { verdict: fromResults(facts, evidence), finishedAt: null, isSummaryCurrent };
}

function wroteSummary(last: AttemptFacts | null, summaryEnd: string | null): boolean {
  if (last === null || last.startedAt === null) return true;
  if (summaryEnd === null) return last.hasEnd;
  return Date.parse(last.startedAt) <= Date.parse(summaryEnd) + sameAttemptMs;
}

function endOf(last: AttemptFacts | null): string | null {
  return last !== null && (last.hasEnd || last.firstFailureKey !== null) ? last.lastLineAt : null;
}

function fromSummary(summary: Loose, stages: readonly Stage[], summaryEnd: string | null): RunVerdicts['status'] {
  const overall = textOf(summary, 'overall_status');
  const failedKeys = textsOf(summary, 'failed_stage_keys');
  const evidence = [
    `pipeline_summary.json: overall_status is ${overall ?? 'missing'}${failedKeys.length === 0 ? '' : `, failed_stage_keys ${failedKeys.join(', ')}`}.`,
  ];
  for (const guard of summaryGuards(summary))
    evidence.push(
      `pipeline_summary.json: ${guard.name}${guard.detail === '' ? '' : ` says: ${firstLine(guard.detail)}`}`,
    );
  evidence.push(...failureEvidence(stages), ...disagreements(stages, summary, summaryEnd));
  evidence.push(countStages(stages));
  if (overall === 'success') return { state: 'success', label: 'Finished', evidence };
  if (overall === 'failed') return { state: 'failed', label: failedLabel(failedKeys, summary), evidence };
  return { state: 'unknown', label: 'Unknown', evidence };
}

function failedLabel(failedKeys: readonly string[], summary: Loose): string {
  const [first] = failedKeys;
  const guards = summaryGuards(summary);
  if (first === undefined) return 'Failed';
  const { facilityId, stageKey } = splitStageKey(first);
  if (facilityId === 'pipeline' || guards.some((guard) => guard.name === stageKey)) {
    return stageKey === 'cloud_budget_guard' && summaryEntries(summary).length > 0
      ? 'Stopped by budget'
      : 'Refused at launch';
  }
  const more = new Set(failedKeys.map((key) => splitStageKey(key).stageKey)).size - 1;
  return `Failed in ${stageNames(stageKey).short}${more > 0 ? ` and ${more} more` : ''}`;
}

function fromLog(last: AttemptFacts, facts: StatusFacts, evidence: string[]): RunVerdicts['status'] {
  const log = last.logPath ?? 'The log';
  const failure = last.failures[0] ?? null;
  if (last.hasEnd || last.firstFailureKey !== null) {
    evidence.push(
      `${log}: the last attempt ${last.hasEnd ? 'ended' : 'was aborted'} at ${last.lastLineAt ?? 'an unknown time'}.`,
    );
    if (failure === null && last.firstFailureKey === null) return { state: 'success', label: 'Finished', evidence };
    if (failure !== null) evidence.push(`${log}: ${failure.stageKey} failed: ${firstLine(failure.detail)}`);
    const key = failure?.stageKey ?? splitStageKey(last.firstFailureKey!).stageKey;
    return {
      state: 'failed',
      label: last.budget === null ? `Failed in ${stageNames(key).short}` : 'Stopped by budget',
      evidence,
    };
  }
  const stage = last.stages.findLast((item) => item.status === null) ?? null;
  const place = stage === null ? afterStage(last) : `in ${stageNames(stage.stageKey).short}`;
  evidence.push(
    `${log}: the last line is of ${last.lastLineAt ?? 'an unknown time'}, ${stage === null ? 'between stages' : `inside ${stage.stageKey}`}; no end line.`,
    facts.open.because,
  );
  if (facts.open.state === 'running') return { state: 'running', label: 'Running', evidence };
  return { state: 'cut_off', label: place === '' ? 'Cut off' : `Cut off ${place}`, evidence };
}

function afterStage(last: AttemptFacts): string {
  const stage = last.stages.at(-1);
  return stage === undefined ? '' : `after ${stageNames(stage.stageKey).short}`;
}

function fromResults(facts: StatusFacts, evidence: string[]): RunVerdicts['status'] {
  const done = facts.stages.filter((stage) => stage.resultPath !== null);
  const newest = done
    .filter((stage) => stage.finishedAt !== null)
    .toSorted((a, b) => (a.finishedAt! < b.finishedAt! ? 1 : -1))[0];
  evidence.push('There is no log of the pipeline.', countStages(facts.stages));
  if (facts.summaryState === 'unreadable' || done.length === 0) return { state: 'unknown', label: 'Unknown', evidence };
  const failed = done.find((stage) => stage.status === 'failed');
  if (failed !== undefined) {
    evidence.push(...failureEvidence(facts.stages));
    return { state: 'failed', label: `Failed in ${failed.short}`, evidence };
  }
  evidence.push(facts.open.because);
  if (facts.open.state === 'running') return { state: 'running', label: 'Running', evidence };
  return { state: 'cut_off', label: newest === undefined ? 'Cut off' : `Cut off after ${newest.short}`, evidence };
}

function failureEvidence(stages: readonly Stage[]): string[] {
  return stages
    .filter((stage) => stage.status === 'failed')
    .slice(0, 5)
    .map(
      (stage) => `${stage.resultPath ?? stage.key}: failed${stage.detail === '' ? '' : `: ${firstLine(stage.detail)}`}`,
    );
}

/** Where the files say something else than a summary that calls itself successful. */
function disagreements(stages: readonly Stage[], summary: Loose, summaryEnd: string | null): string[] {
  const later =
    summaryEnd === null
      ? []
      : stages.filter(
          (stage) => stage.finishedAt !== null && Date.parse(stage.finishedAt) > Date.parse(summaryEnd) + sameAttemptMs,
        );
  const out = later.map(
    (stage) => `${stage.resultPath ?? stage.key} was written after the summary, at ${stage.finishedAt}.`,
  );
  const failed = stages.filter((stage) => stage.status === 'failed');
  if (textOf(summary, 'overall_status') === 'success' && failed.length > 0)
    out.push(`The summary says success, and ${failed.length} stage results say failed.`);
  return out;
}

function countStages(stages: readonly Stage[]): string {
  const count = (status: Stage['status']): number => stages.filter((stage) => stage.status === status).length;
  const parts = (['success', 'failed', 'skipped', 'deferred', 'running', 'cut_off', 'not_reached'] as const)
    .map((status) => [count(status), status.replace('_', ' ')] as const)
    .filter(([n]) => n > 0)
    .map(([n, word]) => `${n} ${word}`);
  return `Stages: ${parts.join(', ')}.`;
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0]!;
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
