import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { SnapshotItem } from '#shared/contract/snapshots.ts';
import { RoomError } from '#shared/errors.ts';
import { nowIso, type SnapshotDeps } from './deps.ts';
import { snapshotOf } from './rows.ts';

/**
 * Takes a person's word that a held snapshot is right: an event, and then `current` moves to it. Older
 * snapshots keep what is gone. @throws RoomError invalid_input unless the machine's id was typed, conflict.
 */
export async function acceptSnapshot(
  input: { readonly id: string; readonly confirm?: string | undefined },
  actor: string,
  deps: SnapshotDeps,
): Promise<SnapshotItem> {
  const item = await snapshotOf(input.id, deps);
  const { instanceId, tag } = item;
  if (item.state !== 'held') {
    const why = item.acceptedAt === null ? 'it is not held' : `it was accepted at ${item.acceptedAt}`;
    throw new RoomError('conflict', `Snapshot ${tag} of machine ${instanceId} can not be accepted: ${why}.`);
  }
  if (input.confirm?.trim() !== instanceId) {
    throw new RoomError(
      'invalid_input',
      `Accepting snapshot ${tag} has to be confirmed by typing the machine's id. ${item.held.map((reason) => reason.message).join(' ')}`,
      { hint: `Nothing was changed. Say "confirm": "${instanceId}".` },
    );
  }
  await deps.database.write('snapshots.accept', {
    hostKey: hostname(),
    actor,
    wallTime: nowIso(deps),
    accepted: { snapshotId: item.id, instanceId, tag },
  });
  await deps.transfer.call('snapshots.acceptTag', { roomFolder: dirname(item.path), instanceId, tag });
  await deps.database.write('snapshots.markCurrent', { id: item.id, instanceId });
  deps.emit({ name: 'snapshots.changed', payload: {} });
  return snapshotOf(item.id, deps);
}
