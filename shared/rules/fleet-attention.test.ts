import { expect, test } from 'vitest';
import type { BudgetStatus, FleetItem } from '../model/fleet.ts';
import { nothingArmed } from '../model/guard.ts';
import { sshNotTried } from '../model/ssh.ts';
import { attentionOf, byAttention, byBurn, quietTime, wasteOf, type AttentionFacts } from './fleet-attention.ts';

const nowMs = Date.parse('2026-03-02T12:00:00.000Z');
const ago = (minutes: number): string => new Date(nowMs - minutes * 60_000).toISOString();

const base: FleetItem = {
  id: '1',
  machineId: null,
  hostId: null,
  label: 'one',
  intendedStatus: 'running',
  actualStatus: 'running',
  currentState: 'running',
  nextState: 'running',
  statusMessage: null,
  isInterruptible: false,
  gpuName: 'H100 SXM',
  gpuCount: 1,
  gpuUtilPercent: 90,
  gpuTempCelsius: null,
  gpuRamMb: null,
  cpuCoresEffective: null,
  cpuRamMb: null,
  memoryUsedGb: null,
  diskTotalGb: 200,
  diskUsedGb: 20,
  gpuRatePerHourUsd: 2,
  runningRatePerHourUsd: 2.1,
  storageRatePerHourUsd: 0.1,
  uploadUsdPerGb: null,
  downloadUsdPerGb: null,
  minBidPerHourUsd: null,
  startedAt: ago(120),
  endsAt: null,
  imageName: null,
  runType: null,
  reliability: null,
  geolocation: null,
  publicAddress: null,
  sshEndpoints: [],
  phase: 'running',
  phaseBecause: '',
  phaseSince: null,
  reachable: null,
  ssh: sshNotTried,
  guard: nothingArmed,
  burnRatePerHourUsd: 2.1,
  burnBecause: '',
  isBurnAssumed: false,
  spentUsd: 4,
  spentSince: ago(120),
  isSpentEstimated: false,
  endpoint: null,
  ownership: 'ours',
  owner: null,
  asked: null,
  askedAt: null,
  firstSeenAt: ago(120),
  lastSeenAt: ago(0),
  goneAt: null,
  alerts: [],
};
const facts = (item: Partial<FleetItem>, more: Partial<AttentionFacts> = {}): AttentionFacts => ({
  item: { ...base, ...item },
  budget: null,
  lastStop: null,
  quietMs: null,
  ...more,
});
const kindOf = (item: Partial<FleetItem>, more: Partial<AttentionFacts> = {}) => attentionOf(facts(item, more)).kind;
const over = { state: 'over' } as BudgetStatus;

test('each state of a machine has its place', () => {
  expect(kindOf({})).toBe('running');
  expect(kindOf({}, { quietMs: 10 * 60_000 })).toBe('billed_idle');
  expect(kindOf({}, { quietMs: 9 * 60_000 })).toBe('running');
  expect(kindOf({ phase: 'creating' })).toBe('loading');
  expect(kindOf({ phase: 'stopped', asked: 'running' })).toBe('stopped_unasked');
  expect(kindOf({ phase: 'outbid' })).toBe('outbid');
  expect(kindOf({ burnRatePerHourUsd: null })).toBe('rate_unknown');
  expect(kindOf({ goneAt: ago(1), burnRatePerHourUsd: 0 })).toBe('gone');
});

test('a machine that nobody here knows stands out while it is billed, even if only for its disk', () => {
  expect(attentionOf(facts({ ownership: 'unknown' }))).toEqual({ kind: 'not_ours', tint: 'unknown', waste: 'stray' });
  const stopped = facts({ ownership: 'unknown', phase: 'stopped', burnRatePerHourUsd: 0.1 });
  expect(attentionOf(stopped)).toEqual({ kind: 'not_ours', tint: 'unknown', waste: null });
  expect(kindOf({ ownership: 'unknown', phase: 'unreachable', burnRatePerHourUsd: 0 })).toBe('unreachable');
});

test('a stop is an incident when its job gave up or its patience is over, not while it is waited for', () => {
  const asked = { asked: 'stopped', askedAt: ago(1) } as const;
  const failed = { isOver: true, hasFailed: true, askedAt: ago(1) };
  expect(kindOf(asked)).toBe('running');
  expect(kindOf(asked, { lastStop: failed })).toBe('stop_not_confirmed');
  expect(kindOf(asked, { lastStop: { ...failed, isOver: false, hasFailed: false } })).toBe('running');
  const late = { ...asked, alerts: [{ code: 'asked_otherwise', message: '' }] } as const;
  expect(kindOf({ ...late, alerts: [...late.alerts] })).toBe('stop_not_confirmed');
  expect(kindOf({ ...asked, phase: 'stopped', burnRatePerHourUsd: 0.1 }, { lastStop: failed })).toBe('stopped');
  expect(kindOf({ asked: 'running', askedAt: ago(0) }, { lastStop: failed })).toBe('running');
  expect(kindOf({ guard: { ...nothingArmed, state: 'stop_not_confirmed' } })).toBe('stop_not_confirmed');
});

test('over budget counts while a GPU may be billed: a stopped disk goes on by itself', () => {
  expect(attentionOf(facts({}, { budget: over }))).toMatchObject({ kind: 'over_budget', tint: 'fail', waste: 'stray' });
  expect(kindOf({ phase: 'stopped', burnRatePerHourUsd: 0.1 }, { budget: over })).toBe('stopped');
  expect(kindOf({ phase: 'crashed', burnRatePerHourUsd: 2.1 }, { budget: over })).toBe('over_budget');
});

const point = (minutesAgo: number, gpuUtilPercent: number | null, phase: FleetItem['phase'] = 'running') => ({
  at: ago(minutesAgo),
  phase,
  ratePerHourUsd: 2,
  gpuUtilPercent,
});

test('quiet time goes back over quiet samples only, and over no gap', () => {
  expect(quietTime([point(3, 80), point(2, 1), point(1, 0), point(0, 4.9)], nowMs)).toBe(2 * 60_000);
  expect(quietTime([point(2, 0), point(1, null), point(0, 0)], nowMs)).toBe(0);
  expect(quietTime([point(20, 0), point(1, 0)], nowMs)).toBe(60_000);
  expect(quietTime([point(1, 0), point(0, 80)], nowMs)).toBeNull();
  expect(quietTime([point(1, 0), point(0, null)], nowMs)).toBeNull();
  expect(quietTime([point(30, 0)], nowMs)).toBeNull();
  expect(quietTime([point(0, 0, 'stopped')], nowMs)).toBeNull();
  expect(quietTime([], nowMs)).toBeNull();
});

test('rows go by attention, then by burn, then by id; the burn for nothing is told in two parts', () => {
  const row = (id: string, item: Partial<FleetItem>, more: Partial<AttentionFacts> = {}) => {
    const all = facts({ ...item, id }, more);
    return { item: all.item, attention: attentionOf(all) };
  };
  const rows = [
    row('5', { phase: 'stopped', burnRatePerHourUsd: 0.1 }),
    row('10', {}),
    row('9', {}),
    row('4', { burnRatePerHourUsd: 4 }),
    row('3', { burnRatePerHourUsd: 1.5 }, { quietMs: 3_600_000 }),
    row('2', { ownership: 'unknown', burnRatePerHourUsd: 0.7 }),
    row('1', { burnRatePerHourUsd: 0.5 }, { budget: over }),
  ];
  expect(rows.toSorted(byAttention).map(({ item }) => item.id)).toEqual(['1', '2', '3', '4', '9', '10', '5']);
  expect(rows.toSorted(byBurn)[0]?.item.id).toBe('4');
  expect(wasteOf(rows)).toEqual({ idlePerHourUsd: 1.5, strayPerHourUsd: 1.2 });
});
