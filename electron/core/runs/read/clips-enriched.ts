import { sidecarOf } from '#shared/rules/clip-role.ts';
import { numberOf, objectOf, objectsOf, textOf, type Loose } from '#shared/rules/loose.ts';
import { addFlag, addScores, longestName, trimOf, type ClipDraft } from './clip-draft.ts';
import type { ClipContext } from './clips.ts';
import { pathOf } from './manifest-rows.ts';

const rowScores = [
  'frame0_ssim',
  'blur_laplacian_mean',
  'green_dominance_ratio',
  'interframe_delta_mean',
  'target_center_score',
  'context_frame_index',
  'vlm_quality_task_score',
  'vlm_quality_visual_score',
  'vlm_quality_spatial_score',
  'vlm_quality_passed',
  'vlm_quality_attempts',
  'vlm_quality_retries_used',
  'vlm_quality_fail_reason',
] as const;

/** Fills in everything that S2 says about its clips: outputs, sidecars, and the inputs it prepared. */
export function fillEnriched(drafts: ReadonlyMap<string, ClipDraft>, context: ClipContext): void {
  const folder = `${context.data.facilityId}/enriched/`;
  for (const draft of drafts.values()) {
    if (!draft.path.startsWith(folder)) continue;
    const control = draft.role === 'control_sidecar' ? sidecarOf(draft.path) : null;
    const stem = control?.stem ?? draft.path.replace(/\.[^.]+$/, '');
    if (draft.role === 'enriched' || draft.role === 'control_sidecar' || draft.condition === 'one_frame')
      fillOutput(draft, stem, context);
    if (draft.role === 'trimmed_input' || draft.role === 'trimmed_depth' || draft.role === 'oriented_input')
      fillInput(draft, context);
  }
}

function fillOutput(draft: ClipDraft, stem: string, context: ClipContext): void {
  const { data } = context;
  const row =
    context.enrichedRow(draft.path) ?? context.enrichedRow(`${stem}.mp4`) ?? context.enrichedRow(`${stem}.jpg`);
  const args = data.sampleArgs.get(stem) ?? null;
  const fileStem = stem.slice(stem.lastIndexOf('/') + 1);
  draft.clipName = textOf(row, 'clip_name') ?? longestName(fileStem, context.clipNames);
  draft.variantName = textOf(row, 'variant_name') ?? variantIn(fileStem, draft.clipName, context.variantNames);
  draft.prompt =
    textOf(row, 'resolved_variant_prompt') ??
    textOf(row, 'prompt') ??
    textOf(args, 'prompt') ??
    data.promptTexts.get(stem) ??
    null;
  draft.seed = numberOf(args, 'seed');
  draft.inputPath = pathOf(row, 'input_video_path', context.reRooted) ?? pathOf(args, 'video_path', context.reRooted);
  draft.sourcePath = pathOf(row, 'source_video_path', context.reRooted);
  // Cosmos' own arguments are the only record of the depth file that was really used.
  draft.depthPath =
    pathOf(objectOf(args, 'depth'), 'control_path', context.reRooted) ??
    pathOf(row, 'source_depth_video_path', context.reRooted);
  addScores(draft, row, rowScores);
  addScores(draft, args, ['guidance', 'num_steps']);
  addScores(draft, objectOf(args, draft.controlKind ?? 'depth'), ['control_weight']);
  if (row !== null) fillFromRow(draft, row, context);
  if (draft.role === 'enriched') addEvaluation(draft, context);
}

function fillFromRow(draft: ClipDraft, row: Loose, context: ClipContext): void {
  const { enriched } = context.data.manifests;
  draft.trim = trimOf(row, sourceFrames(row, context));
  draft.orientationFix = textOf(row, 'orientation_fix');
  const asked = textOf(enriched, 'video_orientation_fix');
  if (asked !== null && asked !== 'none' && draft.orientationFix === 'none') {
    addFlag(
      draft,
      'orientation_fix_silently_skipped',
      `The manifest asks for ${asked}, and this clip says none: the transform failed and was left out without a word.`,
    );
  }
  const fallback = textOf(enriched, 'source_clip_selection_fallback');
  if (fallback !== null)
    addFlag(draft, 'selection_fallback', `Other source clips than asked for were used (${fallback}).`);
}

function sourceFrames(row: Loose, context: ClipContext): number | null {
  const name = textOf(row, 'clip_name');
  const render = objectsOf(context.data.manifests.render, 'clips').find((clip) => textOf(clip, 'clip_name') === name);
  return numberOf(render, 'num_frames');
}

/** A prepared input belongs to the rows that name it; a depth input is named by the sample arguments alone. */
function fillInput(draft: ClipDraft, context: ClipContext): void {
  const { data, reRooted } = context;
  let row =
    objectsOf(data.manifests.enriched, 'clips').find(
      (item) => pathOf(item, 'input_video_path', reRooted) === draft.path,
    ) ?? null;
  if (row === null) {
    for (const [stem, args] of data.sampleArgs) {
      if (pathOf(objectOf(args, 'depth'), 'control_path', reRooted) !== draft.path) continue;
      row = context.enrichedRow(`${stem}.mp4`);
      if (row !== null) break;
    }
  }
  draft.clipName = textOf(row, 'clip_name') ?? longestName(draft.fileName, context.clipNames);
  if (row === null) return;
  if (draft.role !== 'oriented_input') draft.trim = trimOf(row, sourceFrames(row, context));
  draft.orientationFix = textOf(row, 'orientation_fix');
  draft.sourcePath = pathOf(
    row,
    draft.role === 'trimmed_depth' || draft.condition === 'depth' ? 'source_depth_video_path' : 'source_video_path',
    reRooted,
  );
}

function variantIn(fileStem: string, clipName: string | null, variantNames: Iterable<string>): string | null {
  if (clipName === null || !fileStem.startsWith(`${clipName}_`)) return null;
  const rest = fileStem.slice(clipName.length + 1);
  for (const name of variantNames) if (name === rest) return name;
  return null;
}

function addEvaluation(draft: ClipDraft, context: ClipContext): void {
  const isThis = (row: Loose): boolean =>
    textOf(row, 'clip_name') === draft.clipName && textOf(row, 'variant') === draft.variantName;
  if (draft.clipName === null || draft.variantName === null) return;
  const { fidelity, spatial } = context.data.manifests;
  addScores(draft, objectsOf(fidelity, 'per_clip').find(isThis), ['mean_psnr', 'mean_ssim', 'mean_lpips'], 's5_');
  addScores(
    draft,
    objectsOf(spatial, 'scores').find(isThis),
    ['spatial_score', 'visual_score', 'task_score', 'reasoning_conflict', 'valid_sample'],
    's6_',
  );
}
