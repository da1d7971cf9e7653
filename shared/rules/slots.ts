/**
 * Slots are moments of the wall clock, counted in UTC from 1970: summer time moves none of them, and two
 * computers mean the same moment by the same slot. Every slot is accounted for once: run, skipped with a reason,
 * or missed. After a gap one copy catches up, however many slots it swallowed.
 */

/** Slots in a row that share one fate. Milliseconds since 1970, both included. */
export type SlotRange = { readonly fromMs: number; readonly untilMs: number; readonly count: number };

export type SlotFacts = {
  readonly nowMs: number;
  readonly intervalMs: number;
  /** The newest slot that is accounted for; null when none is. */
  readonly lastSlotMs: number | null;
  /** When the schedule was last set: slots before it, of another interval or of none, were never due. */
  readonly setMs: number;
  /** Counts how often the clock was set back: the same slot may come again in the next era. */
  readonly era: number;
  /** The slot whose copy is still under way; null when none is. */
  readonly runningSlotMs: number | null;
  /** Failed copies since the last good one. */
  readonly failuresInRow: number;
  /** When the last copy ended that failed; null when none did. */
  readonly failedAtMs: number | null;
  /** Why nothing can be copied now, e.g. the machine is stopped; null when it can. */
  readonly pausedBecause: string | null;
};

export type SlotPlan = {
  /** The era that this plan's slots belong to; one more than before when the clock was set back. */
  readonly era: number;
  /** Slots that passed while nobody looked. */
  readonly missed: SlotRange | null;
  /** What becomes of the slot of this moment; null when it is accounted for already. */
  readonly slot:
    | { readonly atMs: number; readonly action: 'run'; readonly isCatchUp: boolean }
    | { readonly atMs: number; readonly action: 'skip'; readonly because: string }
    | null;
  /** When the next slot begins. */
  readonly nextMs: number;
};

/** The longest a failing machine waits for its next try. */
const longestBackOffMs = 15 * 60_000;
/** A clock that is corrected a little around the start of a slot is no clock that was set back. */
const toleratedMs = 5 * 60_000;

/** The slot that a moment belongs to. */
export function slotOf(ms: number, intervalMs: number): number {
  return Math.floor(ms / intervalMs) * intervalMs;
}

/**
 * How long a machine that failed waits before it is tried again: the first failure not at all (its next slot
 * comes soon enough), then twice as long each time, up to a quarter of an hour or one interval. Never for ever.
 */
export function backOffMs(failuresInRow: number, intervalMs: number): number {
  if (failuresInRow < 2) return 0;
  return Math.min(2 ** Math.min(failuresInRow - 1, 20) * intervalMs, Math.max(longestBackOffMs, intervalMs));
}

/** What is due at a moment. A slot that it names has to be written down before anything is done for it. */
export function planSlots(facts: SlotFacts): SlotPlan {
  const { nowMs, intervalMs, lastSlotMs } = facts;
  const atMs = slotOf(nowMs, intervalMs);
  const nextMs = atMs + intervalMs;
  if (lastSlotMs !== null && lastSlotMs >= atMs) {
    if (lastSlotMs - nowMs <= toleratedMs) return { era: facts.era, missed: null, slot: null, nextMs };
    // Waiting until the clock is where it was could take days without a copy.
    return { era: facts.era + 1, missed: null, slot: decide(facts, atMs, false), nextMs };
  }
  const missed = missedBetween(lastSlotMs, facts.setMs, atMs, intervalMs);
  return { era: facts.era, missed, slot: decide(facts, atMs, missed !== null), nextMs };
}

/** Grids of an interval that was changed do not line up: what counts is the slots of the interval of now. */
function missedBetween(lastSlotMs: number | null, setMs: number, atMs: number, intervalMs: number): SlotRange | null {
  if (lastSlotMs === null) return null;
  // The slot in which it was set is due for the one who set it.
  const fromMs = Math.max(slotOf(lastSlotMs, intervalMs) + intervalMs, slotOf(setMs, intervalMs));
  const count = (atMs - fromMs) / intervalMs;
  return count < 1 ? null : { fromMs, untilMs: atMs - intervalMs, count };
}

function decide(facts: SlotFacts, atMs: number, isCatchUp: boolean): SlotPlan['slot'] {
  const skip = (because: string): SlotPlan['slot'] => ({ atMs, action: 'skip', because });
  if (facts.runningSlotMs !== null)
    return skip(`The copy of ${new Date(facts.runningSlotMs).toISOString()} is still under way.`);
  if (facts.pausedBecause !== null) return skip(facts.pausedBecause);
  const waitMs = backOffMs(facts.failuresInRow, facts.intervalMs);
  // A failure in the future is one of a clock that was set back: it holds nothing up.
  if (facts.failedAtMs !== null && facts.failedAtMs <= facts.nowMs && facts.nowMs - facts.failedAtMs < waitMs) {
    const until = new Date(facts.failedAtMs + waitMs).toISOString();
    return skip(`${facts.failuresInRow} copies in a row failed: the next try is at ${until} or in the slot after it.`);
  }
  return { atMs, action: 'run', isCatchUp };
}
