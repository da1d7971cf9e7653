import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  capOff,
  costOfEgress,
  hoursToDeletion,
  hoursUntil,
  costOfLastPull,
  readBudget,
  readCap,
  readCapFor,
  type BudgetFacts,
  type BudgetState,
  type Cap,
} from './budget.ts';
import type { SpendTotal } from './spend.ts';

const spent = (totalUsd: number, more: Partial<SpendTotal> = {}): SpendTotal => ({
  totalUsd,
  chargedUsd: 0,
  observedUsd: totalUsd,
  estimatedUsd: 0,
  egressUsd: 0,
  unknownMs: 0,
  gaps: [],
  ...more,
});
const cap = (usd: number): Cap => ({ kind: 'amount', usd });
const facts = (totalUsd: number, more: Partial<BudgetFacts> = {}): BudgetFacts => ({
  cap: cap(100),
  spend: spent(totalUsd),
  ratePerHourUsd: 2,
  lastPullUsd: 0,
  ...more,
});

test.each([0, -0, -1, -0.01, -1e300, '0', ' 0.00 ', '-5'])('%s is off, in words', (value) => {
  expect(readCap(value)).toEqual({ ok: true, cap: capOff, words: 'Cap OFF, no limit' });
});

test.each([
  [500, 500],
  [0.01, 0.01],
  ['500', 500],
  [' 12.50 ', 12.5],
])('%s is a limit', (value, usd) => {
  expect(readCap(value)).toMatchObject({ ok: true, cap: { kind: 'amount', usd } });
});

const noCaps = [
  Number.NaN,
  Infinity,
  -Infinity,
  null,
  undefined,
  '',
  ' ',
  'off',
  '5e2',
  '0x10',
  '1,5',
  true,
  [],
  [5],
  {},
];
test.each(noCaps)('%s is refused with a sentence', (value) => {
  const answer = readCap(value);
  expect(answer.ok).toBe(false);
  if (!answer.ok) expect(answer.because).toMatch(/^A cap is a number of dollars, or 0 for none\./);
});

test('whatever is given: 0 or less is off, a number above is that limit, all else is refused', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const answer = readCap(value);
      if (typeof value === 'number' && value <= 0 && Number.isFinite(value))
        expect(answer).toMatchObject({ ok: true, cap: capOff });
      else if (typeof value === 'number' && Number.isFinite(value))
        expect(answer).toMatchObject({ ok: true, cap: { kind: 'amount', usd: value } });
      else if (typeof value !== 'string') expect(answer.ok).toBe(false);
      if (answer.ok && answer.cap.kind === 'amount') expect(answer.cap.usd).toBeGreaterThan(0);
    }),
  );
  fc.assert(
    fc.property(fc.double({ noNaN: true, max: 0, noDefaultInfinity: true }), (value) => {
      expect(readCap(value)).toMatchObject({ ok: true, cap: capOff });
    }),
  );
});

test('an amount without a usable rate is refused; off needs no rate', () => {
  for (const rate of [null, 0, -1, Number.NaN, Infinity]) {
    expect(readCapFor(50, rate)).toMatchObject({ ok: false, because: expect.stringMatching(/^A cap of \$50\.00/) });
    expect(readCapFor(0, rate)).toMatchObject({ ok: true, cap: capOff });
  }
  expect(readCapFor(50, 1.5)).toMatchObject({ ok: true, cap: cap(50) });
});

test.each<[number, BudgetState]>([
  [0, 'ok'],
  [49.99, 'ok'],
  [50, 'warn_50'],
  [79.99, 'warn_50'],
  [80, 'warn_80'],
  [95, 'warn_95'],
  [99.99, 'warn_95'],
  [100, 'over'],
  [250, 'over'],
])('$%d of $100 is %s', (totalUsd, state) => {
  expect(readBudget(facts(totalUsd)).state).toBe(state);
});

test('a cap that is off is off whatever was spent and whatever is not known', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, noNaN: true }), fc.option(fc.double()), (totalUsd, ratePerHourUsd) => {
      const reading = readBudget(facts(totalUsd, { cap: capOff, ratePerHourUsd }));
      expect(reading).toMatchObject({ state: 'off', mustStop: false, shareOfCap: null, hoursToCap: null });
      expect(reading.words).toMatch(/^Cap OFF, no limit/);
    }),
  );
});

test('an unknown rate makes the state unknown, never ok; what is known is still enough to be over', () => {
  expect(readBudget(facts(10, { ratePerHourUsd: null })).state).toBe('unknown');
  expect(readBudget(facts(10, { spend: spent(10, { unknownMs: 1 }) })).state).toBe('unknown');
  expect(readBudget(facts(100, { ratePerHourUsd: null }))).toMatchObject({ state: 'over', mustStop: true });
  expect(readBudget(facts(10, { ratePerHourUsd: 0 })).state).toBe('ok');
});

test('the forecast stops before the cap and leaves money for the last pull', () => {
  const reading = readBudget(facts(90, { lastPullUsd: 4 }));
  expect(reading).toMatchObject({ hoursToCap: 5, hoursToStop: 3, mustStop: false });
  expect(readBudget(facts(96, { lastPullUsd: 4 }))).toMatchObject({ state: 'warn_95', mustStop: true, hoursToStop: 0 });
  expect(reading.words).toContain('$4.00 of it are kept for the last pull');
});

test('more spent is never a calmer state, and at 100 % the guard always has to stop', () => {
  const order: BudgetState[] = ['ok', 'warn_50', 'warn_80', 'warn_95', 'over'];
  const usd = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(usd, usd, fc.double({ min: 0.01, max: 1e6, noNaN: true }), (a, b, limit) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)].map((each) => readBudget(facts(each, { cap: cap(limit) })));
      expect(order.indexOf(more!.state)).toBeGreaterThanOrEqual(order.indexOf(less!.state));
      if (Math.max(a, b) >= limit) expect(more).toMatchObject({ state: 'over', mustStop: true, hoursToCap: 0 });
    }),
  );
});

test('hours until money is gone: unknown is null, gone is 0', () => {
  expect(hoursUntil(10, 2)).toBe(5);
  expect(hoursUntil(-1, 2)).toBe(0);
  expect(hoursUntil(0, null)).toBe(0);
  for (const rate of [null, 0, Number.NaN, -2]) expect(hoursUntil(10, rate)).toBeNull();
  expect(hoursUntil(null, 2)).toBeNull();
});

const now = '2026-03-01T00:00:00.000Z';
const calm = { now, endsAt: null, creditUsd: null, creditGoneAt: null, fleetRatePerHourUsd: null };
test('data is at risk 48 hours after the contract ends or the credit is gone, whichever is first', () => {
  expect(hoursToDeletion(calm)).toBeNull();
  expect(hoursToDeletion({ ...calm, endsAt: '2026-03-01T10:00:00.000Z' })?.hours).toBe(58);
  expect(hoursToDeletion({ ...calm, endsAt: '2026-02-20T00:00:00.000Z' })?.hours).toBe(0);
  expect(hoursToDeletion({ ...calm, creditUsd: 10, fleetRatePerHourUsd: 1 })?.hours).toBe(58);
  expect(hoursToDeletion({ ...calm, creditUsd: -1, creditGoneAt: '2026-02-28T00:00:00.000Z' })?.hours).toBe(24);
  expect(hoursToDeletion({ ...calm, creditUsd: -1 })?.hours).toBe(0);
  expect(
    hoursToDeletion({ ...calm, endsAt: '2026-03-01T01:00:00.000Z', creditUsd: 100, fleetRatePerHourUsd: 1 })?.because,
  ).toMatch(/contract/);
});

test('traffic and the last pull: unknown stays unknown', () => {
  expect(costOfEgress(5e9, 0.02)).toBeCloseTo(0.1);
  expect(costOfEgress(null, 0.02)).toBeNull();
  expect(costOfEgress(5e9, null)).toBeNull();
  expect(costOfEgress(5e9, -1)).toBeNull();
  const pull = { sizeBytes: 36e9, uploadUsdPerGb: 0.01, bytesPerSecond: 10e6, ratePerHourUsd: 2 };
  expect(costOfLastPull(pull)).toBeCloseTo(0.36 + 2);
  expect(costOfLastPull({ ...pull, bytesPerSecond: 0 })).toBeNull();
  expect(costOfLastPull({ ...pull, sizeBytes: 0, bytesPerSecond: null })).toBe(0);
});
