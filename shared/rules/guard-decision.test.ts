import { describe, expect, test } from 'vitest';
import type { BudgetReading } from './budget.ts';
import { decideGuard, type GuardFacts, type LeaseBeat } from './guard-decision.ts';

const now = '2026-08-10T12:00:00.000Z';
const minutesAgo = (minutes: number): string => new Date(Date.parse(now) - minutes * 60_000).toISOString();
const quiet = (minutes: number, more: Partial<LeaseBeat> = {}): LeaseBeat => ({
  readAt: minutesAgo(1),
  isAlive: true,
  busy: '',
  quietSeconds: minutes * 60,
  ...more,
});
const facts = (more: Omit<Partial<GuardFacts>, 'settings'> & { settings?: Partial<GuardFacts['settings']> } = {}) =>
  ({
    now,
    isDeadlineSpent: false,
    phase: 'running',
    lease: null,
    gpuBusyAt: null,
    work: null,
    budgets: [],
    ...more,
    settings: { idleMinutes: null, stopWhenFinished: false, deadlineAt: null, policy: 'stop_anyway', ...more.settings },
  }) satisfies GuardFacts;
const decide = (more: Parameters<typeof facts>[0]) => decideGuard(facts(more));
const reading = (more: Partial<BudgetReading>) => ({
  state: 'ok' as const,
  words: 'Spent $1.00 of $2.00.',
  mustStop: false,
  hoursToStop: 1,
  ...more,
});

test('nothing armed, nothing done', () => {
  expect(decide({})).toEqual({ stop: null, warnings: [], couldNotTell: [] });
});

describe('deadline', () => {
  test.each([
    ['ahead', -60, null],
    ['this moment', 0, 'deadline'],
    ['passed', 5, 'deadline'],
  ])('%s', (_name, ago, reason) => {
    expect(decide({ settings: { deadlineAt: minutesAgo(ago) } }).stop?.reason ?? null).toBe(reason);
  });
  test('holds in every phase in which it may run again by itself, not when it is down by request', () => {
    for (const phase of ['running', 'scheduling', 'outbid', 'crashed', 'unreachable', 'loading', 'other'] as const)
      expect(decide({ phase, settings: { deadlineAt: minutesAgo(1) } }).stop?.reason).toBe('deadline');
    for (const phase of ['stopped', 'destroying'] as const)
      expect(decide({ phase, settings: { deadlineAt: minutesAgo(1) } }).stop).toBeNull();
  });
  test('one that has stopped the machine has to be set anew', () => {
    expect(decide({ isDeadlineSpent: true, settings: { deadlineAt: minutesAgo(1) } }).stop).toBeNull();
  });
  test('warns at 30 and at 5 minutes, each with a key of its own', () => {
    const keys = (left: number) => decide({ settings: { deadlineAt: minutesAgo(-left) } }).warnings.map((it) => it.key);
    expect(keys(31)).toEqual([]);
    expect(keys(30)).toEqual([`deadline ${minutesAgo(-30)} 30`]);
    expect(keys(4)).toEqual([`deadline ${minutesAgo(-4)} 5`]);
  });
  test('one that can not be read is no reason to run on', () => {
    expect(decide({ settings: { deadlineAt: 'soon' } }).stop?.reason).toBe('deadline');
  });
});

describe('budget', () => {
  const budgets = (more: Partial<BudgetReading>, scope: 'machine' | 'fleet' = 'machine') => [
    { scope, capUsd: 2, reading: reading(more) },
  ];
  test('stops when only the money for the last pull is left', () => {
    expect(decide({ budgets: budgets({ state: 'warn_95', mustStop: true }) }).stop).toMatchObject({ reason: 'budget' });
    expect(decide({ budgets: budgets({ state: 'over', mustStop: true }, 'fleet') }).stop?.because).toMatch(/fleet/);
  });
  test('off is off, whatever else it says', () => {
    expect(decide({ budgets: budgets({ state: 'off', mustStop: true }) }).stop).toBeNull();
  });
  test.each([
    ['warn_50', '50'],
    ['warn_80', '80'],
    ['warn_95', '95'],
  ] as const)('%s warns with a key that holds the cap', (state, share) => {
    expect(decide({ budgets: budgets({ state }) }).warnings).toMatchObject([{ key: `budget machine 2 ${share}` }]);
  });
  test('an unknown rate stops nothing and is said', () => {
    const decision = decide({ budgets: budgets({ state: 'unknown' }) });
    expect([decision.stop, decision.couldNotTell.length]).toEqual([null, 1]);
  });
});

describe('idle', () => {
  const settings = { idleMinutes: 30 };
  const idle = (more: Omit<Partial<GuardFacts>, 'settings'>) => decide({ settings, ...more });
  test('stops when the machine says that it was quiet for that long', () => {
    expect(idle({ lease: quiet(30) }).stop).toMatchObject({ reason: 'idle' });
    expect(idle({ lease: quiet(29) }).stop).toBeNull();
  });
  test.each<[string, Omit<Partial<GuardFacts>, 'settings'>, boolean]>([
    ['the API alone', { lease: null }, true],
    ['an old answer', { lease: quiet(60, { readAt: minutesAgo(11) }) }, true],
    ['a dead watch', { lease: quiet(60, { isAlive: false }) }, true],
    ['no figure', { lease: quiet(0, { quietSeconds: null }) }, true],
    ['a step', { lease: quiet(60, { busy: 'step' }) }, false],
    ['a GPU that can not be read there', { lease: quiet(60, { busy: 'gpu-unknown' }) }, false],
    ['a GPU that the API saw busy since', { lease: quiet(60), gpuBusyAt: minutesAgo(10) }, false],
    ['a run known to live', { lease: quiet(60), work: { state: 'alive', at: minutesAgo(1), because: '' } }, false],
    ['waiting for its GPU', { lease: quiet(60), phase: 'scheduling' }, false],
  ])('%s never counts as idle', (_name, more, isSaid) => {
    const { stop, couldNotTell } = idle(more);
    expect([stop, couldNotTell.length > 0]).toEqual([null, isSaid]);
  });
  test('a GPU that was busy long enough ago does not hold it up', () => {
    expect(idle({ lease: quiet(60), gpuBusyAt: minutesAgo(32) }).stop?.reason).toBe('idle');
  });
  test('warns five minutes ahead', () => {
    expect(idle({ lease: quiet(24) }).warnings).toEqual([]);
    expect(idle({ lease: quiet(26) }).warnings).toHaveLength(1);
  });
  test('off is off', () => {
    expect(decide({ lease: quiet(600) })).toEqual({ stop: null, warnings: [], couldNotTell: [] });
  });
});

describe('finished', () => {
  const settings = { stopWhenFinished: true };
  const work = (state: 'alive' | 'ended' | 'unknown', ago = 1) => ({ state, at: minutesAgo(ago), because: 'Seen.' });
  test.each([
    ['ended', work('ended'), 'finished'],
    ['alive', work('alive'), null],
    ['unknown', work('unknown'), null],
    ['old evidence', work('ended', 11), null],
    ['no evidence', null, null],
  ])('%s', (_name, evidence, reason) => {
    expect(decide({ settings, work: evidence }).stop?.reason ?? null).toBe(reason);
  });
  test('a step that is still alive is not over', () => {
    const decision = decide({ settings, work: work('ended'), lease: quiet(0, { busy: 'step' }) });
    expect([decision.stop, decision.couldNotTell.length]).toEqual([null, 1]);
  });
});
