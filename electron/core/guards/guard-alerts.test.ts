import { expect, test } from 'vitest';
import { nothingArmed, type GuardView } from '#shared/model/guard.ts';
import { guardAlertsOf } from './guard-alerts.ts';
import { toGuardView } from './guard-view.ts';
import type { LeaseStatus } from './lease-status.ts';
import type { GuardRecord } from './store.ts';

const now = '2026-08-10T12:00:00.000Z';
const minutesAgo = (minutes: number): string => new Date(Date.parse(now) - minutes * 60_000).toISOString();
const nothing: GuardRecord = {
  arming: null,
  watch: null,
  lease: null,
  drill: null,
  stop: null,
  isDeadlineSpent: false,
};
const status: LeaseStatus = {
  v: 1,
  id: '7',
  hasKey: true,
  isAlive: true,
  upSeconds: 9000,
  graceLeftSeconds: -7200,
  leaseLeftSeconds: 1700,
  maxLeftSeconds: 7200,
  idleLimitSeconds: 1800,
  quietSeconds: 0,
  busy: '',
  request: '',
  stopping: '',
  drill: '',
};
const leaseOf = (more: Partial<LeaseStatus>, readAgo = 1): GuardRecord['lease'] => ({
  readAt: minutesAgo(readAgo),
  status: { ...status, ...more },
  setByEventId: null,
  failure: null,
});
const armed: GuardRecord = {
  ...nothing,
  arming: {
    instanceId: '7',
    eventId: 'ev',
    isArmed: true,
    at: minutesAgo(60),
    actor: 'Ada',
    settings: { idleMinutes: 30, stopWhenFinished: false, deadlineAt: null, policy: 'stop_anyway' },
  },
};
const watched = (quietMinutes: number | null, sampledAgo = 0): GuardRecord['watch'] => ({
  instanceId: '7',
  lookedAt: now,
  sampledAt: minutesAgo(sampledAgo),
  quietSince: quietMinutes === null ? null : minutesAgo(quietMinutes),
  busyAt: null,
  budgetStopAt: null,
  couldNotTell: null,
});
const machine = { phase: 'running', isGone: false, isGpuBilled: true } as const;
const view = (record: GuardRecord): GuardView => toGuardView(record, machine, now);
const codes = (record: GuardRecord): string[] =>
  guardAlertsOf(
    { phase: 'running', ownership: 'ours', guard: view(record), burnRatePerHourUsd: 1 },
    true,
    record,
    now,
  ).map((it) => it.code);

test('ours, billed and nothing armed is unguarded; either layer ends that', () => {
  expect(view(nothing)).toMatchObject({ state: 'none', room: nothingArmed.room });
  expect(codes(nothing)).toEqual(['unguarded']);
  expect(codes({ ...armed, watch: watched(null) })).toEqual([]);
  expect(codes({ ...nothing, lease: leaseOf({ busy: 'step' }) })).toEqual([]);
});

test('billed and idle: from the machine’s own word, else from samples without a gap up to now', () => {
  expect(codes({ ...armed, watch: watched(11) })).toEqual(['billed_idle']);
  expect(codes({ ...armed, watch: watched(9) })).toEqual([]);
  expect(codes({ ...armed, watch: watched(60, 5) })).toEqual([]);
  expect(codes({ ...armed, watch: watched(null), lease: leaseOf({ quietSeconds: 660 }) })).toEqual(['billed_idle']);
  // It works on files or the network: its GPU alone does not make it idle.
  expect(codes({ ...armed, watch: watched(60), lease: leaseOf({ busy: 'files' }) })).toEqual([]);
});

test('both layers, one, and a lease that was not read lately', () => {
  const both = { ...armed, watch: watched(null), lease: leaseOf({ busy: 'step' }) };
  expect(view(both).state).toBe('armed');
  expect(view({ ...both, lease: leaseOf({}, 11) })).toMatchObject({ state: 'part_armed', lease: { state: 'unknown' } });
  expect(codes({ ...both, lease: leaseOf({}, 11) })).toEqual(['lease_unreadable']);
  expect(view({ ...both, lease: leaseOf({ hasKey: false }) }).lease.state).toBe('needs_restart');
  expect(view({ ...both, lease: leaseOf({ isAlive: false }) }).lease.state).toBe('not_armed');
});

test('a guard that nobody runs is not "armed", and stops nothing by itself', () => {
  const away = { ...armed, watch: { ...watched(null)!, lookedAt: minutesAgo(30) } };
  expect(view(away)).toMatchObject({
    state: 'part_armed',
    nextStop: null,
    words: expect.stringContaining('only while it is open'),
  });
});
