import { expect, test } from 'vitest';
import { isClipPath, placeClip, sidecarOf } from './clip-role.ts';

const place = (path: string) => placeClip(path, ['kitchen']);

test.each([
  ['kitchen/renders/clip_000_orbit.mp4', 'render'],
  ['kitchen/renders/clip_000_orbit_depth.mp4', 'depth'],
  ['kitchen/renders/clip_000_orbit_probe_l1_c02_depth.mp4', 'other'],
  ['kitchen/renders/_orientation_fixed_eval/clip_000_orbit_rgb_vflip.mp4', 'oriented_input'],
  ['kitchen/robot_composite/clip_000_orbit_robot.mp4', 'composite'],
  ['kitchen/gemini_polish/clip_000_orbit_robot_polished.mp4', 'polished'],
  ['kitchen/gaussian_augment/clip_000_orbit_rb00.mp4', 'augmented'],
  ['kitchen/gaussian_augment/clip_000_orbit_rb00_depth.mp4', 'depth'],
  ['kitchen/splatsim/clip_000_orbit_s1e_sink_00.mp4', 'interaction'],
  ['kitchen/enriched/clip_000_orbit_control_room.mp4', 'enriched'],
  ['kitchen/enriched/clip_000_orbit_day_control_depth.mp4', 'control_sidecar'],
  ['kitchen/enriched/clip_000_orbit_day_mask_seg.mp4', 'control_sidecar'],
  ['kitchen/enriched/_trimmed_inputs/clip_000_orbit_rgb_trim.mp4', 'trimmed_input'],
  ['kitchen/enriched/_trimmed_inputs/clip_000_orbit_depth_trim.mp4', 'trimmed_depth'],
  ['kitchen/enriched/_orientation_fixed/clip_000_orbit_rgb_vflip.mp4', 'oriented_input'],
  ['kitchen/enriched/clip_000_orbit_day.jpg', 'other'],
  ['kitchen/policy_eval/adapted_rollouts/adapted_clip_000_orbit_003.mp4', 'rollout'],
  ['kitchen/policy_eval/adapted_rollouts/overlay/adapted_clip_000_orbit_003_overlay.mp4', 'overlay'],
  ['kitchen/policy_rl_loop/iter_00/rollouts/a.mp4', 'rollout'],
  ['kitchen/finetune/dreamdojo_dataset/videos/0.mp4', 'other'],
  ['kitchen/s9_future/thing.mp4', 'other'],
])('%s is %s', (path, role) => {
  expect(isClipPath(path)).toBe(true);
  expect(place(path).role).toBe(role);
});

test('a hand-made copy keeps its role and is marked', () => {
  expect(place('kitchen/enriched_prev_fast_20260302_002719/a.mp4')).toMatchObject({
    role: 'enriched',
    isCarryOver: true,
    facilityId: 'kitchen',
  });
  expect(place('kitchen_prev_x_20260302/renders/a.mp4')).toMatchObject({
    role: 'render',
    isCarryOver: true,
    facilityId: 'kitchen',
  });
});

test('conversions in progress and pictures are no clips', () => {
  expect(isClipPath('kitchen/renders/a.__tmp_h264__.mp4')).toBe(false);
  expect(isClipPath('kitchen/renders/a.jpg')).toBe(false);
  expect(isClipPath('kitchen/enriched/_sample_frame.png')).toBe(false);
});

test('condition and control kind', () => {
  expect(place('kitchen/policy_eval/baseline_rollouts/x.mp4').condition).toBe('baseline');
  expect(sidecarOf('a_control_vis.mp4')).toEqual({ kind: 'vis', isMask: false, stem: 'a' });
  expect(sidecarOf('a_control_depth_b.mp4')).toBeNull();
});
