import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeShrink, type ShrinkEntry, type ShrinkFacts } from './shrink.ts';

const file = (path: string, sizeBytes = 10, mtimeNs = '1700000000000000000'): ShrinkEntry => ({
  path,
  sizeBytes,
  mtimeNs,
});
const clips = (length: number): ShrinkEntry[] => Array.from({ length }, (_, i) => file(`renders/clip_${i}.mp4`));
const judge = (before: readonly ShrinkEntry[] | null, now: readonly ShrinkEntry[], more: Partial<ShrinkFacts> = {}) =>
  judgeShrink({ before, now, machineBefore: null, machineNow: null, ...more });
const codes = (verdict: ReturnType<typeof judge>): string[] => verdict.reasons.map((reason) => reason.code);

test('the first pull is never held, an empty one neither', () => {
  expect(judge(null, []).isHeld).toBe(false);
  expect(judge(null, clips(3)).isHeld).toBe(false);
});

test('an empty root after a full one is held', () => {
  expect(codes(judge(clips(50), []))).toEqual(['empty']);
  expect(codes(judge(clips(1), []))).toEqual(['empty']);
});

test('half of the files gone is held, a rejected clip is only listed', () => {
  expect(codes(judge(clips(100), clips(50)))).toEqual(['too_many_gone']);
  expect(codes(judge(clips(100), clips(20)))).toEqual(['too_many_gone']);
  const few = judge(clips(100), clips(97));
  expect(few.isHeld).toBe(false);
  expect(few.gone).toEqual(['renders/clip_97.mp4', 'renders/clip_98.mp4', 'renders/clip_99.mp4']);
  expect(judge(clips(2), clips(1)).isHeld).toBe(false);
});

test('another machine is held even when its files look the same', () => {
  expect(codes(judge(clips(5), clips(5), { machineBefore: 'C.1', machineNow: 'C.2' }))).toEqual(['another_machine']);
  expect(judge(clips(5), clips(5), { machineBefore: 'C.1', machineNow: null }).isHeld).toBe(false);
});

test('results and manifests that went are held', () => {
  const rest = clips(40);
  for (const path of [
    'kitchen/s1_render_result.json',
    'pipeline_summary.json',
    'kitchen/renders/render_manifest.json',
  ]) {
    const verdict = judge([...rest, file(path)], rest);
    expect(codes(verdict)).toEqual(['important_gone']);
    expect(verdict.reasons[0]?.paths).toEqual([path]);
  }
});

test('a folder that was renamed is moved, not gone', () => {
  const rest = clips(40);
  const verdict = judge(
    [...rest, file('loop/refresh_manifest.json', 11, '5'), file('loop/iter_1/w.distcp', 99, '6')],
    [...rest, file('loop_prev/refresh_manifest.json', 11, '5'), file('loop_prev/iter_1/w.distcp', 99, '6')],
  );
  expect(verdict).toMatchObject({ isHeld: false, gone: [] });
  expect(verdict.moved[0]).toEqual({ from: 'loop/refresh_manifest.json', to: 'loop_prev/refresh_manifest.json' });
});

test('a rotated checkpoint is listed, the newest one gone is held', () => {
  const rest = clips(40);
  const at = (iteration: string): ShrinkEntry => file(`lora/checkpoints/iter_${iteration}/model/__0_0.distcp`, 999);
  expect(judge([...rest, at('000010'), at('000020')], [...rest, at('000020'), at('000030')]).isHeld).toBe(false);
  expect(judge([...rest, at('000010'), at('000020')], [...rest, at('000020')]).isHeld).toBe(false);
  expect(codes(judge([...rest, at('000010'), at('000020')], [...rest, at('000010')]))).toEqual(['important_gone']);
  expect(codes(judge([...rest, at('000010')], rest))).toEqual(['important_gone']);
});

test('results that lost all their bytes are held', () => {
  const before = [...clips(10), file('s1_render_result.json')];
  expect(codes(judge(before, [...clips(10), file('s1_render_result.json', 0)]))).toEqual(['important_emptied']);
  expect(judge(before, [...clips(9), file('renders/clip_9.mp4', 0), file('s1_render_result.json')]).isHeld).toBe(false);
});

test('nothing that only grew is ever held, and every file that went is told', () => {
  const paths = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}(_result\.json|\.mp4)$/), { maxLength: 30 });
  fc.assert(
    fc.property(paths, paths, (a, b) => {
      const before = a.map((path) => file(path));
      expect(
        judge(before, [...before, ...b.filter((path) => !a.includes(path)).map((path) => file(path))]).isHeld,
      ).toBe(false);
      const after = b.map((path) => file(path, 77));
      const lost = a.filter((path) => !b.includes(path));
      expect(judge(before, after).gone).toEqual(lost);
    }),
  );
});
