import type { RoomError } from '#shared/errors.ts';
import type { MachineSnapshots } from '#shared/contract/snapshots.ts';
import { formatAgo, plural } from '../../ui/format.ts';
import type { Reading } from './words.ts';

/** What is known of copies: null while it is not read. */
export type SnapshotsRead = {
  readonly machines: ReadonlyMap<string, MachineSnapshots> | null;
  readonly error: RoomError | null;
};

const unread = (error: RoomError | null): Reading =>
  error === null
    ? { shape: 'waiting', word: 'Reading', because: '' }
    : { shape: 'unknown', word: 'Unknown', because: error.message };

/** The newest good copy of a machine's files, with its age; nothing is copied by a clock yet, and that is said. */
export function snapshotReading(read: SnapshotsRead, instanceId: string, nowMs: number): Reading {
  if (read.machines === null) return unread(read.error);
  const own = read.machines.get(instanceId);
  const age = own?.lastGoodAt == null ? null : formatAgo(Date.parse(own.lastGoodAt), nowMs);
  const good = age === null ? 'never copied' : `last good ${age}`;
  if (own === undefined || (age === null && own.failuresInRow === 0))
    return { shape: 'off', word: 'None yet', because: 'not in schedule' };
  if (own.freshness.state === 'transferring') return { shape: 'running', word: 'Copying', because: good };
  if (own.failuresInRow > 0)
    return own.lastAttempt?.outcome === 'held'
      ? { shape: 'warn', word: 'Held', because: good }
      : { shape: 'fail', word: 'Failed', because: good };
  return own.freshness.state === 'final'
    ? { shape: 'ok', word: 'Final', because: age ?? '' }
    : { shape: 'ok', word: 'Verified', because: `${age}, not in schedule` };
}

/** All machines in one: what failed or is held goes before what is good, and nothing is called good for the others. */
export function snapshotsReading(read: SnapshotsRead, instanceIds: readonly string[], nowMs: number): Reading {
  if (read.machines === null) return unread(read.error);
  const all = instanceIds.map((id) => snapshotReading(read, id, nowMs));
  for (const word of ['Failed', 'Held', 'Copying'] as const) {
    const such = all.filter((each) => each.word === word);
    const { shape } = such[0] ?? {};
    if (shape !== undefined) return { shape, word, because: plural(such.length, 'machine') };
  }
  const good = all.filter(({ shape }) => shape === 'ok').length;
  if (good === 0) return { shape: 'off', word: 'None yet', because: 'not in schedule' };
  const oldest = instanceIds
    .flatMap((id) => read.machines?.get(id)?.lastGoodAt ?? [])
    .toSorted((a, b) => a.localeCompare(b))[0];
  return {
    shape: good === all.length ? 'ok' : 'warn',
    word: `${good} of ${all.length}`,
    because: oldest === undefined ? '' : `oldest ${formatAgo(Date.parse(oldest), nowMs)}`,
  };
}
