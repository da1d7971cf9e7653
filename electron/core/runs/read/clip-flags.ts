import type { ReadProblem, Stage } from '#shared/model/run.ts';
import { sidecarOf } from '#shared/rules/clip-role.ts';
import { addFlag, type ClipDraft } from './clip-draft.ts';
import type { ClipContext } from './clips.ts';
import { manifestOfFolder } from './manifest-rows.ts';

/** File times are kept to a second or two by some disks. */
const mtimeSlackMs = 3_000;

/** Flags what can't be taken at its word: sidecars given as outputs, files older than their stage, leftovers. */
export function flagClips(drafts: ReadonlyMap<string, ClipDraft>, context: ClipContext, problems: ReadProblem[]): void {
  flagRows(drafts, context, problems);
  const listed = new Set(context.rows.map((row) => row.path));
  const s2 = stageOf('s2_enrich', context);
  for (const draft of drafts.values()) {
    if (draft.sizeBytes === 0) addFlag(draft, 'damaged', 'The file is empty (0 bytes).');
    if (draft.sizeBytes === null) continue;
    if (draft.role === 'control_sidecar') {
      flagSidecar(draft, listed, context, s2);
      continue;
    }
    if (!listed.has(draft.path)) flagUnlisted(draft, context);
  }
}

function flagRows(drafts: ReadonlyMap<string, ClipDraft>, context: ClipContext, problems: ReadProblem[]): void {
  const rowCounts = new Map<string, number>();
  for (const row of context.rows) {
    const draft = drafts.get(row.path);
    if (draft === undefined) continue;
    const key = `${row.manifest} ${row.path}`;
    const count = (rowCounts.get(key) ?? 0) + 1;
    rowCounts.set(key, count);
    if (count === 2 && row.manifest === 'enriched') {
      problems.push({
        path: row.manifestPath,
        code: 'unexpected_shape',
        message: `Two rows point at ${row.path}: one of them is not what it says.`,
      });
    }
    if (row.manifest === 'enriched' && sidecarOf(row.path) !== null) {
      const message = `The manifest gives this control sidecar as the output of ${row.clipName ?? 'a clip'}: the expected clip was missing after Cosmos ended.`;
      addFlag(draft, 'points_at_sidecar', message);
      problems.push({ path: row.path, code: 'manifest_points_at_sidecar', message });
    }
    const stage = stageOf(row.stageKey, context);
    const older = olderThanStage(row.path, stage, context);
    if (older !== null) {
      addFlag(draft, 'older_than_stage', older);
      problems.push({ path: row.path, code: 'manifest_file_older_than_stage', message: older });
    }
  }
}

/**
 * A file written before its stage began was there already. When the stage's own result file seems older than
 * the stage too, the copy did not keep file times and nothing can be said.
 */
function olderThanStage(path: string, stage: Stage | null, context: ClipContext): string | null {
  const file = context.files.get(path);
  if (file === undefined || stage?.startedAt == null || stage.status !== 'success' || stage.resultPath === null)
    return null;
  const startMs = Date.parse(stage.startedAt);
  const result = context.files.get(stage.resultPath);
  if (result !== undefined && result.modifiedMs < startMs - mtimeSlackMs) return null;
  if (file.modifiedMs >= startMs - mtimeSlackMs) return null;
  return `The file is of ${new Date(file.modifiedMs).toISOString()}, before ${stage.short} began (${stage.startedAt}): it was there already.`;
}

function flagSidecar(draft: ClipDraft, listed: ReadonlySet<string>, context: ClipContext, s2: Stage | null): void {
  const stem = sidecarOf(draft.path)!.stem;
  const hasOutput = [`${stem}.mp4`, `${stem}.jpg`].some((path) => context.files.has(path) || listed.has(path));
  // While S2 runs the clip may still come: Cosmos writes sidecars first.
  if (!hasOutput && s2?.status !== 'running')
    addFlag(
      draft,
      'rejected_attempt',
      'Its clip is gone: the attempt was rejected, and only the clip itself is deleted then.',
    );
}

function flagUnlisted(draft: ClipDraft, context: ClipContext): void {
  const [, folder, ...rest] = draft.path.split('/');
  const manifest = rest.length === 1 && folder !== undefined ? manifestOfFolder.get(folder) : undefined;
  if (manifest === undefined || draft.condition === 'probe' || draft.condition === 'one_frame') return;
  if (context.data.manifests[manifest] === null) {
    addFlag(
      draft,
      'not_in_manifest',
      'No manifest lists it: the stage writes one at its end, and there is none that can be read.',
    );
  } else if (manifest === 'composited') {
    addFlag(
      draft,
      'not_in_manifest',
      'The manifest does not list it: clips that failed the geometry check stay on disk.',
    );
  } else {
    addFlag(draft, 'not_in_manifest', 'The manifest does not list it: rejected, or left by an earlier attempt.');
  }
}

function stageOf(key: string, context: ClipContext): Stage | null {
  return context.stages.find((stage) => stage.key === key && stage.facilityId === context.data.facilityId) ?? null;
}
