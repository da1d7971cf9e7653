import { RoomError } from '#shared/errors.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { Jobs } from '../jobs/service.ts';
import type { SnapshotDeps } from './deps.ts';
import { pullSnapshot } from './pull-snapshot.ts';

/**
 * A verified copy of a machine as it is now, for whoever is about to stop it. A pull that is under way is waited
 * for, and another one is made: the first may have begun before the last file was written.
 * @returns what was copied, in words. @throws RoomError why there is no verified copy.
 */
export async function copyMachine(
  instanceId: string,
  context: JobContext,
  deps: SnapshotDeps & { readonly jobs: Pick<Jobs, 'waitFor'> },
): Promise<string> {
  for (;;) {
    try {
      const input = { instanceId, lane: 'all', acceptNewHostKey: false } as const;
      const snapshot = await pullSnapshot(input, context, deps);
      const missing = snapshot.carriedCount + snapshot.skippedCount;
      const words = `Snapshot ${snapshot.tag}: ${snapshot.fileCount} files compared with the machine.`;
      return missing === 0
        ? words
        : `${words} ${missing} are left out or of an earlier version; the snapshot says why.`;
    } catch (thrown) {
      if (!(thrown instanceof RoomError) || thrown.code !== 'job_conflict') throw thrown;
      const other = await runningPull(instanceId, context.jobId, deps);
      // Another process pulls it: it is not ours to wait for.
      if (other === null) throw thrown;
      await deps.jobs.waitFor(other);
      context.signal.throwIfAborted();
    }
  }
}

async function runningPull(
  instanceId: string,
  ownJobId: string,
  deps: Pick<SnapshotDeps, 'database'>,
): Promise<string | null> {
  const open = await deps.database.read('jobs.open', undefined as never);
  const other = open.find(
    (job) => job.kind === 'snapshots.pull' && job.subject === `machine ${instanceId}` && job.id !== ownJobId,
  );
  return other?.id ?? null;
}

/**
 * Why what is on a machine may be nowhere else; null when its last pull was good, or when nobody ever pulled it:
 * that it has no copy at all is said where its id is typed.
 */
export async function unsavedOf(instanceId: string, deps: Pick<SnapshotDeps, 'database'>): Promise<string | null> {
  const { database } = deps;
  const attempts = await database.read('snapshots.attempts', { instanceId, limit: 20 });
  const last = attempts.find((attempt) => attempt.code !== 'job_conflict');
  if (last === undefined) return null;
  if (last.outcome !== 'taken' && last.outcome !== 'unchanged')
    return `The last pull, of ${last.finishedAt}, ended ${last.outcome}: ${last.message ?? 'no reason is known'}`;
  const { items } = await database.read('snapshots.list', { instanceId, limit: 1000 });
  const current = items.find((item) => item.isCurrent);
  if (current === undefined) return 'The snapshot of the last pull is no longer here.';
  if (!current.verified) return `Snapshot ${current.tag} is no longer verified.`;
  const pending = current.pending.length;
  if (pending > 0)
    return `${pending} large files are still only on the machine, ${current.pending[0]!.path} among them.`;
  return null;
}
