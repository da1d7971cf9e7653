import type { ReadProblem, Stage } from '#shared/model/run.ts';
import { isClipPath, placeClip, sidecarOf } from '#shared/rules/clip-role.ts';
import { objectsOf, textOf, textsOf, type Loose } from '#shared/rules/loose.ts';
import { addFlag, addScores, longestName, newClipDraft, type ClipDraft } from './clip-draft.ts';
import { fillEnriched } from './clips-enriched.ts';
import { fillRollouts } from './clips-rollout.ts';
import type { FacilityData } from './facility-data.ts';
import { flagClips } from './clip-flags.ts';
import { manifestRows, pathOf, type ManifestRow } from './manifest-rows.ts';
import type { FileEntry } from './walk.ts';

/** What the clips of one facility are told from. */
export type ClipContext = {
  readonly data: FacilityData;
  readonly stages: readonly Stage[];
  readonly files: ReadonlyMap<string, FileEntry>;
  readonly reRooted: (path: string) => string | null;
  readonly rows: readonly ManifestRow[];
  readonly enrichedRow: (path: string) => Loose | null;
  readonly clipNames: ReadonlySet<string>;
  readonly variantNames: ReadonlySet<string>;
};

/** All clips of one facility: media files on disk, and files that a manifest names and that are not there. */
export function readFacilityClips(
  data: FacilityData,
  stages: readonly Stage[],
  files: ReadonlyMap<string, FileEntry>,
  facilityIds: readonly string[],
  reRooted: (path: string) => string | null,
  problems: ReadProblem[],
): ClipDraft[] {
  const context = createContext(data, stages, files, reRooted);
  const drafts = new Map<string, ClipDraft>();
  const carried: ClipDraft[] = [];
  for (const [path, entry] of files) {
    if (!isClipPath(path)) continue;
    const place = placeClip(path, facilityIds);
    if (place.facilityId !== data.facilityId) continue;
    const draft = newClipDraft(path, place, entry);
    if (place.isCarryOver) {
      draft.clipName = longestName(draft.fileName, context.clipNames);
      addFlag(
        draft,
        'carry_over',
        'Lies in a hand-made copy of a folder: carried over, not a result of this run as it stands.',
      );
      carried.push(draft);
    } else drafts.set(path, draft);
  }
  const missing = (path: string, manifestPath: string): void => {
    if (drafts.has(path) || files.has(path)) return;
    const draft = newClipDraft(path, placeClip(path, facilityIds), null);
    addFlag(draft, 'missing_on_disk', `${manifestPath} names it, and it is not in this folder.`);
    drafts.set(path, draft);
  };
  for (const row of context.rows) missing(row.path, row.manifestPath);
  fillLineage(drafts, context);
  fillEnriched(drafts, context);
  for (const named of fillRollouts(drafts, context)) missing(named.path, named.manifestPath);
  fillRollouts(drafts, context);
  flagClips(drafts, context, problems);
  return [...drafts.values(), ...carried];
}

/** Clips outside every facility folder, e.g. a stray copy: listed as what they are, files. */
export function readLooseClips(files: ReadonlyMap<string, FileEntry>, facilityIds: readonly string[]): ClipDraft[] {
  const drafts: ClipDraft[] = [];
  for (const [path, entry] of files) {
    if (!isClipPath(path)) continue;
    const place = placeClip(path, facilityIds);
    if (place.facilityId !== null) continue;
    const draft = newClipDraft(path, place, entry);
    if (place.isCarryOver)
      addFlag(
        draft,
        'carry_over',
        'Lies in a hand-made copy of a folder: carried over, not a result of this run as it stands.',
      );
    drafts.push(draft);
  }
  return drafts;
}

function createContext(
  data: FacilityData,
  stages: readonly Stage[],
  files: ReadonlyMap<string, FileEntry>,
  reRooted: (path: string) => string | null,
): ClipContext {
  const rows = manifestRows(data, reRooted);
  const enrichedRows = new Map(rows.filter((row) => row.manifest === 'enriched').map((row) => [row.path, row.row]));
  const clipNames = new Set<string>(textsOf(data.manifests.enriched, 'selected_source_clips'));
  for (const key of [
    'render',
    'composited',
    'polished',
    'augmented',
    'vendorAugmented',
    'interaction',
    'enriched',
  ] as const) {
    for (const row of objectsOf(data.manifests[key], 'clips')) {
      const name = textOf(row, 'clip_name');
      if (name !== null) clipNames.add(name);
    }
  }
  if (clipNames.size === 0) {
    // No manifest yet: a render's own name is the clip's, its depth and camera files only extend it.
    for (const path of files.keys()) {
      const name = /\/renders\/([^/]+)\.mp4$/.exec(path)?.[1];
      if (path.startsWith(`${data.facilityId}/`) && name !== undefined && !/_depth$|_probe_l\d/.test(name))
        clipNames.add(name);
    }
  }
  const s2 = stages.find((stage) => stage.key === 's2_enrich' && stage.facilityId === data.facilityId);
  const variantNames = new Set([
    ...textsOf(data.manifests.enriched, 'variant_names'),
    ...textsOf(s2?.metrics, 'variants_used'),
  ]);
  for (const row of objectsOf(data.manifests.enriched, 'clips')) {
    const name = textOf(row, 'variant_name');
    if (name !== null) variantNames.add(name);
  }
  return {
    data,
    stages,
    files,
    reRooted,
    rows,
    enrichedRow: (path) => enrichedRows.get(path) ?? null,
    clipNames,
    variantNames,
  };
}

const sceneScores = [
  'clip_quality_score',
  'blur_laplacian_score',
  'target_visibility_ratio',
  'target_center_band_ratio',
  'quality_gate_passed',
  'vlm_probe_passed',
  'vlm_probe_attempts',
  'mean_visible_joint_ratio',
  'geometry_consistency_score',
  'num_frames_edited',
] as const;

/** Renders, composites, polished, augmented and interaction clips: names, scores and what each was made from. */
function fillLineage(drafts: ReadonlyMap<string, ClipDraft>, context: ClipContext): void {
  const { data, reRooted } = context;
  const rowsByPath = new Map(context.rows.filter((row) => row.manifest !== 'enriched').map((row) => [row.path, row]));
  const videoOf = (manifest: ManifestRow['manifest'], clipName: string | null): string | null =>
    context.rows.find((row) => row.manifest === manifest && row.clipName === clipName && !row.isDepth)?.path ?? null;
  for (const draft of drafts.values()) {
    if (draft.path.startsWith(`${data.facilityId}/enriched/`) || sidecarOf(draft.path) !== null) continue;
    const found = rowsByPath.get(draft.path);
    draft.clipName = found?.clipName ?? longestName(draft.fileName, context.clipNames);
    if (found === undefined) continue;
    const { row } = found;
    draft.depthPath = found.isDepth ? null : pathOf(row, 'depth_video_path', reRooted);
    if (found.isDepth) draft.sourcePath = pathOf(row, 'video_path', reRooted);
    else addScores(draft, row, sceneScores);
    const sourceName = textOf(row, 'source_clip_name') ?? found.clipName;
    if (draft.role === 'composite') {
      draft.sourcePath = videoOf('render', found.clipName);
      addScores(draft, metricsRow(data.manifests.composited, 'robot_composite_metrics', found.clipName), [
        'mean_visible_joint_ratio',
        'geometry_consistency_score',
        'mean_segment_length_px',
        'passed',
      ]);
    } else if (draft.role === 'polished') {
      draft.sourcePath = videoOf('composited', found.clipName) ?? videoOf('render', found.clipName);
      addScores(draft, metricsRow(data.manifests.polished, 'gemini_polish_stats', found.clipName), [
        'num_frames_edited',
        'model',
      ]);
    } else if (draft.role === 'augmented' || draft.role === 'interaction') {
      draft.variantName = textOf(row, 'variant_id');
      draft.sourcePath =
        videoOf('polished', sourceName) ?? videoOf('composited', sourceName) ?? videoOf('render', sourceName);
      addScores(draft, row, ['backend_used', 'augmentation_type', 'quality_gate_reason']);
    }
  }
}

function metricsRow(manifest: Loose | null, key: string, clipName: string | null): Loose | null {
  return objectsOf(manifest, key).find((row) => textOf(row, 'clip_name') === clipName) ?? null;
}
