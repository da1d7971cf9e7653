import { expect, test } from 'vitest';
import { isSameRun, stagesToleranceMs, summaryLogToleranceMs, type RunIdentity } from './identity.ts';

const finished: RunIdentity = {
  owner: '32211174',
  remoteWorkDir: '/models/outputs',
  facilityIds: ['bedroom', 'kitchen'],
  firstFreshStartAt: '2026-03-01T21:08:42.000Z',
  startSource: 'summary',
};
const later = (ms: number): string => new Date(Date.parse(finished.firstFreshStartAt!) + ms).toISOString();
const both = (a: RunIdentity, b: RunIdentity): boolean => {
  expect(isSameRun(b, a)).toBe(isSameRun(a, b));
  return isSameRun(a, b);
};

test('a snapshot taken in the middle and the finished run are one run', () => {
  expect(
    both(finished, { ...finished, facilityIds: ['kitchen'], firstFreshStartAt: later(900), startSource: 'log' }),
  ).toBe(true);
  expect(both(finished, { ...finished, firstFreshStartAt: later(60_000), startSource: 'stages' })).toBe(true);
  expect(both(finished, { ...finished, remoteWorkDir: null })).toBe(true);
  expect(both(finished, { ...finished, remoteWorkDir: '/models/outputs/' })).toBe(true);
});

test('a fresh run in the same work dir is another run', () => {
  for (const startSource of ['summary', 'log', 'stages'] as const) {
    expect(both(finished, { ...finished, firstFreshStartAt: later(3_600_000), startSource })).toBe(false);
  }
  expect(both(finished, { ...finished, firstFreshStartAt: later(10_000) })).toBe(false);
});

test('another machine, another folder, other facilities', () => {
  expect(both(finished, { ...finished, owner: '1' })).toBe(false);
  expect(both(finished, { ...finished, remoteWorkDir: '/models/outputs/pilot' })).toBe(false);
  expect(both(finished, { ...finished, facilityIds: ['kitchen', 'office'] })).toBe(false);
});

test('starts may differ by what their sources can tell, not more', () => {
  expect(both(finished, { ...finished, firstFreshStartAt: later(summaryLogToleranceMs), startSource: 'log' })).toBe(
    true,
  );
  expect(both(finished, { ...finished, firstFreshStartAt: later(summaryLogToleranceMs + 1), startSource: 'log' })).toBe(
    false,
  );
  expect(both(finished, { ...finished, firstFreshStartAt: later(stagesToleranceMs + 1), startSource: 'stages' })).toBe(
    false,
  );
});

test('an unknown start agrees with an unknown one alone', () => {
  const unknown: RunIdentity = { ...finished, firstFreshStartAt: null, startSource: 'none' };
  expect(both(unknown, unknown)).toBe(true);
  expect(both(finished, unknown)).toBe(false);
});
