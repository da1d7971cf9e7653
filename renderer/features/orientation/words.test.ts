import { expect, test } from 'vitest';
import type { OrientationCounts } from '#shared/model/orientation.ts';
import { summaryMark } from './words.ts';

const none: OrientationCounts = {
  aligned: 0,
  misaligned: 0,
  inconclusive: 0,
  not_the_same_clip: 0,
  time_shift: 0,
  not_checked: 0,
};

test.each([
  [{}, 'off', 'no enriched clips'],
  [{ aligned: 16 }, 'ok', '16 of 16 aligned'],
  [{ not_checked: 4 }, 'waiting', '4 not checked, 0 of 4 aligned'],
  [{ aligned: 3, inconclusive: 1 }, 'unknown', '1 inconclusive, 3 of 4 aligned'],
  [{ aligned: 1, misaligned: 2, not_checked: 1 }, 'fail', '2 misaligned, 1 not checked, 1 of 4 aligned'],
])('%j', (counts, shape, word) => {
  expect(summaryMark({ ...none, ...counts })).toEqual({ shape, word });
});
