import { logTime, stageFile, type StageFile, type StagePlan } from './stage-files.ts';

export type AttemptPlan = {
  readonly log?: string | null;
  readonly startedAt: string;
  readonly mode?: 'fresh' | 'resume';
  /** Stages in order; per facility when the run has several. */
  readonly stages: readonly StagePlan[];
  /** `end`: the pipeline wrote its end line and the summary. `cut`: the log just stops. */
  readonly ending?: 'end' | 'cut';
  /** Lines put in before the end, e.g. of the budget guard. */
  readonly extraLines?: readonly string[];
  /** Hours the host's clock is ahead of UTC. */
  readonly hostOffsetHours?: number;
};

export type PlayedAttempt = {
  readonly plan: AttemptPlan;
  readonly logText: string;
  readonly results: ReadonlyMap<string, StageFile>;
  readonly reused: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
  readonly failedKeys: readonly string[];
};

/** Plays one attempt: its log lines and the results it leaves, by `<facility>/<stage>`. */
export function playAttempt(plan: AttemptPlan, facilityIds: readonly string[]): PlayedAttempt {
  const startMs = Date.parse(plan.startedAt);
  const shiftMs = (plan.hostOffsetHours ?? 0) * 3_600_000;
  let nowMs = startMs;
  const lines: string[] = [];
  const say = (level: string, logger: string, text: string): void => {
    lines.push(`${logTime(nowMs + shiftMs)} [${level}] blueprint_validation.${logger}: ${text}`);
  };
  const results = new Map<string, StageFile>();
  const reused: string[] = [];
  const failedKeys: string[] = [];
  for (const facilityId of facilityIds) {
    say('INFO', 'pipeline', `=== Processing facility: ${facilityId} ===`);
    for (const stage of plan.stages) {
      const key = `${facilityId}/${stage.key}`;
      if (stage.status === 'reused') {
        say(
          'INFO',
          'pipeline',
          `Resume mode: reusing ${key} result from /models/outputs/${key}_result.json (status=success)`,
        );
        reused.push(key);
        continue;
      }
      if (stage.status !== 'deferred') say('INFO', 'stages.base', `Starting stage: ${stage.key} — built for a test`);
      if (stage.status === 'open') break;
      if (stage.status !== 'skipped' && stage.status !== 'deferred') nowMs += (stage.seconds ?? 10) * 1000;
      const file = stageFile(stage, nowMs);
      results.set(key, file);
      if (stage.status === 'deferred') continue;
      const seconds = file.elapsed_seconds.toFixed(1);
      if (stage.raises === true)
        say('ERROR', 'stages.base', `Stage ${stage.key} failed after ${seconds}s: ${file.detail}`);
      else say('INFO', 'stages.base', `Stage ${stage.key} completed in ${seconds}s with status: ${file.status}`);
      if (file.status !== 'failed') continue;
      failedKeys.push(key);
      say('ERROR', 'pipeline', `Stage ${stage.key} failed for ${facilityId}: ${file.detail}`);
      say('ERROR', 'pipeline', `Aborting remaining pipeline stages because fail_fast=true (first failure: ${key}).`);
      break;
    }
    if (failedKeys.length > 0) break;
  }
  for (const line of plan.extraLines ?? []) lines.push(line);
  if (plan.ending !== 'cut') {
    if (facilityIds.length < 2 && failedKeys.length === 0)
      say('INFO', 'pipeline', 'Skipping cross-site test (requires 2+ facilities)');
    say('INFO', 'pipeline', 'Pipeline complete. Summary at /models/outputs/pipeline_summary.json');
  }
  return { plan, logText: `${lines.join('\n')}\n`, results, reused, startMs, endMs: nowMs, failedKeys };
}
