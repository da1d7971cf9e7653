import type { LargeFiles } from '#shared/contract/snapshots.ts';
import { costOfEgress } from '#shared/rules/budget.ts';
import type { SnapshotDeps } from './deps.ts';
import { roomFolderOf } from './machine-of.ts';

/** What the current snapshot of a machine lacks because it is large, and how far that is. */
export async function largeFilesOf(instanceId: string, deps: SnapshotDeps): Promise<LargeFiles> {
  const { database, transfer } = deps;
  const { items } = await database.read('snapshots.list', { instanceId, limit: 1_000_000 });
  const pending = items.find((item) => item.isCurrent)?.pending ?? [];
  const here =
    pending.length === 0
      ? {}
      : await transfer.call('snapshots.arrivedBytes', { roomFolder: roomFolderOf(deps.backupFolder(), instanceId) });
  const files = pending
    .map((file) => ({ ...file, arrivedBytes: Math.min(file.sizeBytes, here[file.path] ?? 0) }))
    .toSorted((a, b) => a.sizeBytes - b.sizeBytes);
  const pendingBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const arrivedBytes = files.reduce((sum, file) => sum + file.arrivedBytes, 0);
  const job = await largeJobOf(instanceId, deps);
  const entry = await database.read('instances.entry', { id: instanceId });
  const uploadUsdPerGb = entry?.instance.uploadUsdPerGb ?? null;
  return {
    instanceId,
    files,
    pendingBytes,
    arrivedBytes,
    job:
      job === null
        ? null
        : { id: job.id, bytesPerSecond: job.progress?.ratePerSecond ?? null, etaMs: job.progress?.etaMs ?? null },
    egressUsd: costOfEgress(pendingBytes - arrivedBytes, uploadUsdPerGb),
    uploadUsdPerGb,
    lastCopy: await database.read('snapshots.lastLargeCopy', { instanceId }),
  };
}

/** The job that copies the large files of a machine now; null while none does. */
export async function largeJobOf(instanceId: string, { database }: Pick<SnapshotDeps, 'database'>) {
  const open = await database.read('jobs.open', undefined as never);
  return open.find((job) => job.kind === 'snapshots.pullLarge' && job.subject === `machine ${instanceId}`) ?? null;
}
