/**
 * What can go wrong, once or again and again:
 * - `expired_token`: 401, as after 24 hours; a new authorization helps
 * - `unavailable`: 503 with Retry-After, as the service says when a pod is busy
 * - `checksum_mismatch`: 400, as when a byte was changed on the way
 * - `cap_exceeded`: 403, the account's own limit
 * - `cut`: the connection breaks after `afterBytes` of the body (0 without)
 * - `lost_answer`: it is done, and the answer never arrives
 * - `slow`: the body is taken, or given, at `bytesPerSecond`
 * - `flipped`: one byte of a download is another one
 */
export type FaultKind =
  | 'expired_token'
  | 'unavailable'
  | 'checksum_mismatch'
  | 'cap_exceeded'
  | 'cut'
  | 'lost_answer'
  | 'slow'
  | 'flipped';

export type Fault = {
  readonly on: string;
  readonly kind: FaultKind;
  /** How often it happens; for ever without. */
  readonly times?: number;
  /** Only every n-th request of this operation. */
  readonly every?: number;
  readonly afterBytes?: number;
  readonly bytesPerSecond?: number;
};

export type Faults = {
  arm(fault: Fault): void;
  clear(): void;
  /** The fault that hits this request, or null. Counts it. */
  next(operation: string): Fault | null;
  /** How many requests were hit so far. */
  hits(): number;
};

export function createFaults(): Faults {
  let armed: { readonly fault: Fault; seen: number; done: number }[] = [];
  let hitCount = 0;
  return {
    arm: (fault) => armed.push({ fault, seen: 0, done: 0 }),
    clear: () => {
      armed = [];
    },
    next(operation) {
      for (const entry of armed) {
        if (entry.fault.on !== operation) continue;
        entry.seen += 1;
        if (entry.done >= (entry.fault.times ?? Infinity) || entry.seen % (entry.fault.every ?? 1) !== 0) continue;
        entry.done += 1;
        hitCount += 1;
        return entry.fault;
      }
      return null;
    },
    hits: () => hitCount,
  };
}
