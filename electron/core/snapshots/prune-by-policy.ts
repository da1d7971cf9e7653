import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { Jobs } from '../jobs/service.ts';
import type { Log } from '../ports.ts';
import type { SnapshotDeps } from './deps.ts';
import { planFor } from './retention-plan.ts';

export type PruneDeps = SnapshotDeps & {
  readonly jobs: Pick<Jobs, 'waitFor'>;
  readonly call: Dispatcher['dispatch'];
  readonly log: Log;
};

/** By a clock that may be wrong nothing is old: a room whose year is wrong would let go all that is mirrored. */
const mostSkewMs = 60 * 60_000;

/**
 * After a pull that was good: starts the job when the policy lets something go, and waits for it. Leaves no row when
 * nothing goes; a failure is the job's own and takes nothing from the pull.
 */
export async function pruneByPolicy(
  { instanceId, clockSkewMs }: { readonly instanceId: string; readonly clockSkewMs: number | null },
  deps: PruneDeps,
): Promise<void> {
  const { isOn, keepsUnmirrored: _keeps, ...times } = deps.retention();
  if (!isOn) return;
  if (clockSkewMs !== null && Math.abs(clockSkewMs) > mostSkewMs) {
    const hours = Math.round(Math.abs(clockSkewMs) / 3_600_000);
    const message = `Retention waits: the clocks of machine ${instanceId} and of this computer are ${hours} h apart.`;
    deps.log({ level: 'warn', area: 'snapshots', message });
    return;
  }
  try {
    const { going } = await planFor(instanceId, { times, isTyped: false }, deps);
    if (going.length === 0) return;
    const answer = await deps.call('snapshots.prune', { instanceId }, { actor: 'schedule', name: 'the schedule' });
    if (!answer.ok) throw RoomError.fromPayload(answer.error);
    await deps.jobs.waitFor((answer.value as { readonly jobId: string }).jobId);
  } catch (thrown) {
    deps.log({
      level: 'warn',
      area: 'snapshots',
      message: `Retention: ${toErrorPayload(thrown).message}`,
    });
  }
}
