import { expect, test } from 'vitest';
import { nothingArmed, type LeaseView } from '#shared/model/guard.ts';
import type { FleetItem, FleetView } from '#shared/model/fleet.ts';
import { guardWords, sentenceOf, titleOf } from './fleet-words.ts';
import { quitWarning } from './quit-warning.ts';

const machine = (facts: Partial<FleetItem>): FleetItem =>
  ({
    id: '41',
    label: 'night',
    phase: 'running',
    gpuUtilPercent: 90,
    burnRatePerHourUsd: 2,
    ownership: 'ours',
    goneAt: null,
    guard: nothingArmed,
    ...facts,
  }) as FleetItem;
const fleet = (facts: Partial<FleetView>): { kind: 'read'; view: FleetView } => ({
  kind: 'read',
  view: {
    items: [machine({})],
    source: 'live',
    address: null,
    observedAt: '2026-11-23T14:11:00.000Z',
    stale: false,
    staleBecause: null,
    creditUsd: null,
    creditAt: null,
    burnRatePerHourUsd: 2,
    creditHoursLeft: null,
    clockSkewMs: null,
    ...facts,
  } as FleetView,
});
const lease = (facts: Partial<LeaseView>): FleetItem =>
  machine({ guard: { ...nothingArmed, lease: { ...nothingArmed.lease, ...facts } } });

test.each([
  [fleet({}), '$2.00/h'],
  [fleet({ stale: true }), '$2.00/h at 14:11'],
  [fleet({ source: 'simulated' }), '$2.00/h simulated'],
  [fleet({ burnRatePerHourUsd: null }), 'rate unknown'],
  [fleet({ items: [], burnRatePerHourUsd: 0 }), '$0.00/h'],
  [{ kind: 'unknown', because: 'No answer.' } as const, 'rate unknown'],
  [{ kind: 'none', because: 'No key.' } as const, ''],
])('the title of the menu bar: %#', (sight, title) => {
  expect(titleOf(sight)).toBe(title);
});

test('a rate that is not known counts as money', () => {
  const view = fleet({ items: [machine({ burnRatePerHourUsd: null })], burnRatePerHourUsd: null });
  expect(sentenceOf(view)).toBe('1 machine costs money: rate unknown');
});

test('what guards a machine without the room is its own lease, or nothing, or not known', () => {
  expect(guardWords(lease({ state: 'armed', leaseLeftSeconds: 900, maxLeftSeconds: 7200 }))).toContain('about 15 min');
  expect(guardWords(lease({ state: 'armed', leaseLeftSeconds: 900, maxLeftSeconds: 30 }))).toContain('less than a min');
  expect(guardWords(lease({ state: 'not_armed' }))).toContain('nothing stops it');
  expect(guardWords(lease({ state: 'needs_restart' }))).toContain('nothing stops it');
  expect(guardWords(lease({ state: 'unknown' }))).toContain('not known');
});

test.each([
  ['stopped', fleet({ items: [machine({ phase: 'stopped' })] })],
  ['somebody else’s', fleet({ items: [machine({ ownership: 'known' })] })],
  ['gone', fleet({ items: [machine({ goneAt: '2026-11-23T14:00:00.000Z' })] })],
  ['simulated', fleet({ source: 'simulated' })],
  ['never read', { kind: 'unknown', because: 'No answer.' } as const],
])('nothing is asked before the app ends: %s', (_what, sight) => {
  expect(quitWarning(sight)).toBeNull();
});

test('before the app ends, what may run and bill by itself counts as running', () => {
  for (const phase of ['running', 'loading', 'outbid', 'crashed', 'unreachable', 'other', 'stopping'] as const)
    expect(quitWarning(fleet({ items: [machine({ phase })] }))?.message, phase).toBe('1 machine runs, $2.00/h');
  const old = quitWarning(fleet({ stale: true, items: [machine({}), machine({ burnRatePerHourUsd: null })] }));
  expect(old?.message).toBe('2 machines run, rate unknown');
  expect(old?.detail).toMatch(/^Last known state of 2026-11-23T14:11/);
});
