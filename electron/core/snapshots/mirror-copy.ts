import { RoomError } from '#shared/errors.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { Jobs } from '../jobs/service.ts';
import type { SnapshotDeps } from './deps.ts';

type MirrorCopyDeps = SnapshotDeps & {
  readonly jobs: Pick<Jobs, 'waitFor' | 'cancel'>;
  readonly call: Dispatcher['dispatch'];
};

/**
 * Stores the current snapshot of a machine in the bucket, and compares the bucket's own listing with it; both are jobs
 * of their own. @returns what is there, in words. @throws RoomError why the bucket does not hold it.
 */
export async function mirrorCopy(instanceId: string, context: JobContext, deps: MirrorCopyDeps): Promise<string> {
  if (!deps.isMirrorSetUp()) return 'Nothing was mirrored: no bucket is set up.';
  const { items } = await deps.database.read('snapshots.list', { instanceId, limit: 1_000_000 });
  const current = items.find((item) => item.isCurrent);
  if (current === undefined) throw new RoomError('not_found', `Machine ${instanceId} has no snapshot here.`);
  await runJob('mirror.push', { snapshotId: current.id }, context, deps);
  await runJob('mirror.check', { instanceId, readBack: 'none' }, context, deps);
  if (!(await deps.mirroredIds()).has(current.id))
    throw new RoomError(
      'file_damaged',
      `Snapshot ${current.tag} was pushed, and the bucket's listing is not equal to it.`,
      {
        hint: `mirror.repair {"snapshotId":"${current.id}"} puts good objects there.`,
      },
    );
  return `Snapshot ${current.tag} is in the bucket, compared by its listing.`;
}

async function runJob(
  method: 'mirror.push' | 'mirror.check',
  input: unknown,
  context: JobContext,
  deps: MirrorCopyDeps,
): Promise<void> {
  const { signal } = context;
  signal.throwIfAborted();
  const answer = await deps.call(method, input, { actor: 'schedule', name: 'the stop of a machine' });
  if (!answer.ok) throw RoomError.fromPayload(answer.error);
  const { jobId } = answer.value as { readonly jobId: string };
  const cancel = (): void => void deps.jobs.cancel(jobId).catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  const job = await deps.jobs.waitFor(jobId).finally(() => signal.removeEventListener('abort', cancel));
  signal.throwIfAborted();
  if (job.state === 'succeeded') return;
  throw job.error === null
    ? new RoomError('interrupted', `${method} ended ${job.state}.`)
    : RoomError.fromPayload(job.error);
}
