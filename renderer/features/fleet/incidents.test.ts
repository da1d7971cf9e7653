import { expect, test } from 'vitest';
import type { ScheduleItem } from '#shared/contract/schedule.ts';
import type { MachineSnapshots } from '#shared/contract/snapshots.ts';
import { incidentsOf } from './incidents.ts';
import type { SnapshotsRead } from './snapshot-words.ts';

const nowMs = Date.parse('2026-11-26T12:00:00Z');

function read(incident: ScheduleItem['incident'], lastGoodAt: string | null): SnapshotsRead {
  const schedule: ScheduleItem = {
    instanceId: '7',
    settings: { isOn: true, intervalMinutes: 2, profileId: null, mirror: false },
    setAt: '2026-11-26T10:00:00Z',
    setBy: 'somebody',
    nextSlotAt: null,
    pausedBecause: null,
    incident,
    slots: [],
  };
  return {
    machines: new Map([['7', { instanceId: '7', lastGoodAt } as MachineSnapshots]]),
    error: null,
    schedules: new Map([['7', schedule]]),
  };
}

test('copies that are late or fail are an open incident, with what would be lost, until a good one', () => {
  const since = '2026-11-26T11:30:00Z';
  expect(incidentsOf([], null, read(null, since), nowMs)).toEqual([]);
  expect(
    incidentsOf([], null, read({ state: 'failing', since, because: '2 copies in a row failed.' }, since), nowMs),
  ).toMatchObject([
    {
      title: 'Copies fail',
      meaning: '7: What it made in 30 min is on it alone. 2 copies in a row failed.',
      machineId: '7',
    },
  ]);
  expect(incidentsOf([], null, read({ state: 'late', since, because: 'No good copy.' }, null), nowMs)).toMatchObject([
    { title: 'Copies are late', meaning: '7: No good copy of it is here. No good copy.' },
  ]);
});
