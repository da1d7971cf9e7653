import type { RoomError } from '#shared/errors.ts';
import type { ScheduleItem } from '#shared/contract/schedule.ts';
import type { MachineSnapshots } from '#shared/contract/snapshots.ts';
import { formatAgo, plural } from '../../ui/format.ts';
import type { Reading } from './words.ts';

/** What is known of copies: null while it is not read. */
export type SnapshotsRead = {
  readonly machines: ReadonlyMap<string, MachineSnapshots> | null;
  readonly error: RoomError | null;
  /** How each machine is copied by itself; null while it is not read. */
  readonly schedules: ReadonlyMap<string, ScheduleItem> | null;
};

/** `every 2 min`, or that no clock copies it. */
export function scheduleWords(read: SnapshotsRead, instanceId: string): string {
  if (read.schedules === null) return 'schedule not read';
  const settings = read.schedules.get(instanceId)?.settings;
  return settings?.isOn === true ? `every ${settings.intervalMinutes} min` : 'not in schedule';
}

const unread = (error: RoomError | null): Reading =>
  error === null
    ? { shape: 'waiting', word: 'Reading', because: '' }
    : { shape: 'unknown', word: 'Unknown', because: error.message };

/** The newest good copy of a machine's files, with its age, and whether a clock copies it. */
export function snapshotReading(read: SnapshotsRead, instanceId: string, nowMs: number): Reading {
  if (read.machines === null) return unread(read.error);
  const own = read.machines.get(instanceId);
  const age = own?.lastGoodAt == null ? null : formatAgo(Date.parse(own.lastGoodAt), nowMs);
  const good = age === null ? 'never copied' : `last good ${age}`;
  const incident = read.schedules?.get(instanceId)?.incident ?? null;
  if (incident !== null) return { shape: 'fail', word: incident.state === 'late' ? 'Late' : 'Failed', because: good };
  if (own === undefined || (age === null && own.failuresInRow === 0))
    return { shape: 'off', word: 'None yet', because: scheduleWords(read, instanceId) };
  // Nothing failed, and what is here is not what was stored.
  if (own.freshness.state === 'failing' && own.failuresInRow === 0)
    return { shape: 'fail', word: 'Damaged', because: own.freshness.because };
  if (own.freshness.state === 'transferring') return { shape: 'running', word: 'Copying', because: good };
  if (own.failuresInRow > 0)
    return own.lastAttempt?.outcome === 'held'
      ? { shape: 'warn', word: 'Held', because: good }
      : { shape: 'fail', word: 'Failed', because: good };
  return own.freshness.state === 'final'
    ? { shape: 'ok', word: 'Final', because: age ?? '' }
    : { shape: 'ok', word: 'Verified', because: `${age}, ${scheduleWords(read, instanceId)}` };
}

/** All machines in one: what failed or is held goes before what is good, and nothing is called good for the others. */
export function snapshotsReading(read: SnapshotsRead, instanceIds: readonly string[], nowMs: number): Reading {
  if (read.machines === null) return unread(read.error);
  const all = instanceIds.map((id) => snapshotReading(read, id, nowMs));
  for (const word of ['Damaged', 'Failed', 'Late', 'Held', 'Copying'] as const) {
    const such = all.filter((each) => each.word === word);
    const { shape } = such[0] ?? {};
    if (shape !== undefined) return { shape, word, because: plural(such.length, 'machine') };
  }
  const good = all.filter(({ shape }) => shape === 'ok').length;
  if (good === 0) {
    const scheduled = instanceIds.filter((id) => read.schedules?.get(id)?.settings.isOn === true).length;
    const because = scheduled === 0 ? 'not in schedule' : `${scheduled} of ${all.length} in schedule`;
    return { shape: 'off', word: 'None yet', because };
  }
  const oldest = instanceIds
    .flatMap((id) => read.machines?.get(id)?.lastGoodAt ?? [])
    .toSorted((a, b) => a.localeCompare(b))[0];
  return {
    shape: good === all.length ? 'ok' : 'warn',
    word: `${good} of ${all.length}`,
    because: oldest === undefined ? '' : `oldest ${formatAgo(Date.parse(oldest), nowMs)}`,
  };
}
