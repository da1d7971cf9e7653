import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instancePhaseSchema, type InstancePhase } from '../model/instance.ts';
import { burnRateOf, type BurnFacts } from './burn-rate.ts';

const facts = (phase: InstancePhase, more: Partial<BurnFacts> = {}): BurnFacts => ({
  phase,
  actualStatus: null,
  gpuRatePerHourUsd: 2,
  runningRatePerHourUsd: 2.25,
  storageRatePerHourUsd: 0.25,
  ...more,
});

test.each<[InstancePhase, string | null, string, string, number]>([
  ['creating', null, 'no', 'yes', 0.25],
  ['loading', 'loading', 'no', 'yes', 0.25],
  ['running', 'running', 'yes', 'yes', 2.25],
  ['restarting', 'rebooting', 'yes', 'yes', 2.25],
  ['stopping', 'running', 'yes', 'yes', 2.25],
  ['stopped', 'exited', 'no', 'yes', 0.25],
  ['scheduling', 'exited', 'no', 'yes', 0.25],
  ['outbid', 'exited', 'no', 'yes', 0.25],
  ['crashed', 'exited', 'unknown', 'yes', 2.25],
  ['frozen', 'frozen', 'yes', 'yes', 2.25],
  ['unreachable', 'offline', 'no', 'no', 0],
  ['unreachable', 'Offline ', 'no', 'no', 0],
  ['unreachable', 'unknown', 'unknown', 'unknown', 2.25],
  ['destroying', 'destroying', 'unknown', 'unknown', 2.25],
  ['destroying', 'destroyed', 'no', 'no', 0],
  ['other', 'hibernating', 'unknown', 'unknown', 2.25],
])('%s, actual %s: GPU %s, storage %s, %d dollars an hour', (phase, actualStatus, gpu, storage, ratePerHourUsd) => {
  expect(burnRateOf(facts(phase, { actualStatus }))).toMatchObject({ gpu, storage, ratePerHourUsd });
});

test('what is not known to be billed is counted and said', () => {
  expect(burnRateOf(facts('other')).because).toMatch(/Counted as billed/);
  expect(burnRateOf(facts('running')).isAssumed).toBe(false);
});

test('storage comes from the two other rates when it is not told; a sum stands in for the running price', () => {
  expect(burnRateOf(facts('stopped', { storageRatePerHourUsd: null })).ratePerHourUsd).toBeCloseTo(0.25);
  expect(burnRateOf(facts('running', { runningRatePerHourUsd: null })).ratePerHourUsd).toBeCloseTo(2.25);
});

test('an unknown rate is never nothing', () => {
  const none = { gpuRatePerHourUsd: null, runningRatePerHourUsd: null, storageRatePerHourUsd: null };
  expect(burnRateOf(facts('running', none)).ratePerHourUsd).toBeNull();
  expect(burnRateOf(facts('stopped', none)).ratePerHourUsd).toBeNull();
  expect(burnRateOf(facts('stopped', { ...none, runningRatePerHourUsd: 2.25 })).ratePerHourUsd).toBeNull();
});

const anyRate = fc.oneof(fc.constant(null), fc.double());

test('any rates: the answer is null or a number from 0 up, and a stopped machine never costs its running price', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...instancePhaseSchema.options),
      anyRate,
      anyRate,
      anyRate,
      (phase, gpuRatePerHourUsd, runningRatePerHourUsd, storageRatePerHourUsd) => {
        const given = facts(phase, { gpuRatePerHourUsd, runningRatePerHourUsd, storageRatePerHourUsd });
        const { gpu, ratePerHourUsd } = burnRateOf(given);
        if (ratePerHourUsd === null) return;
        expect(ratePerHourUsd).toBeGreaterThanOrEqual(0);
        expect(ratePerHourUsd).not.toBeNaN();
        const hasStorageRate =
          storageRatePerHourUsd !== null && Number.isFinite(storageRatePerHourUsd) && storageRatePerHourUsd >= 0;
        if (gpu === 'no' && hasStorageRate) expect(ratePerHourUsd).toBe(storageRatePerHourUsd);
      },
    ),
  );
});
