import { expect, test } from 'vitest';
import type { SshSight } from '#shared/model/ssh.ts';
import type { StoredSight } from '../ssh/sight-store.ts';
import { reachableOf, sshAlertsOf } from './ssh-sight.ts';
import type { LedgerEntry } from './store.ts';

const now = '2026-08-10T12:00:00.000Z';
const ago = (seconds: number): string => new Date(Date.parse(now) - seconds * 1000).toISOString();
const entry = (sinceSeconds: number): LedgerEntry => ({ actualSince: ago(sinceSeconds) }) as LedgerEntry;
const seen = (state: SshSight['state'], atSeconds: number, silentSeconds: number | null = null): StoredSight => ({
  sight: { state, at: ago(atSeconds), roundTripMs: null, upSeconds: null, because: 'Told.' },
  silentSince: silentSeconds === null ? null : ago(silentSeconds),
});

test.each([
  ['answers', seen('answers', 10), 600, true],
  ['silent', seen('silent', 10), 600, false],
  ['refused', seen('refused', 10), 600, false],
  ['too long ago', seen('answers', 121), 600, null],
  ['before it was stopped or started', seen('answers', 60), 30, null],
  ['never', { sight: { ...seen('answers', 0).sight, at: null }, silentSince: null }, 600, null],
] as const)('reachable when it %s: %#', (_what, ssh, since, reachable) => {
  expect(reachableOf(ssh, entry(since), now)).toBe(reachable);
});

const codes = (ssh: StoredSight, since: number, phase: 'running' | 'loading' = 'running'): string[] =>
  sshAlertsOf({ phase }, ssh, entry(since), now).map((alert) => alert.code);

test.each([
  ['silent for over three minutes', seen('silent', 5, 181), 600, ['ssh_silent']],
  ['silent for less', seen('silent', 5, 179), 600, []],
  ['running for less', seen('silent', 5, 600), 100, []],
  ['another key', seen('key_changed', 5), 600, ['ssh_key_changed']],
  ['an old sight', seen('key_changed', 200), 600, []],
  ['a key that waits', seen('key_unknown', 5), 600, []],
] as const)('alert: %s', (_what, ssh, since, expected) => {
  expect(codes(ssh, since)).toEqual(expected);
});

test('a machine that is not said to run may be silent', () => {
  expect(codes(seen('silent', 5, 600), 600, 'loading')).toEqual([]);
});
