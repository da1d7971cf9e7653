import type { MethodOutput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { nowIso, type SnapshotDeps } from './deps.ts';
import { snapshotOf } from './rows.ts';

/** Reads a snapshot again. One that is damaged is no longer verified. @throws RoomError file_damaged. */
export async function verifyStored(
  id: string,
  context: JobContext,
  deps: SnapshotDeps,
): Promise<MethodOutput<'snapshots.verify'>> {
  const item = await snapshotOf(id, deps);
  const { path, manifestSha256 } = item;
  const result = await context.step('Read and hash every file', () =>
    deps.transfer.call(
      'transfer.verify',
      { path, manifestSha256 },
      {
        signal: context.signal,
        onPart: ({ bytes, totalBytes }: { readonly bytes: number; readonly totalBytes: number }) =>
          context.progress({ done: bytes, total: totalBytes, unit: 'bytes', message: 'Read again' }),
      },
    ),
  );
  const [damaged] = result.damaged;
  const at = nowIso(deps);
  const damage =
    damaged === undefined
      ? null
      : { foundAt: at, fileCount: result.damaged.length, first: { path: damaged.path, why: damaged.why } };
  await deps.database.write('snapshots.markChecked', { id, at, damage });
  deps.emit({ name: 'snapshots.changed', payload: {} });
  if (damaged !== undefined) {
    throw new RoomError(
      'file_damaged',
      `Snapshot ${item.tag} of machine ${item.instanceId} is damaged: ${result.damaged.length} of its files are not what was stored. ${damaged.path}: ${damaged.why}`,
      {
        hint: 'Pull the machine again, or bring the snapshot back from the mirror. Files that later snapshots share are damaged in them too.',
        details: { damaged: result.damaged.slice(0, 1000) },
      },
    );
  }
  const { checkedFiles, checkedBytes } = result;
  return { ...(await snapshotOf(id, deps)), checkedFiles, checkedBytes };
}
