/** Content that something of the history needs; the same key in every snapshot that has it. */
export type RetentionNeed = {
  readonly key: string;
  /** What needs it, for people: `a review of run-3`. */
  readonly by: string;
};

/** What retention must know of a snapshot that the room made. */
export type RetentionFacts = {
  readonly id: string;
  readonly takenAt: string;
  readonly isVerified: boolean;
  /** The one that `current` points to: it stays, also when it was found damaged. */
  readonly isCurrent: boolean;
  /** A held one waits for a person. */
  readonly isHeld: boolean;
  readonly isMirrored: boolean;
  /** What reviews, checks, studies and observations need of its files; empty when nothing does. */
  readonly needs: readonly RetentionNeed[];
  /** Work that is under way with it, in words; null when none is. */
  readonly inUseBy: string | null;
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

/** A policy as it is set: hours and days. */
export type RetentionTimes = {
  readonly allHours: number;
  readonly hourlyDays: number;
  readonly dailyDays: number;
};

export const policyOf = ({ allHours, hourlyDays, dailyDays }: RetentionTimes): RetentionPolicy => ({
  allForMs: allHours * hourMs,
  hourlyForMs: hourlyDays * dayMs,
  dailyForMs: dailyDays * dayMs,
});

export type RetentionChoice = {
  readonly id: string;
  readonly decision: 'keep' | 'remove';
  /** One sentence for people. */
  readonly because: string;
};

/**
 * Which snapshots may go: all are kept for a while, then the newest of each hour, then of each day. Whatever
 * the age: never the last verified one, the current one, one that waits for a person or is in use, one that is not mirrored yet
 * where those are kept, or the newest of those that hold what something needs: of two that hold the same, the
 * older one may go only because the newer one stays. Snapshots of one machine; the answer is newest first.
 */
export function planRetention(
  snapshots: readonly RetentionFacts[],
  now: string,
  rules: { readonly policy: RetentionPolicy; readonly keepsUnmirrored: boolean },
): RetentionChoice[] {
  const { policy } = rules;
  const newestFirst = snapshots.toSorted((a, b) => (a.takenAt < b.takenAt ? 1 : a.takenAt > b.takenAt ? -1 : 0));
  const lastVerified = newestFirst.find((it) => it.isVerified && !it.isHeld)?.id;
  const slots = new Set<string>();
  const choices = newestFirst.map((snapshot): RetentionChoice => {
    const { id, takenAt } = snapshot;
    const keep = (because: string): RetentionChoice => ({ id, decision: 'keep', because });
    const ageMs = Date.parse(now) - Date.parse(takenAt);
    const slot = slotOf(takenAt, ageMs, policy);
    // A snapshot that is kept for its own sake takes no slot from one that is not verified, and the reverse.
    const isFirstOfSlot = slot !== null && !slots.has(slot);
    if (slot !== null && snapshot.isVerified && !snapshot.isHeld) slots.add(slot);
    if (id === lastVerified) return keep('It is the last verified one.');
    if (snapshot.isCurrent) return keep('It is the current one.');
    if (snapshot.isHeld) return keep('It is held and waits for a person.');
    if (snapshot.inUseBy !== null) return keep(`It is in use: ${snapshot.inUseBy}.`);
    if (rules.keepsUnmirrored && !snapshot.isMirrored) return keep('It is not mirrored yet.');
    if (ageMs < policy.allForMs) return keep('It is young.');
    if (isFirstOfSlot)
      return keep(slot.startsWith('hour') ? 'It is the newest of its hour.' : 'It is the newest of its day.');
    return {
      id,
      decision: 'remove',
      because: slot === null ? 'It is older than what is kept.' : 'A newer one of the same time is kept.',
    };
  });
  return withNeeds(newestFirst, choices);
}

/** Takes back the removal of those that alone would hold what something needs. Both lists are newest first. */
function withNeeds(snapshots: readonly RetentionFacts[], choices: readonly RetentionChoice[]): RetentionChoice[] {
  const held = new Set<string>();
  const hold = ({ needs, isVerified, isHeld }: RetentionFacts): void => {
    // What may be damaged is no reason to let another copy go.
    if (isVerified || isHeld) for (const need of needs) held.add(need.key);
  };
  for (const [index, snapshot] of snapshots.entries()) if (choices[index]!.decision === 'keep') hold(snapshot);
  return choices.map((choice, index) => {
    if (choice.decision === 'keep') return choice;
    const snapshot = snapshots[index]!;
    const alone = snapshot.needs.filter((need) => !held.has(need.key));
    if (alone.length === 0) return choice;
    hold(snapshot);
    const by = [...new Set(alone.map((need) => need.by))];
    return {
      id: choice.id,
      decision: 'keep',
      because: `It is needed by ${by.slice(0, 3).join(', ')}.`,
    };
  });
}

function slotOf(takenAt: string, ageMs: number, policy: RetentionPolicy): string | null {
  const time = new Date(Date.parse(takenAt)).toISOString();
  if (ageMs < policy.hourlyForMs) return `hour ${time.slice(0, 13)}`;
  return ageMs < policy.dailyForMs ? `day ${time.slice(0, 10)}` : null;
}
