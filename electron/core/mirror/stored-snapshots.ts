import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import type { Clock } from '../ports.ts';
import type { SnapshotReader } from './snapshot-reader.ts';

/** The snapshots of the workspace's history, for the mirror. */
export function createSnapshotReader(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly emit: EmitEvent;
  readonly backupFolder: () => string;
}): SnapshotReader {
  const { database } = deps;
  return {
    get: (id) => database.read('snapshots.get', { id }),
    // Beside `room`, which pulls alone write to.
    folderFor: (instanceId, tag) => join(deps.backupFolder(), instanceId, 'from-bucket', tag),
    async adopt({ manifest, manifestSha256, path }) {
      const known = await database.read('snapshots.get', { id: manifest.snapshotId });
      // A row whose folder is still there keeps it: the restored one is a second copy.
      if (known !== null && (await isThere(known.path))) return false;
      await database.write('snapshots.save', {
        id: manifest.snapshotId,
        instanceId: manifest.instanceId,
        tag: manifest.tag,
        path,
        state: 'verified',
        takenAt: manifest.takenAt,
        verifiedAt: new Date(deps.clock.now()).toISOString(),
        unchangedAt: null,
        fileCount: manifest.totals.fileCount,
        totalBytes: manifest.totals.totalBytes,
        manifestSha256,
        isCurrent: false,
        held: known?.held ?? [],
        removedCount: manifest.removed.length,
        skippedCount: manifest.skipped.length,
        carriedCount: manifest.files.filter((file) => file.origin === 'carried').length,
        pending: [],
      });
      deps.emit({ name: 'snapshots.changed', payload: {} });
      return true;
    },
  };
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
