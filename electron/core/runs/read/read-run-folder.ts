import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import type { Prompt, ReadProblem, RunDetail, Stage } from '#shared/model/run.ts';
import {
  logOffsetMs,
  shiftAttempts,
  summaryEntries,
  timestampOf,
  type StageResult,
} from '#shared/rules/stage-sources.ts';
import { decideGates } from '#shared/rules/gates-verdict.ts';
import { evaluationGates } from '#shared/rules/gates-evaluation.ts';
import { judgeGates, type GateFinding } from '#shared/rules/gate-finding.ts';
import { inputGates } from '#shared/rules/gates-input.ts';
import { headlineOf } from '#shared/rules/headline.ts';
import { objectsOf, textsOf, type Loose } from '#shared/rules/loose.ts';
import { decideProvenance } from '#shared/rules/provenance-verdict.ts';
import { reRoot } from '#shared/rules/re-root.ts';
import { resolveStages } from '#shared/rules/stage-states.ts';
import { markStale } from '#shared/rules/staleness.ts';
import { decideStatus } from '#shared/rules/status-verdict.ts';
import { attemptRecords, completeAttempts } from './attempt-records.ts';
import type { ClipDraft } from './clip-draft.ts';
import { readFacilityClips, readLooseClips } from './clips.ts';
import { readConfigVariants } from './config-variants.ts';
import { readFacility, type FacilityData } from './facility-data.ts';
import { sayFsError } from './fs-errors.ts';
import { withFiniteNumbers } from './loose-json.ts';
import { isCurrentFolderName, stageKeyOfResult } from './names.ts';
import { judgeOpen } from './open-state.ts';
import { readSettings, type ReadOptions, type ReadSettings } from './options.ts';
import { readAttempts } from './read-attempts.ts';
import { readJsonObject } from './read-json.ts';
import type { FoundRunRoot, RunRecord } from './record.ts';
import { folderInJsonOf, identify, remoteWorkDirOf } from './run-identity.ts';
import { topFolderName } from './snapshot-of.ts';
import { fillPrompts } from './prompts.ts';
import { listRunFiles, type FileEntry } from './walk.ts';

const summaryPath = 'pipeline_summary.json';

/**
 * Reads everything one run folder says, tolerantly and without ever writing into it: unknown keys and stages,
 * missing keys, NaN, half-written files, later revisions. What could not be read is in `problems`, the rest is
 * read all the same. Times of logs are taken as UTC unless the results show the host's zone. Throws the
 * signal's reason when aborted, and RoomError `path_missing` or `path_unreadable` for the folder itself.
 */
export async function readRunFolder(found: FoundRunRoot, options: ReadOptions = {}): Promise<RunRecord> {
  const settings = readSettings(options);
  const { root } = found;
  await checkRoot(root);
  const problems: ReadProblem[] = [];
  const listing = await listRunFiles(root, settings, problems);
  const files = new Map(listing.files.map((file) => [file.path, file]));
  const summary = files.has(summaryPath) ? await readJsonObject(root, summaryPath, settings, problems) : null;
  const logPaths = logPathsOf(files);
  const logAttempts = await readAttempts(
    root,
    logPaths.filter((path) => !path.includes('/')),
    settings,
    problems,
  );

  const facilityIds = facilityIdsOf(
    listing.topFolders,
    files,
    summary,
    logAttempts.flatMap((attempt) => attempt.stages.map((stage) => stage.facilityId)),
  );
  const facilities: FacilityData[] = [];
  for (const [index, facilityId] of facilityIds.entries()) {
    facilities.push(await readFacility(root, facilityId, files, settings, problems));
    settings.onProgress({ step: 'json', done: index + 1, total: facilityIds.length });
  }
  const results = [
    ...facilities.flatMap((facility) => facility.results),
    ...(await readRunLevelResults(root, files, settings, problems)),
  ];

  const entries = summaryEntries(summary);
  const attempts = completeAttempts(
    shiftAttempts(logAttempts, logOffsetMs(logAttempts, [...results, ...entries])),
    summary,
    facilityIds,
  );
  const open = judgeOpen({
    attempts,
    results,
    files,
    snapshotAt: found.snapshot?.takenAt ?? null,
    nowMs: settings.nowMs(),
  });
  const resolved = resolveStages({
    facilityIds,
    results,
    summary,
    attempts,
    open: open.state,
    cleanJson: (value) => withFiniteNumbers(value) as Stage['metrics'],
  });
  const preRefresh = facilities.flatMap((facility) => facility.preRefresh ?? []);
  const stages = markStale(resolved, (facilityId) => isRefreshRerun(facilityId, preRefresh, attempts));

  const folderInJson = folderInJsonOf(summary, results, facilityIds);
  const bases = [...new Set([remoteWorkDirOf(found), folderInJson].filter((base) => base !== null))];
  const reRooted = (path: string): string | null =>
    reRoot(path, { bases, facilityIds, has: (relative) => files.has(relative) });
  const config = await readConfigVariants(
    [root, ...(found.snapshot === null ? [] : [found.snapshot.folder])],
    problems,
  );
  const logSaysBuiltin = attempts.some((attempt) => attempt.usedBuiltinPrompts);

  const clips: ClipDraft[] = [];
  const prompts: Prompt[] = [];
  const findings: GateFinding[] = [];
  const headline: RunDetail['headline'] = [];
  for (const data of facilities) {
    settings.signal?.throwIfAborted();
    const own = readFacilityClips(data, stages, files, facilityIds, reRooted, problems);
    const ownPrompts = fillPrompts(own, data, config, logSaysBuiltin);
    clips.push(...own);
    prompts.push(...ownPrompts);
    const { render, composited, enriched, fidelity, spatial } = data.manifests;
    const gateFacts = {
      facilityId: data.facilityId,
      stages,
      renderManifest: render,
      compositedManifest: composited,
      enrichedManifest: enriched,
      fidelity,
      spatial,
      prompts: ownPrompts,
    };
    findings.push(...judgeGates([...inputGates, ...evaluationGates], gateFacts));
    headline.push(
      ...headlineOf({
        facilityId: data.facilityId,
        isOnlyFacility: facilityIds.length === 1,
        stages,
        enriched,
        fidelity,
        spatialScores: objectsOf(spatial, 'scores'),
      }),
    );
  }
  clips.push(...readLooseClips(files, facilityIds));
  clips.sort((a, b) => (a.path < b.path ? -1 : 1));

  const summaryState = summary !== null ? 'read' : files.has(summaryPath) ? 'unreadable' : 'missing';
  const status = decideStatus({ summary, summaryState, attempts, stages, open });
  const identity = identify({ found, facilityIds, summary, results, attempts, folderInJson });
  const startedAt = identity.firstFreshStartAt;
  const failedGates = new Set(
    findings
      .filter((finding) => finding.state === 'failed')
      .map((finding) => `${finding.facilityId} ${finding.stageKey}`),
  );
  return {
    schema: 1,
    root,
    snapshot: found.snapshot,
    name: nameOf(found, identity),
    identity,
    startedAt,
    finishedAt: status.finishedAt,
    elapsedSeconds: elapsedSeconds(startedAt, status.finishedAt),
    verdicts: {
      status: status.verdict,
      gates: decideGates(findings),
      provenance: decideProvenance({
        stages,
        attempts,
        summary,
        summaryState,
        preRefreshPaths: preRefresh.map((result) => result.path),
        carryOver: listing.carryOver,
      }),
    },
    stages: stages.map((stage) => ({ ...stage, gateFailed: failedGates.has(`${stage.facilityId} ${stage.key}`) })),
    gateList: findings.map(({ counts: _counts, ...gate }) => gate),
    attempts: attemptRecords(attempts, summary, open.state),
    prompts,
    headline,
    carryOver: listing.carryOver,
    clips,
    files: listing.files.map((file) => ({
      path: file.path,
      sizeBytes: file.sizeBytes,
      modifiedAt: new Date(file.modifiedMs).toISOString(),
    })),
    logs: logPaths.map((path) => ({ path, sizeBytes: files.get(path)!.sizeBytes })),
    problems: problems.toSorted((a, b) => (a.path === b.path ? 0 : a.path < b.path ? -1 : 1)),
  };
}

async function checkRoot(root: string): Promise<void> {
  const info = await stat(root).catch((error: unknown) => {
    throw new RoomError('path_missing', `The run folder ${root} can not be reached: ${sayFsError(error)}`, {
      hint: 'Check that its disk is connected, then import again.',
      details: { root },
      cause: error,
    });
  });
  if (!info.isDirectory())
    throw new RoomError('not_a_folder', `${root} is no folder.`, {
      hint: 'Import the folder of the run.',
      details: { root },
    });
}

/** Logs at the run root, in any name, and the console of Cosmos: the only live progress of S2. */
function logPathsOf(files: ReadonlyMap<string, FileEntry>): string[] {
  return [...files.keys()].filter((path) => /^[^/]+\.log$/.test(path) || /^[^/]+\/enriched\/console\.log$/.test(path));
}

/** Facilities as the summary names them, as folders with results are called, and as the log ran them. */
function facilityIdsOf(
  topFolders: readonly string[],
  files: ReadonlyMap<string, FileEntry>,
  summary: Loose | null,
  logged: readonly string[],
): string[] {
  const ids = new Set<string>(textsOf(summary, 'facility_ids'));
  for (const entry of summaryEntries(summary)) if (entry.facilityId !== null) ids.add(entry.facilityId);
  const withResults = new Set<string>();
  for (const path of files.keys()) {
    const [folder, name, ...rest] = path.split('/');
    if (name !== undefined && rest.length === 0 && stageKeyOfResult(name) !== null) withResults.add(folder!);
  }
  for (const folder of topFolders)
    if (isCurrentFolderName(folder) && (withResults.has(folder) || files.has(`${folder}/renders/render_manifest.json`)))
      ids.add(folder);
  for (const id of logged) if (id !== '') ids.add(id);
  return [...ids].toSorted();
}

async function readRunLevelResults(
  root: string,
  files: ReadonlyMap<string, FileEntry>,
  settings: ReadSettings,
  problems: ReadProblem[],
): Promise<StageResult[]> {
  const results: StageResult[] = [];
  for (const path of files.keys()) {
    const key = path.includes('/') ? null : stageKeyOfResult(path);
    if (key === null) continue;
    const data = await readJsonObject(root, path, settings, problems);
    if (data !== null) results.push({ key, facilityId: null, path, data });
  }
  return results;
}

/** S4 follows S3d a second time when the refresh succeeded: the kept copy says so, or the log does. */
function isRefreshRerun(
  facilityId: string | null,
  preRefresh: readonly StageResult[],
  attempts: Parameters<typeof attemptRecords>[0],
): boolean {
  if (preRefresh.some((result) => result.facilityId === facilityId && timestampOf(result.data) !== null)) return true;
  return attempts.some((attempt) => {
    const keys = attempt.stages.filter((stage) => stage.facilityId === facilityId).map((stage) => stage.stageKey);
    const refresh = keys.lastIndexOf('s3d_wm_refresh_loop');
    return refresh >= 0 && keys.indexOf('s4_policy_eval', refresh) > refresh;
  });
}

/** The run's folder name where it says something, else the machine and when it began. */
function nameOf(found: FoundRunRoot, identity: RunRecord['identity']): string {
  const name = basename(found.root);
  const remote = identity.remoteWorkDir === null ? '' : basename(identity.remoteWorkDir);
  const isGeneric = (text: string): boolean =>
    /^(?:work_dir|outputs|outputs_legacy|data|latest|\d{8}T\d{6}Z?|)$/.test(text);
  if (!isGeneric(name)) return name;
  if (!isGeneric(remote)) return remote;
  const start = identity.firstFreshStartAt;
  return `${identity.instanceId ?? topFolderName(found.root)}${start === null ? '' : ` ${start.slice(0, 16).replace('T', ' ')}`}`;
}

function elapsedSeconds(startedAt: string | null, finishedAt: string | null): number | null {
  if (startedAt === null || finishedAt === null) return null;
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  return seconds >= 0 ? seconds : null;
}
