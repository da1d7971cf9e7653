import { toErrorPayload } from '#shared/errors.ts';
import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import type { Log } from '../ports.ts';
import type { LeaseAnswer, LeaseLimits, LeaseShell } from './lease-shell.ts';
import type { Arming, GuardRecord } from './store.ts';

/** Holds the leases of armed machines while the room is open. */
export type LeaseKeeper = {
  /** Renews what is due; answers at once and works on. */
  keep(instanceIds: readonly string[]): void;
  close(): Promise<void>;
};

/** How long a machine runs on when this room is gone, unless its arming says otherwise. */
const usualLeaseSeconds = 1800;
const renewIntervalMs = 180_000;
const retryIntervalMs = 30_000;
/** The machine's own limit comes after the room's, so that the room can copy first. */
const afterDeadlineSeconds = 600;

export function createLeaseKeeper(deps: {
  readonly lease: LeaseShell;
  readonly database: Database;
  readonly emit: EmitEvent;
  readonly log: Log;
  readonly now: () => number;
}): LeaseKeeper {
  const ending = new AbortController();
  const running = new Map<string, Promise<void>>();

  async function renew(instanceId: string): Promise<void> {
    const record = await deps.database.read('guards.record', { instanceId });
    const { arming } = record;
    if (arming?.isArmed !== true || !isDue(record, arming, deps.now())) return;
    const isNew = record.lease?.setByEventId !== arming.eventId;
    const answer = await deps.lease.renew(instanceId, limitsOf(arming, isNew, deps.now()), ending.signal);
    await keepAnswer({ instanceId, answer, setByEventId: arming.eventId }, deps);
    deps.emit({ name: 'instances.changed', payload: {} });
  }

  return {
    keep(instanceIds) {
      for (const id of instanceIds) {
        if (running.has(id) || ending.signal.aborted) continue;
        const work = renew(id)
          .catch((thrown: unknown) => {
            if (ending.signal.aborted) return;
            const { message } = toErrorPayload(thrown);
            deps.log({ level: 'error', area: 'guards', message: `The lease of machine ${id}: ${message}` });
          })
          .finally(() => running.delete(id));
        running.set(id, work);
      }
    },
    async close() {
      ending.abort();
      await Promise.all(running.values());
    },
  };
}

/** Keeps what a lease answered, or that it did not. */
export async function keepAnswer(
  read: { readonly instanceId: string; readonly answer: LeaseAnswer; readonly setByEventId: string | null },
  deps: { readonly database: Database; readonly now: () => number },
): Promise<void> {
  const { instanceId, answer, setByEventId } = read;
  const at = new Date(deps.now()).toISOString();
  if (answer.kind === 'status')
    await deps.database.write('guards.leaseRead', { instanceId, at, status: answer.status, setByEventId });
  else
    await deps.database.write('guards.leaseFailed', {
      instanceId,
      failure: { at, state: answer.state, words: answer.words },
    });
}

/** A stop that is under way is not held up by a new lease. */
function isDue({ lease, stop }: GuardRecord, arming: Arming, nowMs: number): boolean {
  if (stop !== null && stop.endedAt === null) return false;
  const since = (at: string): number => nowMs - Date.parse(at);
  if (lease?.failure != null) return since(lease.failure.at) >= retryIntervalMs || since(lease.failure.at) < 0;
  if (lease?.readAt == null || lease.setByEventId !== arming.eventId) return true;
  // A renewal has started a daemon that was dead: whether it lives is asked soon.
  const intervalMs = lease.status?.isAlive === false ? retryIntervalMs : renewIntervalMs;
  return since(lease.readAt) >= intervalMs || since(lease.readAt) < 0;
}

/** The first renewal after an arming tells the machine its limits; later ones only hold the lease. */
function limitsOf({ settings }: Arming, isNew: boolean, nowMs: number): LeaseLimits {
  const leaseSeconds = settings.leaseSeconds ?? usualLeaseSeconds;
  if (!isNew) return { leaseSeconds };
  const { idleMinutes, deadlineAt } = settings;
  const leftSeconds = deadlineAt === null ? null : Math.max(0, Math.ceil((Date.parse(deadlineAt) - nowMs) / 1000));
  return {
    leaseSeconds,
    idleSeconds: idleMinutes === null ? 'off' : Math.round(idleMinutes * 60),
    ...(leftSeconds === null ? {} : { maxRunSeconds: leftSeconds + afterDeadlineSeconds }),
  };
}
