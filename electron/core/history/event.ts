import { createHash } from 'node:crypto';

/** One entry of a device's chain. Never changed after it was written; taking something back is another event. */
export type HistoryEvent = {
  readonly id: string;
  readonly deviceId: string;
  /** 1, 2, 3 … within the device. */
  readonly seq: number;
  readonly actor: string;
  readonly type:
    | 'decision.recorded'
    | 'decision.undone'
    | 'instance.owned'
    | 'host_key.accepted'
    | 'orientation.overruled'
    | 'guard.armed'
    | 'guard.disarmed'
    | 'guard.drilled'
    | 'schedule.set'
    | 'snapshot.accepted'
    | 'environment.accepted'
    | 'environment.pinned'
    | 'run.launched'
    | 'study.locked'
    | 'study.answered'
    | 'study.answer_undone'
    | 'study.signed_off'
    | 'study.imported'
    | 'study.blinding_broken'
    | 'study.loss_explained'
    | 'study.unblinded';
  readonly payload: Readonly<Record<string, unknown>>;
  readonly wallTime: string;
  /** Lamport clock: larger than every event known when this one was written. */
  readonly logicalClock: number;
  /** Hash of this device's previous event; null for its first. */
  readonly prevHash: string | null;
  readonly hash: string;
};

/** JSON with sorted keys and no spaces, so that the same event always has the same bytes. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** SHA-256 over everything but the hash itself, the previous hash included: a chain. */
export function hashEvent(event: Omit<HistoryEvent, 'hash'>): string {
  const { id, deviceId, seq, actor, type, payload, wallTime, logicalClock, prevHash } = event;
  return createHash('sha256')
    .update(canonicalJson({ id, deviceId, seq, actor, type, payload, wallTime, logicalClock, prevHash }))
    .digest('hex');
}

/** Why a chain is broken, in words; null when every link holds. Events must come in order of `seq`. */
export function findChainFault(events: readonly HistoryEvent[]): string | null {
  let previous: HistoryEvent | null = null;
  for (const event of events) {
    const expectedSeq: number = (previous?.seq ?? 0) + 1;
    if (event.seq !== expectedSeq) return `event ${expectedSeq} is missing; the next one is ${event.seq}`;
    if (event.prevHash !== (previous?.hash ?? null)) return `event ${event.seq} does not follow the one before it`;
    if (hashEvent(event) !== event.hash) return `event ${event.seq} was changed after it was written`;
    previous = event;
  }
  return null;
}
