import { RoomError } from '#shared/errors.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { Jobs } from '../jobs/service.ts';
import type { SnapshotDeps } from './deps.ts';
import { largeJobOf } from './large-files.ts';
import { pullSnapshot } from './pull-snapshot.ts';

/**
 * A verified copy of a machine as it is now, for whoever is about to stop it. A pull that is under way is waited
 * for, and another one is made: the first may have begun before the last file was written. So is the lane of large
 * files, which brings its chunks sooner than they could be sent again.
 * @returns what was copied, in words. @throws RoomError why there is no verified copy.
 */
export async function copyMachine(
  instanceId: string,
  context: JobContext,
  deps: SnapshotDeps & { readonly jobs: Pick<Jobs, 'waitFor'> },
): Promise<string> {
  for (;;) {
    try {
      const large = await largeJobOf(instanceId, deps);
      if (large !== null) await waitIn(large.id, context, deps);
      const input = { instanceId, lane: 'all', acceptNewHostKey: false } as const;
      const snapshot = await pullSnapshot(input, context, deps);
      if (snapshot.pending.length > 0)
        throw new RoomError(
          'job_conflict',
          `Large files of machine ${instanceId} are on their way in another process: ${snapshot.pending.length} are not here yet.`,
          { hint: 'Wait until they have come, and stop it again.' },
        );
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
      await waitIn(other, context, deps);
    }
  }
}

/** Waits for the job of somebody else, as long as this one is wanted. */
async function waitIn(
  jobId: string,
  context: JobContext,
  { jobs }: { readonly jobs: Pick<Jobs, 'waitFor'> },
): Promise<void> {
  const { signal } = context;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await Promise.race([jobs.waitFor(jobId), promise]);
  signal.throwIfAborted();
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
 * Why what is on a machine may be nowhere else; null when its last pull was good, and in the bucket where one is set
 * up, or when nobody ever pulled it: that it has no copy at all is said where its id is typed.
 */
export async function unsavedOf(
  instanceId: string,
  deps: Pick<SnapshotDeps, 'database' | 'isMirrorSetUp' | 'mirroredIds'>,
): Promise<string | null> {
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
  if (deps.isMirrorSetUp() && !(await deps.mirroredIds()).has(current.id))
    return `Snapshot ${current.tag} is here and verified, and the bucket is not proved to hold it.`;
  return null;
}
