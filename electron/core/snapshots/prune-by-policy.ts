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

const mostSkewMs = 60 * 60_000;

/** A pull that was good, and what it says of the time. */
type Pulled = {
  readonly instanceId: string;
  /** What the machine's clock said when it was listed; null when it did not say. */
  readonly remoteClockAt: string | null;
  /** How long the pull took, by a clock that never jumps. */
  readonly tookMs: number;
};

/**
 * After a pull that was good: starts the job when the policy lets something go, and waits for it. Leaves no row when
 * nothing goes; a failure is the job's own and takes nothing from the pull.
 */
export async function pruneByPolicy(pulled: Pulled, deps: PruneDeps): Promise<void> {
  const { instanceId } = pulled;
  const { isOn, keepsUnmirrored: _keeps, ...times } = deps.retention();
  if (!isOn) return;
  if (!isTimeSure(pulled, deps.clock.now())) {
    const message = `Retention waits: the clocks of machine ${instanceId} and of this computer do not agree.`;
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

/** By a clock that may be wrong nothing is old: a room whose year is wrong would let go all that is mirrored. */
function isTimeSure({ remoteClockAt, tookMs }: Pulled, nowMs: number): boolean {
  if (remoteClockAt === null) return false;
  const aheadMs = nowMs - Date.parse(remoteClockAt);
  return aheadMs >= -mostSkewMs && aheadMs <= tookMs + mostSkewMs;
}
