import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { playAttempt, type AttemptPlan, type PlayedAttempt } from './attempts.ts';
import { clipFiles, type ClipOptions, type ClipPlan } from './clip-files.ts';
import { pythonTime, wholeRun, type StageFile } from './stage-files.ts';

export type RunPlan = {
  readonly facilityIds?: readonly string[];
  /** Attempts, oldest first; one whole fresh run by default. */
  readonly attempts?: readonly AttemptPlan[];
  readonly clips?: readonly ClipPlan[];
  readonly clipOptions?: Partial<ClipOptions>;
  readonly remoteWorkDir?: string;
  /** `none`: left out. An object is merged into it. */
  readonly summary?: 'none' | object;
  /** Written last, over anything else, by path below the run folder; null deletes. */
  readonly files?: { readonly [path: string]: string | Uint8Array | null };
  /** Sets the time of result files to their own timestamp, as a faithful copy has it. */
  readonly keepsFileTimes?: boolean;
};

export const defaultStart = '2026-03-01T21:08:42.000Z';

/** Writes a run folder as the pipeline and its operators leave it. Returns the folder. */
export async function buildRun(dir: string, plan: RunPlan = {}): Promise<string> {
  const facilityIds = plan.facilityIds ?? ['kitchen_0787'];
  const remoteWorkDir = plan.remoteWorkDir ?? '/models/outputs';
  const played = (plan.attempts ?? [{ startedAt: defaultStart, stages: wholeRun() }]).map((attempt) =>
    playAttempt(attempt, facilityIds),
  );
  const files = new Map<string, string | Uint8Array>();
  const results = new Map<string, StageFile>();
  for (const attempt of played) {
    for (const [key, file] of attempt.results) results.set(key, file);
    const log = attempt.plan.log === undefined ? 'run_all.log' : attempt.plan.log;
    if (log !== null) files.set(log, `${String(files.get(log) ?? '')}${attempt.logText}`);
  }
  for (const [key, file] of results) files.set(`${key}_result.json`, JSON.stringify(file, null, 2));
  const last = played.findLast((attempt) => attempt.plan.ending !== 'cut');
  if (plan.summary !== 'none' && last !== undefined) {
    files.set(
      'pipeline_summary.json',
      JSON.stringify({ ...summaryOf(last, played, results, facilityIds, remoteWorkDir), ...plan.summary }, null, 2),
    );
  }
  const clips = plan.clips ?? [{ name: 'clip_000_orbit', variants: ['morning_daylight'] }];
  for (const facilityId of facilityIds) {
    if (clips.length === 0) continue;
    for (const [path, content] of clipFiles(facilityId, clips, { remoteWorkDir, ...plan.clipOptions }))
      files.set(path, content);
  }
  await mkdir(dir, { recursive: true });
  for (const [path, content] of files) await put(join(dir, path), content);
  for (const [path, content] of Object.entries(plan.files ?? {})) {
    if (content === null) await rm(join(dir, path), { force: true, recursive: true });
    else await put(join(dir, path), content);
  }
  if (plan.keepsFileTimes === true) {
    for (const [key, file] of results)
      await utimes(join(dir, `${key}_result.json`), new Date(file.timestamp), new Date(file.timestamp)).catch(
        () => undefined,
      );
  }
  return dir;
}

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

function summaryOf(
  last: PlayedAttempt,
  played: readonly PlayedAttempt[],
  results: ReadonlyMap<string, StageFile>,
  facilityIds: readonly string[],
  remoteWorkDir: string,
): object {
  const stages: { [key: string]: object } = {};
  for (const [key, file] of results) {
    const laterOnly = played.slice(played.indexOf(last) + 1).some((attempt) => attempt.results.get(key) === file);
    if (laterOnly) continue;
    const source = last.reused.includes(key) ? 'resumed' : 'executed';
    if (source === 'executed' && !last.results.has(key)) continue;
    stages[key] = { ...file, provenance: { source, result_path: `${remoteWorkDir}/${key}_result.json` } };
  }
  return {
    num_facilities: facilityIds.length,
    facility_ids: facilityIds,
    stages,
    overall_status: last.failedKeys.length > 0 ? 'failed' : 'success',
    fail_fast: true,
    resume_from_results: last.plan.mode === 'resume',
    run_mode: last.plan.mode ?? 'fresh',
    run_started_at: pythonTime(last.startMs),
    run_finished_at: pythonTime(last.endMs),
    aborted_early: last.failedKeys.length > 0,
    failed_stage_keys: last.failedKeys,
  };
}

export type SnapshotPlan = RunPlan & {
  readonly instanceId?: string;
  readonly tag?: string;
  readonly takenAt?: string;
  readonly manifest?: 'none';
  /** Path of the run below `work_dir`; '' for the work dir itself. */
  readonly below?: string;
};

/** Writes `<dir>/<instance>/<tag>/{sync_manifest.txt,work_dir/…}`. Returns the snapshot's folder. */
export async function buildSnapshot(dir: string, plan: SnapshotPlan = {}): Promise<string> {
  const instanceId = plan.instanceId ?? '32211174';
  const tag = plan.tag ?? 'latest';
  const folder = join(dir, instanceId, tag);
  await buildRun(join(folder, 'work_dir', plan.below ?? ''), plan);
  if (plan.manifest !== 'none') {
    const values = {
      timestamp_utc: plan.takenAt ?? '2026-03-02T08:00:00Z',
      instance_id: instanceId,
      mode: 'pull',
      remote_root: '/workspace/BlueprintValidation',
      remote_work_dir: '/models/outputs',
      snapshot_tag: tag,
    };
    await put(
      join(folder, 'sync_manifest.txt'),
      Object.entries(values)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
  }
  return folder;
}
