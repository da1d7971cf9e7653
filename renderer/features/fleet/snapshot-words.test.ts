import { expect, test } from 'vitest';
import type { ScheduleItem } from '#shared/contract/schedule.ts';
import type { MachineSnapshots } from '#shared/contract/snapshots.ts';
import { RoomError } from '#shared/errors.ts';
import { snapshotReading, snapshotsReading } from './snapshot-words.ts';

const nowMs = Date.parse('2026-03-02T12:00:00Z');
const machine = (change: Partial<MachineSnapshots>): MachineSnapshots => ({
  instanceId: '1',
  lastGoodAt: '2026-03-02T11:58:00Z',
  failuresInRow: 0,
  lastAttempt: null,
  freshness: { state: 'fresh', ageMs: 120_000, because: '' },
  ...change,
});
const read = (...machines: readonly MachineSnapshots[]) => ({
  machines: new Map(machines.map((it) => [it.instanceId, it])),
  error: null,
  schedules: new Map(),
});
const scheduled = (incident: ScheduleItem['incident']): ScheduleItem => ({
  instanceId: '1',
  settings: { isOn: true, intervalMinutes: 2, profileId: null, mirror: true },
  setAt: '2026-03-02T08:00:00Z',
  setBy: 'operator',
  nextSlotAt: '2026-03-02T12:02:00Z',
  pausedBecause: null,
  incident,
  slots: [],
});
const failed = machine({
  instanceId: '2',
  failuresInRow: 1,
  lastAttempt: {
    jobId: 'job',
    startedAt: '2026-03-02T11:59:00Z',
    finishedAt: '2026-03-02T11:59:10Z',
    outcome: 'failed',
    code: 'ssh_unreachable',
    message: '',
    transferredBytes: null,
  },
});

test('nothing read is not none, and a failure to read is unknown', () => {
  expect(snapshotReading({ machines: null, error: null, schedules: null }, '1', nowMs).word).toBe('Reading');
  const error = new RoomError('engine_lost', 'gone');
  expect(snapshotReading({ machines: null, error, schedules: null }, '1', nowMs)).toMatchObject({
    shape: 'unknown',
    because: 'gone',
  });
});

test('a machine is told by its own copies', () => {
  expect(snapshotReading(read(), '1', nowMs)).toMatchObject({ shape: 'off', word: 'None yet' });
  expect(snapshotReading(read(machine({})), '1', nowMs)).toMatchObject({ shape: 'ok', word: 'Verified' });
  expect(snapshotReading(read(failed), '2', nowMs)).toMatchObject({ shape: 'fail', word: 'Failed' });
  const never = { ...failed, lastGoodAt: null };
  expect(snapshotReading(read(never), '2', nowMs)).toMatchObject({ shape: 'fail', because: 'never copied' });
});

test('one failure, or one machine without a copy, is never called good', () => {
  expect(snapshotsReading(read(machine({})), ['1'], nowMs)).toMatchObject({ shape: 'ok', word: '1 of 1' });
  expect(snapshotsReading(read(machine({})), ['1', '2'], nowMs)).toMatchObject({ shape: 'warn', word: '1 of 2' });
  expect(snapshotsReading(read(machine({}), failed), ['1', '2'], nowMs)).toMatchObject({ shape: 'fail' });
  expect(snapshotsReading(read(), ['1'], nowMs)).toMatchObject({ shape: 'off' });
});

test('a newest copy that is damaged is never called good, although every pull was', () => {
  const damaged = machine({ freshness: { state: 'failing', ageMs: 1000, because: 'The newest snapshot is damaged.' } });
  expect(snapshotReading(read(damaged), '1', nowMs)).toMatchObject({ shape: 'fail', word: 'Damaged' });
  expect(snapshotsReading(read(damaged), ['1'], nowMs)).toMatchObject({ shape: 'fail', word: 'Damaged' });
});

test('whether a clock copies it is said, and copies that are late are never called verified', () => {
  const of = (incident: ScheduleItem['incident']) =>
    snapshotReading({ ...read(machine({})), schedules: new Map([['1', scheduled(incident)]]) }, '1', nowMs);
  expect(snapshotReading(read(machine({})), '1', nowMs).because).toContain('not in schedule');
  expect(of(null)).toMatchObject({ word: 'Verified', because: expect.stringContaining('every 2 min') });
  const late = { state: 'late', since: '2026-03-02T11:00:00Z', because: '' } as const;
  expect(of(late)).toMatchObject({ shape: 'fail', word: 'Late' });
});
