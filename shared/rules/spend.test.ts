import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spendOf, type SpendSample } from './spend.ts';

const startMs = Date.parse('2026-03-01T00:00:00.000Z');
const at = (minute: number): string => new Date(startMs + minute * 60_000).toISOString();
const sample = (minute: number, ratePerHourUsd: number | null, more: Partial<SpendSample> = {}): SpendSample => ({
  at: at(minute),
  phase: 'running',
  ratePerHourUsd,
  kind: 'observed',
  ...more,
});

test('a rate holds until the next sample, and the last one until now', () => {
  const total = spendOf([sample(0, 6), sample(4, 0.6, { phase: 'stopped' })], { now: at(8) });
  expect(total.observedUsd).toBeCloseTo(0.4 + 0.04);
  expect(total).toMatchObject({ estimatedUsd: 0, unknownMs: 0, gaps: [] });
});

test('a gap is estimated at the higher rate of its two ends, and named', () => {
  const total = spendOf([sample(0, 6), sample(60, 0.6)], { now: at(60) });
  expect(total.estimatedUsd).toBeCloseTo(6);
  expect(total.observedUsd).toBe(0);
  expect(total.gaps).toEqual([{ from: at(0), to: at(60), usd: 6 }]);
  expect(spendOf([sample(0, 0.6), sample(60, 6)], { now: at(60) }).estimatedUsd).toBeCloseTo(6);
});

test('a last sample that is old makes the time since then an estimate', () => {
  expect(spendOf([sample(0, 6)], { now: at(120) })).toMatchObject({ estimatedUsd: 12, gaps: [{ to: at(120) }] });
});

test('time without a rate is counted as time, never as nothing spent', () => {
  const total = spendOf([sample(0, null), sample(2, Number.NaN), sample(4, -1), sample(5, 6)], { now: at(6) });
  expect(total.unknownMs).toBe(5 * 60_000);
  expect(total.totalUsd).toBeCloseTo(0.1);
  expect(spendOf([sample(0, null)], { now: at(60) }).gaps).toEqual([{ from: at(0), to: at(60), usd: null }]);
});

test('what the provider charged replaces the samples before it; traffic is added', () => {
  const samples = [sample(0, 6), sample(4, 6), sample(8, 6)];
  const total = spendOf(samples, { now: at(10), charged: { usd: 1, until: at(6) }, egressUsd: 0.5 });
  expect(total).toMatchObject({ chargedUsd: 1, egressUsd: 0.5 });
  expect(total.totalUsd).toBeCloseTo(1 + 0.4 + 0.5);
});

const minutes = fc.integer({ min: 0, max: 600 });
const anySamples = fc.array(
  fc
    .tuple(minutes, fc.option(fc.double({ min: 0, max: 50, noNaN: true })), fc.boolean())
    .map(([minute, rate, isSeen]) => sample(minute, rate, { kind: isSeen ? 'observed' : 'estimated' })),
  { maxLength: 12 },
);

test('the parts make the whole, later is never less, and the order of samples does not matter', () => {
  fc.assert(
    fc.property(anySamples, minutes, minutes, (samples, a, b) => {
      const [early, late] = [Math.min(a, b), Math.max(a, b)].map((minute) => spendOf(samples, { now: at(minute) }));
      expect(late!.totalUsd).toBeCloseTo(late!.observedUsd + late!.estimatedUsd);
      expect(late!.totalUsd).toBeGreaterThanOrEqual(0);
      // Up to the last sample seen early, nothing known later can take away money; a later sample may
      // only raise a gap or tell a rate.
      expect(late!.totalUsd + 1e-9).toBeGreaterThanOrEqual(early!.totalUsd);
      const distinct = new Set(samples.map((each) => each.at)).size === samples.length;
      if (distinct)
        expect(spendOf(samples.toReversed(), { now: at(Math.max(a, b)) }).totalUsd).toBeCloseTo(late!.totalUsd);
    }),
  );
});

test('looking twice as often at the same rate changes nothing', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 50, noNaN: true }), fc.integer({ min: 1, max: 120 }), (rate, length) => {
      const ends = [sample(0, rate), sample(length, rate)];
      const between = sample(length / 2, rate);
      const now = at(length);
      expect(spendOf([...ends, between], { now }).totalUsd).toBeCloseTo(spendOf(ends, { now }).totalUsd);
    }),
  );
});
