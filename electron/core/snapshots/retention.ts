import { dirname } from 'node:path';
import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import { planRetention } from '#shared/rules/snapshot-retention.ts';
import { nowIso, type SnapshotDeps } from './deps.ts';

/**
 * What may go of a machine's snapshots, and, where that was typed, takes it away.
 * @throws RoomError invalid_input unless the machine's id was typed, job_conflict while a pull runs.
 */
export async function retainSnapshots(
  input: MethodParsedInput<'snapshots.retention'>,
  deps: SnapshotDeps,
): Promise<MethodOutput<'snapshots.retention'>> {
  const { instanceId, apply } = input;
  const { items } = await deps.database.read('snapshots.list', { instanceId, limit: 1_000_000 });
  const mirrored = await deps.mirroredIds();
  const facts = await Promise.all(
    items.map(async (item) => ({
      id: item.id,
      takenAt: item.takenAt,
      isVerified: item.verified || item.isCurrent,
      isHeld: item.state === 'held',
      isMirrored: mirrored.has(item.id),
      neededBy: await deps.database.read('snapshots.neededBy', { path: item.path }),
    })),
  );
  const choices = planRetention(facts, nowIso(deps));
  const byId = new Map(items.map((item) => [item.id, item]));
  const going = choices.flatMap((choice) => (choice.decision === 'remove' ? [byId.get(choice.id)!] : []));
  if (apply && going.length > 0 && input.confirm?.trim() !== instanceId) {
    throw new RoomError(
      'invalid_input',
      `Removing ${going.length} snapshots of machine ${instanceId} has to be confirmed by typing its id. Nothing was removed.`,
      { hint: `Say "confirm": "${instanceId}".` },
    );
  }
  const paths = going.map((item) => item.path);
  const freesBytes = paths.length === 0 ? 0 : await deps.transfer.call('snapshots.ownBytes', { paths });
  if (apply && going.length > 0) {
    for (const item of going) {
      await deps.transfer.call('snapshots.remove', { roomFolder: dirname(item.path), instanceId, tag: item.tag });
      await deps.database.write('snapshots.markRemoved', { id: item.id, at: nowIso(deps) });
    }
    deps.emit({ name: 'snapshots.changed', payload: {} });
  }
  const listed = choices.map((choice) => ({ ...choice, tag: byId.get(choice.id)!.tag }));
  return { instanceId, items: listed, freesBytes, isApplied: apply };
}
