import { expect, test } from 'vitest';
import { rangeOf } from './level-range.ts';

const counts = (entries: Readonly<Record<number, number>>): Uint32Array => {
  const all = new Uint32Array(256);
  for (const [level, count] of Object.entries(entries)) all[Number(level)] = count;
  return all;
};

test.each([
  ['nothing decoded', {}, 0, 1],
  ['a few stray pixels at the ends', { 0: 5, 51: 500, 102: 400, 255: 5 }, 51 / 255, 102 / 255],
  ['both ends in use', { 0: 100, 128: 100, 255: 100 }, 0, 1],
  ['one level alone', { 100: 300 }, 100 / 255 - 0.01, 100 / 255 + 0.01],
])('the range of levels: %s', (_what, entries, low, high) => {
  expect(rangeOf(counts(entries))).toEqual({ low: expect.closeTo(low), high: expect.closeTo(high) });
});
