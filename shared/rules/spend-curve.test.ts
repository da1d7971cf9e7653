import { expect, test } from 'vitest';
import { spendCurve, type MachineDay } from './spend-curve.ts';

const hourMs = 3_600_000;
const midnightMs = Date.parse('2026-03-02T00:00:00.000Z');
const at = (hour: number): string => new Date(midnightMs + hour * hourMs).toISOString();
const everyMinutes = (fromHour: number, toHour: number, ratePerHourUsd: number | null) =>
  Array.from({ length: (toHour - fromHour) * 15 + 1 }, (_, step) => ({
    at: at(fromHour + step / 15),
    phase: 'running' as const,
    ratePerHourUsd,
    kind: 'observed' as const,
  }));
const machine = (more: Partial<MachineDay>): MachineDay => ({
  samples: [],
  startedAt: at(-20),
  goneAt: null,
  charged: null,
  ...more,
});
const day = (machines: readonly MachineDay[], toHour: number) =>
  spendCurve(machines, { fromMs: midnightMs, toMs: midnightMs + toHour * hourMs, stepMs: hourMs });

test('the day begins at midnight with what ran before, and the points add up to what was spent', () => {
  const curve = day([machine({ samples: everyMinutes(-2, 4, 3) })], 4);
  expect(curve.spentUsd).toBeCloseTo(12);
  expect(curve).toMatchObject({ estimatedUsd: 0, unknownMs: 0 });
  expect(curve.points.map(({ usd }) => Math.round(usd))).toEqual([0, 3, 6, 9, 12]);
});

test('time before the first look is an estimate at the rate seen then, and unknown without one', () => {
  const curve = day([machine({ samples: everyMinutes(3, 4, 3) })], 4);
  expect(curve.spentUsd).toBeCloseTo(12);
  expect(curve.estimatedUsd).toBeCloseTo(9);
  expect(curve.unknownMs).toBe(0);
  expect(day([machine({ samples: everyMinutes(3, 4, null) })], 4)).toMatchObject({
    spentUsd: 0,
    unknownMs: 4 * hourMs,
  });
  expect(day([machine({})], 4).unknownMs).toBe(4 * hourMs);
});

test('a contract of today counts as charged, and from there on as observed', () => {
  const curve = day(
    [machine({ samples: everyMinutes(3, 4, 3), startedAt: at(1), charged: { usd: 7, until: at(3) } })],
    4,
  );
  expect(curve.spentUsd).toBeCloseTo(10);
  expect(curve.unknownMs).toBe(0);
});

test('what was charged since an older beginning is not of today', () => {
  const curve = day([machine({ samples: everyMinutes(-1, 2, 1), charged: { usd: 500, until: at(1) } })], 2);
  expect(curve.spentUsd).toBeCloseTo(2);
});

test('a machine that is gone costs nothing afterwards, and a gap is an estimate', () => {
  expect(day([machine({ samples: everyMinutes(0, 1, 2), goneAt: at(1) })], 5).spentUsd).toBeCloseTo(2);
  const gap = day([machine({ samples: [...everyMinutes(0, 1, 2), ...everyMinutes(3, 4, 2)] })], 4);
  expect(gap.spentUsd).toBeCloseTo(8);
  expect(gap.estimatedUsd).toBeCloseTo(4);
});
