import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findRunRoots } from '#core/runs/read/find-run-roots.ts';
import { readRunFolder } from '#core/runs/read/read-run-folder.ts';
import type { ClipRecord, RunRecord } from '#core/runs/read/record.ts';
import { buildRun, type RunPlan } from '../support/runs/build-run.ts';
import { stubMp4 } from '../support/runs/clip-files.ts';
import { tempDir } from './temp-dir.ts';

const fid = 'kitchen_0787';

async function build(plan: RunPlan): Promise<string> {
  return buildRun(join(await tempDir(), 'run'), plan);
}
async function read(root: string): Promise<RunRecord> {
  const { roots } = await findRunRoots(root);
  return readRunFolder(roots[0]!, { retryDelayMs: 1 });
}
function clipAt(run: RunRecord, path: string): ClipRecord {
  const clip = run.clips.find((item) => item.path === `${fid}/${path}`);
  if (clip === undefined) throw new Error(`no clip at ${path}: ${run.clips.map((item) => item.path).join(', ')}`);
  return clip;
}
const flags = (clip: ClipRecord): string[] => clip.flags.map((flag) => flag.code);

test('a sidecar without its clip is a rejected attempt, and keeps what Cosmos noted', async () => {
  const run = await read(
    await build({
      files: {
        [`${fid}/enriched/clip_000_orbit_dusk_control_depth.mp4`]: stubMp4,
        [`${fid}/enriched/clip_000_orbit_dusk.txt`]: 'A kitchen at dusk.\n',
      },
    }),
  );
  const clip = clipAt(run, 'enriched/clip_000_orbit_dusk_control_depth.mp4');
  expect(flags(clip)).toEqual(['rejected_attempt']);
  expect(clip).toMatchObject({ role: 'control_sidecar', clipName: 'clip_000_orbit', prompt: 'A kitchen at dusk.' });
  expect(flags(clipAt(run, 'enriched/clip_000_orbit_morning_daylight_control_depth.mp4'))).toEqual([]);
});

test('a manifest that gives a sidecar as the output is flagged and reported', async () => {
  const wrong = `/models/outputs/${fid}/enriched/clip_000_orbit_morning_daylight_control_depth.mp4`;
  const run = await read(
    await build({
      clipOptions: { row: { output_video_path: wrong } },
      files: { [`${fid}/enriched/clip_000_orbit_morning_daylight.mp4`]: null },
    }),
  );
  expect(flags(clipAt(run, 'enriched/clip_000_orbit_morning_daylight_control_depth.mp4'))).toContain(
    'points_at_sidecar',
  );
  expect(run.problems).toMatchObject([{ code: 'manifest_points_at_sidecar' }]);
});

test('a file older than its stage is flagged, unless file times were not kept', async () => {
  const root = await build({ keepsFileTimes: true });
  const path = 'enriched/clip_000_orbit_morning_daylight.mp4';
  await utimes(join(root, fid, path), new Date('2026-02-20'), new Date('2026-02-20'));
  const run = await read(root);
  expect(flags(clipAt(run, path))).toEqual(['older_than_stage']);
  expect(run.problems).toMatchObject([{ code: 'manifest_file_older_than_stage', path: `${fid}/${path}` }]);
  await utimes(join(root, fid, 's2_enrich_result.json'), new Date('2026-02-20'), new Date('2026-02-20'));
  expect(flags(clipAt(await read(root), path))).toEqual([]);
});

test('a listed clip that is gone stays as a record; an unlisted one is marked', async () => {
  const path = 'enriched/clip_000_orbit_morning_daylight.mp4';
  const run = await read(
    await build({
      files: {
        [`${fid}/${path}`]: null,
        [`${fid}/enriched/clip_000_orbit_extra.mp4`]: stubMp4,
        [`${fid}/enriched/clip_000_orbit_morning_daylight.__tmp_h264__.mp4`]: stubMp4,
      },
    }),
  );
  const gone = clipAt(run, path);
  expect(gone).toMatchObject({ role: 'enriched', variantName: 'morning_daylight', sizeBytes: null, modifiedAt: null });
  expect(flags(gone)).toEqual(['missing_on_disk']);
  expect(flags(clipAt(run, 'enriched/clip_000_orbit_extra.mp4'))).toEqual(['not_in_manifest']);
  expect(run.clips.some((clip) => clip.fileName.includes('__tmp_h264__'))).toBe(false);
});

test('orientation fix left out, source clips chosen otherwise, empty file', async () => {
  const run = await read(
    await build({
      clipOptions: { top: { video_orientation_fix: 'vflip', source_clip_selection_fallback: 'missing_task' } },
      files: { [`${fid}/enriched/clip_000_orbit_morning_daylight.mp4`]: '' },
    }),
  );
  expect(flags(clipAt(run, 'enriched/clip_000_orbit_morning_daylight.mp4'))).toEqual([
    'orientation_fix_silently_skipped',
    'selection_fallback',
    'damaged',
  ]);
});

test('hand-made copies are carry-over and never results', async () => {
  const folder = 'enriched_prev_fast_20260302_002719';
  const run = await read(
    await build({
      files: {
        [`${fid}/${folder}/clip_000_orbit_morning_daylight.mp4`]: stubMp4,
        [`${fid}_prev_x_20260302/s1_render_result.json`]: '{}',
      },
    }),
  );
  expect(run.carryOver).toEqual([`${fid}/${folder}`, `${fid}_prev_x_20260302`]);
  expect(run.identity.facilityIds).toEqual([fid]);
  expect(flags(clipAt(run, `${folder}/clip_000_orbit_morning_daylight.mp4`))).toEqual(['carry_over']);
});

test('names are paired by manifest and longest stem, whatever they hold', async () => {
  const odd = 'clip "1" 🎬\nline_robot';
  const clips = [
    { name: 'clip_000', variants: ['orbit_dusk'] },
    { name: 'clip_000_orbit', variants: ['day', 'day_2'] },
    { name: odd, variants: ["it's_control_depth_day"] },
  ];
  const run = await read(await build({ clips }));
  expect(run.problems).toEqual([]);
  expect(clipAt(run, `enriched/${odd}_it's_control_depth_day.mp4`)).toMatchObject({
    role: 'enriched',
    clipName: odd,
    variantName: "it's_control_depth_day",
    flags: [],
  });
  expect(clipAt(run, 'enriched/clip_000_orbit_day_2_control_depth.mp4')).toMatchObject({
    clipName: 'clip_000_orbit',
    variantName: 'day_2',
  });
  expect(clipAt(run, `renders/${odd}_depth.mp4`)).toMatchObject({ role: 'depth', clipName: odd });
});

test('rollouts carry condition and scores; what the judge saw is told apart', async () => {
  const row = (condition: string, overlay: boolean) => ({
    condition,
    task: 'open the drawer',
    rollout_index: 3,
    task_score: 7.5,
    visual_score: Number.NaN,
    start_clip_name: 'clip_000_orbit',
    video_path: `/models/outputs/${fid}/policy_eval/${condition}_rollouts/${condition}_clip_000_orbit_003.mp4`,
    ...(overlay
      ? {
          overlay_mode: 'overlay_marker',
          overlay_video_path: `/models/outputs/${fid}/policy_eval/${condition}_rollouts/overlay/${condition}_clip_000_orbit_003_overlay.mp4`,
        }
      : {}),
  });
  const scores = JSON.stringify({ scores: [row('adapted', true), row('baseline', false)] }).replaceAll(
    '"visual_score":null',
    '"visual_score":NaN',
  );
  const base = `${fid}/policy_eval/adapted_rollouts`;
  const run = await read(
    await build({
      files: {
        [`${fid}/policy_eval/vlm_scores.json`]: scores,
        [`${base}/adapted_clip_000_orbit_003.mp4`]: stubMp4,
        [`${base}/overlay/adapted_clip_000_orbit_003_overlay.mp4`]: stubMp4,
      },
    }),
  );
  expect(clipAt(run, 'policy_eval/adapted_rollouts/adapted_clip_000_orbit_003.mp4')).toMatchObject({
    role: 'rollout',
    condition: 'adapted',
    clipName: 'clip_000_orbit',
    scores: { task_score: 7.5, visual_score: 'NaN', task: 'open the drawer' },
  });
  expect(clipAt(run, 'policy_eval/adapted_rollouts/overlay/adapted_clip_000_orbit_003_overlay.mp4')).toMatchObject({
    role: 'overlay',
    sourcePath: `${base}/adapted_clip_000_orbit_003.mp4`,
  });
  const missing = clipAt(run, 'policy_eval/baseline_rollouts/baseline_clip_000_orbit_003.mp4');
  expect(flags(missing)).toEqual(['missing_on_disk']);
  expect(missing).toMatchObject({ condition: 'baseline', scores: { task_score: 7.5 } });
});

test('a stage that died before its manifest leaves clips that can still be read', async () => {
  const run = await read(
    await build({
      files: {
        [`${fid}/enriched/enriched_manifest.json`]: null,
        [`${fid}/renders/render_manifest.json`]: null,
        [`${fid}/robot_composite/composited_manifest.json`]: null,
      },
    }),
  );
  const clip = clipAt(run, 'enriched/clip_000_orbit_morning_daylight.mp4');
  expect(clip).toMatchObject({
    clipName: 'clip_000_orbit',
    prompt: 'A kitchen, morning_daylight.',
    seed: 2025,
    depthPath: `${fid}/renders/clip_000_orbit_depth.mp4`,
  });
  expect(flags(clip)).toEqual(['not_in_manifest']);
});
