/**
 * - `fresh`: a good look at the machine is at most three intervals old.
 * - `late`: the last good look is older than that.
 * - `failing`: two attempts in a row failed.
 * - `transferring`: bytes flow now; it is not late while they do.
 * - `final`: the machine does not run and its last snapshot is of after its last activity.
 * - `unknown`: there never was a good one, or nothing says when.
 */
export type Freshness = 'fresh' | 'late' | 'failing' | 'transferring' | 'final' | 'unknown';

export type FreshnessFacts = {
  readonly now: string;
  readonly intervalMs: number;
  /** When a pull last proved that the newest snapshot is what the machine has; null when none did. */
  readonly lastGoodAt: string | null;
  /** Failures since then. */
  readonly failuresInRow: number;
  /** When the last byte of a pull that is under way arrived; null when none is under way. */
  readonly lastByteAt: string | null;
  /** False when the machine is stopped or gone; null when that is not known. */
  readonly isRunning: boolean | null;
  /** When it was stopped; null while it runs or when that is not known. */
  readonly stoppedAt: string | null;
};

export type FreshnessVerdict = {
  readonly state: Freshness;
  /** Age of the last good snapshot; null when there is none. */
  readonly ageMs: number | null;
  /** One sentence for people. */
  readonly because: string;
};

/** A pull that has been given no byte for this long does not count as transferring. */
const stallMs = 60_000;
/** One attempt may fail, and one be skipped over, before anything is late. */
const freshIntervals = 3;

/**
 * How well the newest snapshot stands for the machine. Reads what was proved and when; a clock that was set
 * back gives an age of zero and never a snapshot from the future.
 */
export function judgeFreshness(facts: FreshnessFacts): FreshnessVerdict {
  const now = Date.parse(facts.now);
  const ageMs = facts.lastGoodAt === null ? null : Math.max(0, now - Date.parse(facts.lastGoodAt));
  const verdict = (state: Freshness, because: string): FreshnessVerdict => ({ state, ageMs, because });

  if (facts.lastByteAt !== null && now - Date.parse(facts.lastByteAt) < stallMs)
    return verdict('transferring', 'A pull is under way and bytes arrive.');
  if (facts.failuresInRow >= 2) {
    const since = facts.lastGoodAt === null ? 'none ever succeeded' : `the last good one is of ${facts.lastGoodAt}`;
    return verdict('failing', `${facts.failuresInRow} pulls in a row failed; ${since}.`);
  }
  if (ageMs === null || facts.lastGoodAt === null)
    return verdict('unknown', 'No pull of this machine was ever proved to be good.');
  if (facts.isRunning === false && facts.stoppedAt !== null) {
    return facts.lastGoodAt >= facts.stoppedAt
      ? verdict('final', 'The machine is stopped and nothing can have changed since.')
      : verdict('late', 'The machine was stopped after its last snapshot: what it wrote in between is only there.');
  }
  if (ageMs <= facts.intervalMs * freshIntervals) return verdict('fresh', 'The last pull was proved to be good.');
  return verdict('late', `The last good pull is more than ${freshIntervals} intervals old.`);
}
