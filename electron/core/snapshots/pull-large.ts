import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { toErrorPayload } from '#shared/errors.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { nowIso, type SnapshotDeps } from './deps.ts';
import { machineOf } from './machine-of.ts';
import { chooseProfile } from './profiles.ts';
import { specOf } from './pull-input.ts';
import type { LargeProgress } from './pull/run-large.ts';
import type { LargeCopy } from './store/large-store.ts';

type LargeInput = MethodParsedInput<'snapshots.pullLarge'>;
type LargeResult = MethodOutput<'snapshots.pullLarge'>;

/**
 * Brings large files beside the pulls and keeps what became of it: bytes that came are billed, whatever ended it.
 * @throws RoomError job_conflict, disk_full, and what SSH throws; what has come stays.
 */
export async function pullLarge(input: LargeInput, context: JobContext, deps: SnapshotDeps): Promise<LargeResult> {
  const { instanceId, target } = machineOf(input);
  const profile = chooseProfile(input, deps);
  const limit = input.limitSeconds === undefined ? null : AbortSignal.timeout(input.limitSeconds * 1000);
  const signal = limit === null ? context.signal : AbortSignal.any([context.signal, limit]);
  let seen: LargeProgress = { transferredBytes: 0, resumedBytes: 0, totalBytes: 0, fileCount: 0 };
  const note = (outcome: LargeCopy['outcome'], message: string | null): Promise<null> => {
    const { transferredBytes } = seen;
    const end = { jobId: context.jobId, instanceId, finishedAt: nowIso(deps), outcome, message, transferredBytes };
    deps.emit({ name: 'snapshots.changed', payload: {} });
    return deps.database.write('snapshots.noteLargeCopy', end);
  };
  try {
    const { plan, auth } = await context.step('Connect', async () => {
      await deps.ssh.shell.connected(target, signal);
      return deps.ssh.prepare(target);
    });
    const address = plan.endpoints[0] ?? { host: '', port: 0 };
    const spec = specOf({ instanceId, profile, lane: 'all', address }, deps);
    const done = await context.step('Copy large files and compare them', async () => {
      const outcome = await deps.transfer.call(
        'transfer.large',
        { spec, plan, auth },
        {
          signal,
          onPart: (progress: LargeProgress) => {
            seen = progress;
            tellProgress(progress, context);
          },
        },
      );
      seen = outcome;
      context.detail(`${outcome.arrivedCount} whole, ${outcome.tornCount} changed meanwhile.`);
      return outcome;
    });
    await note('done', null);
    const { arrivedCount, tornCount, transferredBytes, resumedBytes } = done;
    return { instanceId, arrivedCount, tornCount, transferredBytes, resumedBytes, isCut: false };
  } catch (thrown) {
    const { transferredBytes, resumedBytes } = seen;
    if (limit?.aborted === true && !context.signal.aborted) {
      await note('cut', null);
      return { instanceId, arrivedCount: 0, tornCount: 0, transferredBytes, resumedBytes, isCut: true };
    }
    // The failure itself must reach the job, also when its row can not be written.
    await note(context.signal.aborted ? 'cancelled' : 'failed', toErrorPayload(thrown).message).catch(() => undefined);
    throw thrown;
  }
}

function tellProgress({ transferredBytes, resumedBytes, totalBytes }: LargeProgress, context: JobContext): void {
  if (totalBytes === 0) return;
  const done = Math.min(transferredBytes + resumedBytes, totalBytes);
  context.progress({ done, total: totalBytes, unit: 'bytes', message: 'Copying large files' });
}
