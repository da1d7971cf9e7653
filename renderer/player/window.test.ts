import { expect, test } from 'vitest';
import { buildFrameTable } from './frame-table.ts';
import { keepRange } from './window.ts';

function tableOf(frameCount: number, gop: number) {
  return buildFrameTable(
    Array.from({ length: frameCount }, (_, frame) => ({
      ticks: frame * 100,
      durationTicks: 100,
      isKey: frame % gop === 0,
      byteLength: 1,
    })),
    1000,
  );
}

test('everything, when it fits', () => {
  expect(keepRange(tableOf(73, 10), 40, 73)).toEqual({ first: 0, last: 72 });
});

test('whole keyframe groups around the playhead, never more than fit', () => {
  for (const playhead of [0, 9, 10, 35, 59, 99]) {
    const range = keepRange(tableOf(100, 10), playhead, 35);
    expect(range.last - range.first + 1).toBeLessThanOrEqual(35);
    expect(range.first % 10).toBe(0);
    expect((range.last + 1) % 10).toBe(0);
    expect(playhead).toBeGreaterThanOrEqual(range.first);
    expect(playhead).toBeLessThanOrEqual(range.last);
  }
});

test('a group that is too large alone is cut to a window', () => {
  const range = keepRange(tableOf(300, 300), 290, 40);
  expect(range).toEqual({ first: 260, last: 299 });
});
