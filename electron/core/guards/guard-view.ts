import type { DrillView, GuardView, LeaseView, RoomGuard } from '#shared/model/guard.ts';
import { nothingArmed } from '#shared/model/guard.ts';
import type { InstancePhase } from '#shared/model/instance.ts';
import { nextStopOf, type NextStopFacts } from '#shared/rules/next-stop.ts';
import type { GuardRecord, LeaseRecord } from './store.ts';

/** A lease that was read longer ago than this is not known to live. */
const leaseFreshMs = 10 * 60_000;
/** The guard of an open room looks every few seconds; after this long nobody watches. */
const watchFreshMs = 120_000;

/** Both layers of a machine as this room knows them. @param now ISO */
export function toGuardView(
  record: GuardRecord,
  machine: { readonly phase: InstancePhase; readonly isGone: boolean; readonly isGpuBilled: boolean },
  now: string,
): GuardView {
  const room = roomOf(record);
  const lease = leaseViewOf(record.lease, now);
  const isWatched = record.watch !== null && isWithin(record.watch.lookedAt, now, watchFreshMs);
  const status = lease.state === 'armed' ? record.lease?.status : null;
  const nextStop =
    machine.isGone || !machine.isGpuBilled
      ? null
      : nextStopOf({
          now,
          room: room.isArmed && isWatched ? armedUntil(record, room) : null,
          lease: status == null || lease.readAt === null ? null : { ...status, readAt: lease.readAt },
        });
  return { ...stateOf({ record, machine, room, lease, isWatched }), room, lease, drill: drillOf(record), nextStop };
}

const armedUntil = (record: GuardRecord, room: RoomGuard): NextStopFacts['room'] => ({
  ...room,
  deadlineAt: record.isDeadlineSpent ? null : room.deadlineAt,
  budgetStopAt: record.watch?.budgetStopAt ?? null,
});

function stateOf(facts: {
  readonly record: GuardRecord;
  readonly machine: { readonly isGone: boolean; readonly isGpuBilled: boolean };
  readonly room: RoomGuard;
  readonly lease: LeaseView;
  readonly isWatched: boolean;
}): Pick<GuardView, 'state' | 'words'> {
  const { record, machine, room, lease, isWatched } = facts;
  const { stop } = record;
  if (machine.isGone) return { state: 'not_needed', words: 'It is gone.' };
  if (stop !== null && stop.endedAt === null) {
    const asked = `Stopped by the guard (${stop.reason}) at ${stop.decidedAt}: ${stop.because}`;
    if (stop.words === null) return { state: 'stopping', words: `${asked} Not proved yet.` };
    return {
      state: 'stop_not_confirmed',
      words: `${asked} Not proved after ${count(stop.tries)}: ${stop.words} It is tried again.`,
    };
  }
  if (!machine.isGpuBilled) return { state: 'not_needed', words: 'No GPU is billed.' };
  const away = ` The room last looked at ${record.watch?.lookedAt ?? 'no time'}: its guard acts only while it is open.`;
  const roomWords = room.isArmed
    ? `The room is armed since ${room.armedAt}.${isWatched ? '' : away}`
    : 'The room is not armed.';
  const untold = room.isArmed && isWatched ? (record.watch?.couldNotTell ?? null) : null;
  const spent = record.isDeadlineSpent ? ['Its deadline has stopped it once: a new one has to be set.'] : [];
  const words = [roomWords, ...spent, lease.because, ...(untold === null ? [] : [untold])].join(' ');
  if (room.isArmed && isWatched && lease.state === 'armed') return { state: 'armed', words };
  if (room.isArmed || lease.state === 'armed') return { state: 'part_armed', words };
  if (lease.readAt !== null && lease.state === 'unknown') return { state: 'unknown', words };
  return { state: 'none', words: `${nothingArmed.words} ${lease.because}` };
}

const count = (tries: number): string => (tries === 1 ? 'one try' : `${tries} tries`);

function roomOf({ arming }: GuardRecord): RoomGuard {
  if (arming === null) return nothingArmed.room;
  return { ...arming.settings, isArmed: arming.isArmed, armedAt: arming.isArmed ? arming.at : null };
}

/** The newest answer of a lease, and whether it still says anything. @param now ISO */
export function leaseViewOf(lease: LeaseRecord | null, now: string): LeaseView {
  if (lease === null) return nothingArmed.lease;
  const { status, readAt, failure } = lease;
  const figures = {
    readAt,
    leaseLeftSeconds: status?.leaseLeftSeconds ?? null,
    maxLeftSeconds: status?.maxLeftSeconds ?? null,
    idleLimitSeconds: status?.idleLimitSeconds ?? null,
    quietSeconds: status?.quietSeconds ?? null,
  };
  const isFresh = readAt !== null && isWithin(readAt, now, leaseFreshMs);
  if (failure !== null && (failure.state !== 'unknown' || !isFresh))
    return {
      ...figures,
      state: failure.state,
      because: `${failure.words} Tried at ${failure.at}; ${readAt === null ? 'it was never read' : `last read at ${readAt}`}.`,
    };
  if (status === null || readAt === null) return nothingArmed.lease;
  if (!isFresh)
    return {
      ...figures,
      state: 'unknown',
      because: `The lease was last read at ${readAt}: it may be different by now.`,
    };
  if (!status.hasKey)
    return { ...figures, state: 'needs_restart', because: 'Its daemon has no key: it can not stop its machine.' };
  if (!status.isAlive) return { ...figures, state: 'not_armed', because: 'The daemon on the machine does not run.' };
  const stopping = status.stopping === '' ? '' : ` It is stopping its machine: ${status.stopping}.`;
  return {
    ...figures,
    state: 'armed',
    because: `The machine stops itself when nobody renews its lease; read at ${readAt}.${stopping}`,
  };
}

function drillOf({ drill }: GuardRecord): DrillView {
  if (drill === null) return nothingArmed.drill;
  return { state: drill.state, at: drill.at, because: drill.because };
}

function isWithin(at: string, now: string, ms: number): boolean {
  const ageMs = Date.parse(now) - Date.parse(at);
  return ageMs <= ms && ageMs >= -ms;
}
