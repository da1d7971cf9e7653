import type { Stage, StageStatus } from '../model/run.ts';
import { canonicalStages, compareStageKeys, stageNames } from '../model/stages.ts';
import type { AttemptFacts, AttemptStage } from './attempts.ts';
import { numberOf, objectOf, textOf, type Loose } from './loose.ts';
import { summaryEntries, timestampOf, type StageResult, type SummaryEntry } from './stage-sources.ts';

/** Stages that the pipeline writes as skipped, without a log line, while the scope is `wm_only`. */
const deferrableStages = new Set([
  's4a_rlds_export',
  's3b_policy_finetune',
  's3c_policy_rl_loop',
  's4e_trained_eval',
  's4b_rollout_dataset',
  's4c_policy_pair_train',
  's4d_policy_pair_eval',
]);
const runLevelStage = 's7_cross_site';

export type StageSources = {
  readonly facilityIds: readonly string[];
  readonly results: readonly StageResult[];
  readonly summary: Loose | null;
  readonly attempts: readonly AttemptFacts[];
  /** What a stage is that the last attempt began and did not end. */
  readonly open: 'running' | 'cut_off';
  /** A copy of JSON values in which every number is finite. */
  readonly cleanJson: (value: Loose) => Stage['metrics'];
};

/**
 * Every stage of a run, per facility in canonical order, then the run-level ones. A result is taken from its
 * file or from the summary, whichever was written later; on equal times the summary's status holds, because a
 * resume turns a stored "skipped" into "failed" there without rewriting the file. A stage that the last
 * attempt began after its result was written is running or cut off.
 */
export function resolveStages(sources: StageSources): Stage[] {
  const entries = summaryEntries(sources.summary);
  const stages: Stage[] = [];
  for (const facilityId of [...sources.facilityIds, null]) {
    const results = sources.results.filter((result) => result.facilityId === facilityId);
    const own = entries.filter((entry) => entry.facilityId === facilityId);
    const keys = new Set([...results.map((result) => result.key), ...own.map((entry) => entry.key)]);
    for (const stage of canonicalStages)
      if ((stage.key === runLevelStage) === (facilityId === null)) keys.add(stage.key);
    for (const attempt of sources.attempts) {
      for (const stage of attempt.stages)
        if (stage.facilityId === (facilityId ?? '') && stage.stageKey !== runLevelStage) keys.add(stage.stageKey);
    }
    for (const key of [...keys].toSorted(compareStageKeys)) {
      const result = results.find((item) => item.key === key) ?? null;
      const entry = own.find((item) => item.key === key) ?? null;
      stages.push(resolveStage(key, facilityId, result, entry, sources));
    }
  }
  return stages;
}

function resolveStage(
  key: string,
  facilityId: string | null,
  result: StageResult | null,
  entry: SummaryEntry | null,
  sources: StageSources,
): Stage {
  const fileAt = result === null ? null : timestampOf(result.data);
  const entryAt = entry === null ? null : timestampOf(entry.data);
  const usesEntry = result === null || (entry !== null && entryAt !== null && fileAt !== null && entryAt > fileAt);
  const data = usesEntry ? (entry?.data ?? null) : result.data;
  const finishedAt = usesEntry ? entryAt : fileAt;
  const isSummaryOfThis = entry !== null && (usesEntry || entryAt === fileAt);
  const logged = lastLogged(key, facilityId, sources.attempts);
  const base: Stage = {
    key,
    facilityId,
    ...stageNames(key),
    status: 'not_reached',
    elapsedSeconds: null,
    startedAt: null,
    finishedAt: null,
    detail: '',
    errorCode: null,
    provenance: 'unknown',
    staleBecause: null,
    gateFailed: false,
    metrics: {},
    outputs: {},
    resultPath: result?.path ?? null,
  };
  const open = openState(logged, finishedAt, sources);
  if (open !== null) {
    const before = data === null ? '' : ` An earlier attempt left the result "${textOf(data, 'status') ?? 'unknown'}".`;
    const how = open === 'running' ? 'No line says that it ended yet.' : 'No line says that it ended.';
    return {
      ...base,
      status: open,
      startedAt: logged!.stage.startedAt,
      provenance: 'executed',
      detail: `${how}${before}`,
    };
  }
  if (data === null) return withoutResult(base, logged, sources);

  const fileStatus = textOf(data, 'status');
  const status = isSummaryOfThis ? (textOf(entry!.data, 'status') ?? fileStatus) : fileStatus;
  const elapsedSeconds = numberOf(data, 'elapsed_seconds');
  const metrics = objectOf(data, 'metrics') ?? {};
  const outputs = objectOf(data, 'outputs') ?? {};
  const stage: Stage = {
    ...base,
    status: statusOf(status),
    elapsedSeconds,
    finishedAt,
    startedAt: startOf(logged, finishedAt, elapsedSeconds),
    detail: (isSummaryOfThis ? textOf(entry!.data, 'detail') : null) ?? textOf(data, 'detail') ?? '',
    errorCode: textOf(outputs, 'error_code') ?? textOf(metrics, 'error_code'),
    metrics: sources.cleanJson(metrics),
    outputs: sources.cleanJson(outputs),
    provenance: provenanceOf(key, facilityId, finishedAt, isSummaryOfThis ? entry!.data : null, sources.attempts),
  };
  return isDeferred(stage, logged) ? { ...stage, status: 'deferred' } : stage;
}

type Logged = { readonly stage: AttemptStage; readonly attemptIndex: number };

function lastLogged(key: string, facilityId: string | null, attempts: readonly AttemptFacts[]): Logged | null {
  for (let attemptIndex = attempts.length - 1; attemptIndex >= 0; attemptIndex -= 1) {
    const stage = attempts[attemptIndex]!.stages.findLast(
      (item) => item.stageKey === key && (facilityId === null || item.facilityId === facilityId),
    );
    if (stage !== undefined) return { stage, attemptIndex };
  }
  return null;
}

/** Running or cut off, when the log's last start of the stage has no end and is later than any result. */
function openState(
  logged: Logged | null,
  finishedAt: string | null,
  sources: StageSources,
): 'running' | 'cut_off' | null {
  if (logged === null || logged.stage.status !== null) return null;
  if (finishedAt !== null && logged.stage.startedAt !== null && finishedAt >= logged.stage.startedAt) return null;
  const attempt = sources.attempts[logged.attemptIndex]!;
  const isLast = logged.attemptIndex === sources.attempts.length - 1;
  // An end line after it: the stage did end, its own line is lost. Nothing is claimed then.
  if (attempt.hasEnd) return null;
  if (isLast) return sources.open;
  return finishedAt === null ? 'cut_off' : null;
}

function withoutResult(base: Stage, logged: Logged | null, sources: StageSources): Stage {
  if (logged !== null && logged.stage.status !== null) {
    const { startedAt, endedAt, status } = logged.stage;
    const detail = sources.attempts[logged.attemptIndex]!.failures.find(
      (failure) => failure.stageKey === base.key,
    )?.detail;
    return {
      ...base,
      status: statusOf(status),
      startedAt,
      finishedAt: endedAt,
      elapsedSeconds:
        startedAt === null || endedAt === null ? null : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000,
      detail: detail ?? 'Known from the log alone: the result file is not here.',
      provenance: 'executed',
    };
  }
  if (logged !== null)
    return {
      ...base,
      status: 'unknown',
      startedAt: logged.stage.startedAt,
      detail: 'The log tells of its start, and nothing of its end.',
    };
  if (base.key === runLevelStage && sources.facilityIds.length < 2 && saysNoCrossSite(sources)) {
    return { ...base, status: 'skipped', detail: 'Needs two facilities.' };
  }
  return base;
}

function saysNoCrossSite(sources: StageSources): boolean {
  if (sources.attempts.at(-1)?.noCrossSite === true) return true;
  return textOf(sources.summary, 'overall_status') === 'success';
}

function startOf(logged: Logged | null, finishedAt: string | null, elapsedSeconds: number | null): string | null {
  const { startedAt = null, endedAt = null } = logged?.stage ?? {};
  if (
    startedAt !== null &&
    endedAt !== null &&
    finishedAt !== null &&
    Math.abs(Date.parse(endedAt) - Date.parse(finishedAt)) < 5_000
  )
    return startedAt;
  if (finishedAt === null || elapsedSeconds === null) return null;
  return new Date(Date.parse(finishedAt) - elapsedSeconds * 1000).toISOString();
}

function statusOf(text: string | null): StageStatus {
  return text === 'success' || text === 'failed' || text === 'skipped' ? text : 'unknown';
}

function isDeferred(stage: Stage, logged: Logged | null): boolean {
  if (stage.status !== 'skipped' || !deferrableStages.has(stage.key) || logged !== null) return false;
  return (stage.elapsedSeconds ?? 0) === 0;
}

function provenanceOf(
  key: string,
  facilityId: string | null,
  finishedAt: string | null,
  entry: Loose | null,
  attempts: readonly AttemptFacts[],
): Stage['provenance'] {
  const source = textOf(objectOf(entry, 'provenance'), 'source');
  if (source === 'executed' || source === 'resumed' || source === 'resume_corrupt') return source;
  const last = attempts.at(-1);
  if (last === undefined || finishedAt === null || last.startedAt === null) return 'unknown';
  if (last.reused.some((item) => item.stageKey === key && (facilityId === null || item.facilityId === facilityId)))
    return 'resumed';
  if (Date.parse(finishedAt) >= Date.parse(last.startedAt) - 2_000) return 'executed';
  return last.mode === 'resume' ? 'resumed' : 'unknown';
}
