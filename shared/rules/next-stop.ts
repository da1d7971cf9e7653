import type { GuardView } from '../model/guard.ts';

export type NextStopFacts = {
  readonly now: string;
  /** Null unless this room is armed for the machine and watches it. */
  readonly room: {
    readonly deadlineAt: string | null;
    readonly idleMinutes: number | null;
    /** When a cap will be reached, ISO; null when none is, or it can not be told. */
    readonly budgetStopAt: string | null;
  } | null;
  /** The newest answer of an armed lease; null when there is none. */
  readonly lease: {
    readonly readAt: string;
    readonly leaseLeftSeconds: number | null;
    readonly maxLeftSeconds: number | null;
    readonly graceLeftSeconds: number;
    readonly idleLimitSeconds: number | null;
    readonly quietSeconds: number | null;
    readonly busy: string;
  } | null;
};

type NextStop = NonNullable<GuardView['nextStop']>;

/**
 * The first stop that comes by itself when everything stays as it is. A lease that this room renews does not
 * run out; idle counts only where the machine says that it is quiet now.
 */
export function nextStopOf({ now, room, lease }: NextStopFacts): NextStop | null {
  const stops: NextStop[] = [];
  const add = (reason: NextStop['reason'], atMs: number): void => {
    if (Number.isFinite(atMs)) stops.push({ reason, at: new Date(Math.max(atMs, Date.parse(now))).toISOString() });
  };
  if (room?.deadlineAt != null) add('deadline', Date.parse(room.deadlineAt));
  if (room?.budgetStopAt != null) add('budget', Date.parse(room.budgetStopAt));
  if (lease !== null) {
    const readMs = Date.parse(lease.readAt);
    // Every start of the container is left alone for its first half hour.
    const from = (leftSeconds: number): number => readMs + Math.max(leftSeconds, lease.graceLeftSeconds) * 1000;
    if (lease.maxLeftSeconds !== null) add('max_run_time', from(lease.maxLeftSeconds));
    if (lease.leaseLeftSeconds !== null && room === null) add('lease', from(lease.leaseLeftSeconds));
    if (lease.busy === '' && lease.quietSeconds !== null) {
      if (lease.idleLimitSeconds !== null) add('idle', from(lease.idleLimitSeconds - lease.quietSeconds));
      if (room?.idleMinutes != null) add('idle', readMs + (room.idleMinutes * 60 - lease.quietSeconds) * 1000);
    }
  }
  return stops.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))[0] ?? null;
}
