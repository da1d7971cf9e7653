import { RoomError } from '#shared/errors.ts';
import type { SnapshotItem } from '#shared/contract/snapshots.ts';
import type { SnapshotDeps } from './deps.ts';
import { roomFolderOf } from './machine-of.ts';
import type { SnapshotSummary } from './pull/pull-spec.ts';
import type { SnapshotRecord } from './store/snapshot-store.ts';

/** The row of a snapshot that is in place. */
export function recordOf(
  instanceId: string,
  summary: SnapshotSummary,
  facts: Pick<SnapshotRecord, 'isCurrent' | 'unchangedAt'>,
): SnapshotRecord {
  const { id, tag, path, takenAt, manifestSha256, fileCount, totalBytes } = summary;
  return {
    id,
    instanceId,
    tag,
    path,
    state: summary.held.length > 0 ? 'held' : 'verified',
    takenAt,
    verifiedAt: takenAt,
    fileCount,
    totalBytes,
    manifestSha256,
    held: summary.held.map((reason) => ({ ...reason, paths: [...reason.paths] })),
    removedCount: summary.removedCount,
    skippedCount: summary.skippedCount,
    carriedCount: summary.carriedCount,
    pending: [...summary.pending],
    ...facts,
  };
}

/**
 * Brings the rows of a machine in line with its folder: the room may have ended between putting a snapshot into
 * place and writing its row, and another workspace may have pulled into the same folder.
 */
export async function reconcileRows(instanceId: string, deps: SnapshotDeps): Promise<void> {
  const { database, transfer } = deps;
  const { items } = await database.read('snapshots.list', { instanceId, limit: 1_000_000 });
  const folder = roomFolderOf(deps.backupFolder(), instanceId);
  const here = items.filter((item) => item.path.startsWith(`${folder}/`));
  const scan = await transfer.call('snapshots.scan', { roomFolder: folder, knownTags: here.map((item) => item.tag) });
  for (const summary of scan.unknown) {
    const isCurrent = summary.tag === scan.current;
    await database.write('snapshots.save', recordOf(instanceId, summary, { isCurrent, unchangedAt: null }));
  }
  const tags = new Set(scan.tags);
  for (const item of here)
    if (!tags.has(item.tag))
      await database.write('snapshots.markRemoved', { id: item.id, at: new Date(deps.clock.now()).toISOString() });
  const current = here.find((item) => item.tag === scan.current);
  if (current !== undefined && !current.isCurrent)
    await database.write('snapshots.markCurrent', { id: current.id, instanceId });
}

/** @throws RoomError not_found. */
export async function snapshotOf(id: string, deps: Pick<SnapshotDeps, 'database'>): Promise<SnapshotItem> {
  const item = await deps.database.read('snapshots.get', { id });
  if (item !== null) return item;
  throw new RoomError('not_found', `There is no snapshot ${id} in this workspace.`, {
    hint: '`snapshots.list` shows what there is.',
  });
}
