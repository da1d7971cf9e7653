import { expect, test } from 'vitest';
import {
  formatBriefDuration,
  formatAge,
  formatAgo,
  formatBytes,
  formatDuration,
  formatFigure,
  formatMoment,
  formatMoney,
  formatPercent,
  formatSpan,
  plural,
  truncateMiddle,
} from './format.ts';

test.each([
  [0, '0 B'],
  [940, '940 B'],
  [999.6, '1.0 kB'],
  [3_400_000, '3.4 MB'],
  [118_000_000, '118 MB'],
  [999_960_000, '1.00 GB'],
  [1_910_000_000, '1.91 GB'],
  [13_190_000_000, '13.2 GB'],
])('%d bytes read as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0.0 s'],
  [9.74, '9.7 s'],
  [9.96, '10 s'],
  [48.2, '48 s'],
  [65, '1 min 5 s'],
  [60, '1 min'],
  [564, '9 min 24 s'],
  [720, '12 min'],
  [22_740, '6 h 19 min'],
  [7320, '2 h 02 min'],
  [273_600, '3 d 4 h'],
])('%d seconds read as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test('an age names one unit and a clock that runs behind is never negative', () => {
  const now = Date.parse('2026-11-23T14:32:08Z');
  expect(formatAge(now - 1000, now)).toBe('now');
  expect(formatAge(now + 60_000, now)).toBe('now');
  expect(formatAge(now - 48_000, now)).toBe('48 s');
  expect(formatAgo(now - 430_000, now)).toBe('7 min ago');
  expect(formatAgo(now, now)).toBe('just now');
});

test('a moment is as short as it is clear', () => {
  const now = Date.parse('2026-11-23T14:32:08Z');
  expect(formatMoment('2026-11-23T14:12:00Z', now)).toBe('14:12');
  expect(formatMoment('2026-11-22T21:02:00Z', now)).toBe('22 Nov 21:02');
  expect(formatMoment('2025-11-22T21:02:00Z', now)).toBe('22 Nov 2025');
  expect(formatMoment('not a time', now)).toBe('not a time');
});

test('a span names the second day only when it differs', () => {
  expect(formatSpan('2026-11-23T14:08:45Z', '2026-11-23T14:09:50Z')).toBe('23 Nov 14:08:45 to 14:09:50');
  expect(formatSpan('2026-11-22T23:59:00Z', '2026-11-23T00:01:00Z')).toBe('22 Nov 23:59:00 to 23 Nov 00:01:00');
});

test('a job that is not done never reads 100 %', () => {
  expect(formatPercent(999, 1000)).toBe('99 %');
  expect(formatPercent(1000, 1000)).toBe('100 %');
  expect(formatPercent(0, 0)).toBe('0 %');
});

test('figures, money and names', () => {
  expect(formatFigure(-0.012_345)).toBe('−0.01235');
  expect(formatFigure(73)).toBe('73');
  expect(formatMoney(-0.4)).toBe('−$0.40');
  expect(plural(1, 'run')).toBe('1 run');
  expect(plural(12_480, 'run')).toBe('12,480 runs');
  expect(truncateMiddle('action_boost_debug_vm_20260301', 15)).toBe('action_…0260301');
});

test.each([
  [9.7, '9.7 s'],
  [59.4, '59 s'],
  [59.6, '1.0 min'],
  [104.5, '1.7 min'],
  [2_640, '44 min'],
  [3_569, '59 min'],
  [3_571, '1.0 h'],
  [22_800, '6.3 h'],
  [172_800, '2.0 d'],
])('%d seconds in one unit read as %s', (seconds, text) => {
  expect(formatBriefDuration(seconds)).toBe(text);
});
