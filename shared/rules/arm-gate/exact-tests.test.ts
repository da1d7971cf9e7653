import { expect, test } from 'vitest';
import { bootstrapInterval, signFlipP, signTestP, wilson } from './exact-tests.ts';

/** Every pattern, one by one: slow, and plainly right. */
function counted(differences: readonly number[]): number {
  const n = differences.length;
  const observed = Math.abs(differences.reduce((sum, each) => sum + each, 0));
  let atLeast = 0;
  for (let pattern = 0; pattern < 2 ** n; pattern += 1) {
    const sum = differences.reduce((total, each, at) => total + ((pattern >> at) & 1 ? -each : each), 0);
    if (Math.abs(sum) >= observed - 1e-9) atLeast += 1;
  }
  return atLeast / 2 ** n;
}

test.each([
  [[0.5]],
  [[0.2, -0.1]],
  [[0.3, 0.3, 0.3, 0.3, 0.3]],
  [[0.1, 0.4, -0.2, 0.35, 0, 0.05, 0.6]],
  [[0, 0, 0, 0]],
  [[-0.3, -0.2, -0.9, 0.1, 0.1, 0.2, 0.4, -0.15, 0.05]],
])('the sign-flip test counts %j as every pattern one by one does', (differences) => {
  expect(signFlipP(differences, 1)).toBeCloseTo(counted(differences), 12);
});

test('five clips of five are never significant, six of six are', () => {
  expect(signFlipP([1, 1, 1, 1, 1], 1)).toBe(0.0625);
  expect(signFlipP([1, 1, 1, 1, 1, 1], 1)).toBe(0.03125);
});

test('beyond 20 clips patterns are drawn, the same for a seed, and never give 0', () => {
  const differences = Array.from({ length: 24 }, () => 0.3);
  expect(signFlipP(differences, 7)).toBe(signFlipP(differences, 7));
  expect(signFlipP(differences, 7)).toBeCloseTo(1 / 100_001, 9);
  const mixed = differences.map((each, at) => (at % 2 === 0 ? each : -each));
  expect(signFlipP(mixed, 7)).toBeGreaterThan(0.9);
});

test('the smallest wins that are significant', () => {
  const table = [
    [6, 6],
    [7, 7],
    [8, 8],
    [8, 9],
    [9, 10],
    [10, 11],
    [10, 12],
    [11, 13],
    [12, 14],
    [12, 15],
    [13, 16],
    [14, 18],
    [15, 20],
  ] as const;
  for (const [wins, of] of table) {
    expect(signTestP(wins, of - wins)).toBeLessThanOrEqual(0.05);
    expect(signTestP(wins - 1, of - wins + 1)).toBeGreaterThan(0.05);
  }
  expect(signTestP(5, 0)).toBe(0.0625);
  expect(signTestP(0, 0)).toBe(1);
});

test('Wilson', () => {
  expect(wilson(1, 5)?.low).toBeCloseTo(0.566, 3);
  expect(wilson(0.75, 16)?.low).toBeCloseTo(0.505, 3);
  expect(wilson(0.75, 16)?.high).toBeCloseTo(0.898, 3);
  expect(wilson(0.5, 0)).toBeNull();
});

test('the interval holds the mean and is the same for a seed', () => {
  const differences = [0.1, 0.4, 0.2, 0.35, 0, 0.05, 0.6];
  const interval = bootstrapInterval(differences, 3)!;
  expect(interval).toEqual(bootstrapInterval(differences, 3));
  expect(interval.low).toBeLessThan(0.243);
  expect(interval.high).toBeGreaterThan(0.243);
  expect(bootstrapInterval([], 3)).toBeNull();
  expect(bootstrapInterval([0.2, 0.2], 3)).toEqual({ low: expect.closeTo(0.2, 9), high: expect.closeTo(0.2, 9) });
});
