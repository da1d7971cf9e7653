/** What retention must know of a snapshot that the room made. */
export type RetentionFacts = {
  readonly id: string;
  readonly takenAt: string;
  readonly isVerified: boolean;
  /** A held one waits for a person. */
  readonly isHeld: boolean;
  readonly isMirrored: boolean;
  /** What needs its files: a review, a study, an observation; empty when nothing does. */
  readonly neededBy: readonly string[];
};

export type RetentionPolicy = {
  /** Everything younger than this is kept. */
  readonly allForMs: number;
  /** The newest of each hour up to this age. */
  readonly hourlyForMs: number;
  /** The newest of each day (UTC) up to this age. */
  readonly dailyForMs: number;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const defaultRetention: RetentionPolicy = {
  allForMs: 2 * hourMs,
  hourlyForMs: 2 * dayMs,
  dailyForMs: 30 * dayMs,
};

export type RetentionChoice = {
  readonly id: string;
  readonly decision: 'keep' | 'remove';
  /** One sentence for people. */
  readonly because: string;
};

/**
 * Which snapshots may go: all are kept for a while, then the newest of each hour, then of each day. Whatever
 * the age: never the last verified one, one that something needs, one that waits for a person, or one that is
 * not mirrored yet. Snapshots of one machine; the answer is in order of time, newest first.
 */
export function planRetention(
  snapshots: readonly RetentionFacts[],
  now: string,
  policy: RetentionPolicy = defaultRetention,
): RetentionChoice[] {
  const newestFirst = snapshots.toSorted((a, b) => (a.takenAt < b.takenAt ? 1 : a.takenAt > b.takenAt ? -1 : 0));
  const lastVerified = newestFirst.find((it) => it.isVerified && !it.isHeld)?.id;
  const slots = new Set<string>();
  return newestFirst.map((snapshot) => {
    const { id, takenAt, neededBy } = snapshot;
    const keep = (because: string): RetentionChoice => ({ id, decision: 'keep', because });
    const ageMs = Date.parse(now) - Date.parse(takenAt);
    const slot = slotOf(takenAt, ageMs, policy);
    // A snapshot that is kept for its own sake takes no slot from one that is not verified, and the reverse.
    const isFirstOfSlot = slot !== null && !slots.has(slot);
    if (slot !== null && snapshot.isVerified && !snapshot.isHeld) slots.add(slot);
    if (id === lastVerified) return keep('It is the last verified one.');
    if (snapshot.isHeld) return keep('It is held and waits for a person.');
    if (neededBy.length > 0) return keep(`It is needed by ${neededBy.slice(0, 3).join(', ')}.`);
    if (!snapshot.isMirrored) return keep('It is not mirrored yet.');
    if (ageMs < policy.allForMs) return keep('It is young.');
    if (isFirstOfSlot)
      return keep(slot.startsWith('hour') ? 'It is the newest of its hour.' : 'It is the newest of its day.');
    return {
      id,
      decision: 'remove',
      because: slot === null ? 'It is older than what is kept.' : 'A newer one of the same time is kept.',
    };
  });
}

function slotOf(takenAt: string, ageMs: number, policy: RetentionPolicy): string | null {
  const time = new Date(Date.parse(takenAt)).toISOString();
  if (ageMs < policy.hourlyForMs) return `hour ${time.slice(0, 13)}`;
  return ageMs < policy.dailyForMs ? `day ${time.slice(0, 10)}` : null;
}
