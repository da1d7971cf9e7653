import { describe, expect, test } from 'vitest';
import { reRoot } from '#shared/rules/re-root.ts';
import { findInputDepth } from './find-input-depth.ts';

const there = new Set(['kitchen/enriched/_trimmed_inputs/a_depth_trim.mp4', 'kitchen/renders/a_depth.mp4']);
const has = (path: string): boolean => there.has(path);
const reRooted = (path: string): string | null =>
  reRoot(path, { bases: ['/models/outputs'], facilityIds: ['kitchen'], has });
const find = (args: object | null, row: object | null) =>
  findInputDepth({ args: args as never, row: row as never, reRooted, has });

const row = {
  source_depth_video_path: '/models/outputs/kitchen/renders/a_depth.mp4',
  orientation_fix: 'none',
  input_trimmed: true,
  input_trim_start_frame: 12,
  input_trim_num_frames: 49,
};

test('what Cosmos was given is used as it is', () => {
  const args = { depth: { control_path: '/models/outputs/kitchen/enriched/_trimmed_inputs/a_depth_trim.mp4' } };
  expect(find(args, { ...row, orientation_fix: 'vflip' })).toEqual({
    ok: true,
    input: {
      path: 'kitchen/enriched/_trimmed_inputs/a_depth_trim.mp4',
      from: 'control_path',
      turned: 'identity',
      trim: null,
      note: null,
    },
  });
});

describe('where it is silent the chain is gone through again', () => {
  test.each([
    [null, 'not in the run folder'],
    [{}, 'name no depth'],
    [{ depth: { control_path: '/etc/passwd' } }, 'outside the run folder'],
    [{ depth: { control_path: '/models/outputs/kitchen/../../x.mp4' } }, 'outside the run folder'],
    [{ depth: { control_path: '/models/outputs/kitchen/gone.mp4' } }, 'kitchen/gone.mp4, which is not'],
  ])('%j', (args, words) => {
    expect(find(args, row)).toMatchObject({
      ok: true,
      input: {
        path: 'kitchen/renders/a_depth.mp4',
        from: 'rebuilt',
        trim: { startFrame: 12, frameCount: 49 },
        note: expect.stringContaining(words),
      },
    });
  });

  test.each([
    ['rotate180', 'rotate_180'],
    ['hvflip', 'rotate_180'],
    ['rotate180_depth_legacy', 'rotate_180'],
    ['hflip', 'flip_left_right'],
    ['vflip', 'flip_up_down'],
  ])('a fix by %s is done again', (fix, turned) => {
    expect(find(null, { ...row, orientation_fix: fix })).toMatchObject({ ok: true, input: { turned } });
  });
});

test.each([
  [null, 'no row'],
  [{ ...row, source_depth_video_path: null }, 'names no depth'],
  [{ ...row, source_depth_video_path: '/models/outputs/kitchen/renders/b_depth.mp4' }, 'is not there either'],
  [{ ...row, orientation_fix: 'sideways' }, 'not known: sideways'],
  [{ ...row, input_trim_start_frame: 'NaN' }, 'not where'],
])('what is not known is said: %j', (given, words) => {
  expect(find(null, given)).toMatchObject({ ok: false, because: expect.stringContaining(words) });
});
