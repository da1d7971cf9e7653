import { expect, test } from 'vitest';
import { linesOf, pathOf, scaleOf } from './plot-scale.ts';

const line = (...values: number[]) => [{ side: 'both' as const, values: Float32Array.from(values) }];

test.each([
  ['an error of nothing', 'meanError', line(0, 0), { low: 0, high: 0.5 }],
  ['an error', 'meanError', line(0.2, 2.93, Number.NaN), { low: 0, high: 3 }],
  ['a large error', 'meanError', line(61), { low: 0, high: 80 }],
  ['nothing measured yet', 'motion', line(Number.NaN), { low: 0, high: 0.5 }],
  ['a likeness', 'ssim', line(0.9, 0.4), { low: 0, high: 1 }],
  ['near and far swapped', 'correlation', line(-0.83), { low: -1, high: 1 }],
] as const)('the scale of %s', (_what, plot, lines, scale) => {
  expect(scaleOf(plot, lines)).toEqual(scale);
});

test('a gap breaks the line, and a value alone is a dot', () => {
  expect(pathOf(Float32Array.of(0, 1, Number.NaN, 2), { low: 0, high: 2 })).toBe(
    'M0.5 1.0000L1.5 0.5000M3.5 0.0000h0.01',
  );
});

test('motion has a line for each side', () => {
  const values = Object.fromEntries(
    ['meanError', 'correlation', 'ssim', 'motionLeft', 'motionRight'].map((name) => [name, new Float32Array(2)]),
  );
  expect(linesOf('motion', values as never).map((each) => each.side)).toEqual(['left', 'right']);
});
