import { numberOf, objectsOf, textOf } from '#shared/rules/loose.ts';
import { addScores, longestName, type ClipDraft } from './clip-draft.ts';
import type { ClipContext } from './clips.ts';
import { manifestPaths } from './facility-data.ts';
import { pathOf } from './manifest-rows.ts';

const rolloutScores = [
  'task',
  'rollout_index',
  'task_score',
  'visual_score',
  'spatial_score',
  'num_steps',
  'is_manipulation_task',
  'grasp_acquired',
  'lifted_clear',
  'placed_in_target',
  'stable_after_place',
  'overlay_mode',
  'rollout_frame_count',
  'target_label',
] as const;

/** Paths that the score files name, with whether they are there, for rollouts that nobody finds. */
export type NamedRollout = { readonly path: string; readonly manifestPath: string };

/**
 * Fills rollouts and overlays from the judge's score files. When `overlay_mode` is `overlay_marker` the judge
 * saw the overlay, so the scores stand at both.
 */
export function fillRollouts(drafts: ReadonlyMap<string, ClipDraft>, context: ClipContext): NamedRollout[] {
  const { data, reRooted } = context;
  const named: NamedRollout[] = [];
  for (const draft of drafts.values()) {
    if (draft.role !== 'rollout' && draft.role !== 'overlay') continue;
    const name =
      draft.condition !== null && draft.fileName.startsWith(`${draft.condition}_`)
        ? draft.fileName.slice(draft.condition.length + 1)
        : draft.fileName;
    draft.clipName = longestName(name, context.clipNames);
  }
  for (const key of ['scores', 'trainedScores', 'pairScores'] as const) {
    for (const row of objectsOf(data.manifests[key], 'scores')) {
      const rolloutPath = pathOf(row, 'video_path', reRooted);
      const overlayPath = pathOf(row, 'overlay_video_path', reRooted);
      for (const path of [rolloutPath, overlayPath]) {
        if (path === null) continue;
        named.push({ path, manifestPath: `${data.facilityId}/${manifestPaths[key]}` });
        const draft = drafts.get(path);
        if (draft === undefined) continue;
        draft.clipName = textOf(row, 'start_clip_name') ?? draft.clipName;
        draft.condition = textOf(row, 'condition') ?? draft.condition;
        draft.orientationFix = textOf(row, 'start_frame_orientation_fix_applied');
        if (path === overlayPath) draft.sourcePath = rolloutPath;
        addScores(draft, row, rolloutScores);
        const seed = numberOf(row, 'seed');
        if (seed !== null) draft.seed = seed;
      }
    }
  }
  return named;
}
