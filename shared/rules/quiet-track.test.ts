import { expect, test } from 'vitest';
import { trackQuiet, type QuietTrack } from './quiet-track.ts';

const at = (seconds: number): string => new Date(Date.parse('2026-08-10T12:00:00Z') + seconds * 1000).toISOString();
const track = (...samples: [seconds: number, percent: number | null][]): QuietTrack =>
  samples.reduce<QuietTrack | null>(
    (before, [seconds, gpuUtilPercent]) => trackQuiet(before, { at: at(seconds), gpuUtilPercent }),
    null,
  )!;

test('quiet counts from the first of the quiet samples', () => {
  expect(track([0, 90], [10, 4], [20, 0], [30, 2])).toEqual({
    sampledAt: at(30),
    quietSince: at(10),
    busyAt: at(0),
  });
});

test('a busy sample ends it; 5 % is busy', () => {
  expect(track([0, 0], [10, 5]).quietSince).toBeNull();
  expect(track([0, 0], [10, 5], [20, 0]).quietSince).toBe(at(20));
});

test('a gap begins anew: time that nobody saw is not idle time', () => {
  expect(track([0, 0], [120, 0]).quietSince).toBe(at(0));
  expect(track([0, 0], [121, 0]).quietSince).toBe(at(121));
});

test('a sample that tells nothing begins anew, and is not busy', () => {
  expect(track([0, 0], [10, null])).toMatchObject({ quietSince: null, busyAt: null });
  expect(track([0, 0], [10, null], [20, 0]).quietSince).toBe(at(20));
});

test('a clock that went back changes nothing', () => {
  expect(track([100, 0], [50, 90])).toEqual(track([100, 0]));
});
