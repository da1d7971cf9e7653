import type { SlotState } from '../model/schedule.ts';

/**
 * Slots are moments of the wall clock, counted in UTC from 1970: summer time moves none of them, and two
 * computers mean the same moment by the same slot. Every slot is accounted for once: run, skipped with a reason,
 * or missed. After a gap one copy catches up, however many slots it swallowed.
 */

/** Slots in a row that share one fate. Milliseconds since 1970, both included. */
export type SlotRange = { readonly fromMs: number; readonly untilMs: number; readonly count: number };

/** Slots that passed while no room was open: `rested` when the machine is known not to have run then. */
export type PassedRange = SlotRange & { readonly fate: 'missed' | 'rested' };

/** A stretch of time, both ends included. */
export type Stretch = { readonly fromMs: number; readonly untilMs: number };

/** Why a slot is not run: the machine rests, the copy before it is still under way, or it failed too often just now. */
export type SkipReason = 'paused' | 'busy' | 'backed_off';

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
  /** When the machine is known not to have run, in order and apart from each other. */
  readonly rests: readonly Stretch[];
};

export type SlotPlan = {
  /** The era that this plan's slots belong to; one more than before when the clock was set back. */
  readonly era: number;
  /** Slots that passed while nobody looked, in order. */
  readonly passed: readonly PassedRange[];
  /** What becomes of the slot of this moment; null when it is accounted for already. */
  readonly slot:
    | { readonly atMs: number; readonly action: 'run'; readonly isCatchUp: boolean }
    | { readonly atMs: number; readonly action: 'skip'; readonly reason: SkipReason; readonly because: string }
    | null;
  /** When the next slot begins. */
  readonly nextMs: number;
};

/** The longest a failing machine waits for its next try. */
const longestBackOffMs = 15 * 60_000;
/** A clock that is corrected a little around the start of a slot is no clock that was set back. */
const toleratedMs = 5 * 60_000;

/** A copy that was due and is not there, whatever ended it. One that a person cancelled, or that rested, is none. */
export function isFailure(state: SlotState): boolean {
  return state === 'failed' || state === 'held' || state === 'interrupted';
}

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
    if (lastSlotMs - nowMs <= toleratedMs) return { era: facts.era, passed: [], slot: null, nextMs };
    // Waiting until the clock is where it was could take days without a copy.
    return { era: facts.era + 1, passed: [], slot: decide(facts, atMs, false), nextMs };
  }
  const gap = gapBetween(lastSlotMs, facts.setMs, atMs, intervalMs);
  const passed = gap === null ? [] : splitGap(gap, facts.rests, intervalMs);
  const isCatchUp = passed.some(({ fate }) => fate === 'missed');
  return { era: facts.era, passed, slot: decide(facts, atMs, isCatchUp), nextMs };
}

/** Grids of an interval that was changed do not line up: what counts is the slots of the interval of now. */
function gapBetween(lastSlotMs: number | null, setMs: number, atMs: number, intervalMs: number): SlotRange | null {
  if (lastSlotMs === null) return null;
  // The slot in which it was set is due for the one who set it.
  const fromMs = Math.max(slotOf(lastSlotMs, intervalMs) + intervalMs, slotOf(setMs, intervalMs));
  const count = (atMs - fromMs) / intervalMs;
  return count < 1 ? null : { fromMs, untilMs: atMs - intervalMs, count };
}

/** What of a gap was missed, and what a machine that did not run had no use for. */
function splitGap(gap: SlotRange, rests: readonly Stretch[], intervalMs: number): PassedRange[] {
  const ranges: PassedRange[] = [];
  const add = (fate: PassedRange['fate'], fromMs: number, untilMs: number): void => {
    const count = Math.round((untilMs - fromMs) / intervalMs) + 1;
    if (count > 0) ranges.push({ fate, fromMs, untilMs, count });
  };
  let atMs = gap.fromMs;
  for (const rest of rests) {
    const fromMs = Math.ceil(Math.max(rest.fromMs, atMs) / intervalMs) * intervalMs;
    const untilMs = slotOf(Math.min(rest.untilMs, gap.untilMs), intervalMs);
    if (fromMs > untilMs) continue;
    add('missed', atMs, fromMs - intervalMs);
    add('rested', fromMs, untilMs);
    atMs = untilMs + intervalMs;
  }
  add('missed', atMs, gap.untilMs);
  return ranges;
}

function decide(facts: SlotFacts, atMs: number, isCatchUp: boolean): SlotPlan['slot'] {
  const skip = (reason: SkipReason, because: string): SlotPlan['slot'] => ({ atMs, action: 'skip', reason, because });
  if (facts.runningSlotMs !== null)
    return skip('busy', `The copy of ${new Date(facts.runningSlotMs).toISOString()} is still under way.`);
  if (facts.pausedBecause !== null) return skip('paused', facts.pausedBecause);
  const waitMs = backOffMs(facts.failuresInRow, facts.intervalMs);
  // A failure in the future is one of a clock that was set back: it holds nothing up.
  if (facts.failedAtMs !== null && facts.failedAtMs <= facts.nowMs && facts.nowMs - facts.failedAtMs < waitMs) {
    const until = new Date(facts.failedAtMs + waitMs).toISOString();
    return skip(
      'backed_off',
      `${facts.failuresInRow} copies in a row failed: the next try is at ${until} or in the slot after it.`,
    );
  }
  return { atMs, action: 'run', isCatchUp };
}
