import type { SpendTotal } from './spend.ts';

/** A limit in dollars, or none. Off is a word of its own: no number stands for it inside the room. */
export type Cap = { readonly kind: 'off' } | { readonly kind: 'amount'; readonly usd: number };

export const capOff: Cap = { kind: 'off' };

export type CapAnswer =
  | { readonly ok: true; readonly cap: Cap; readonly words: string }
  | { readonly ok: false; readonly because: string };

/**
 * Reads a cap that a person or a file gave. The one rule: a number of 0 or less is off; a number above 0 is a
 * limit; anything else (missing, NaN, infinite, a text that is no plain number) is refused, because both "no
 * limit" and "no money" would be guesses. Source: a cap of 0 that meant off was once read as a limit of nothing.
 */
export function readCap(value: unknown): CapAnswer {
  const usd = readNumber(value);
  if (usd === null)
    return {
      ok: false,
      because: `A cap is a number of dollars, or 0 for none. ${describe(value)} is neither, so nothing was changed.`,
    };
  const cap: Cap = usd <= 0 ? capOff : { kind: 'amount', usd };
  return { ok: true, cap, words: capWords(cap) };
}

/**
 * The same for a machine: an amount can be held only against a rate.
 * @param ratePerHourUsd what the machine costs while it runs; null when that is not known
 */
export function readCapFor(value: unknown, ratePerHourUsd: number | null): CapAnswer {
  const answer = readCap(value);
  if (!answer.ok || answer.cap.kind === 'off' || isUsableRate(ratePerHourUsd)) return answer;
  return {
    ok: false,
    because: `A cap of ${dollars(answer.cap.usd)} can not be kept: what this machine costs an hour is not known. Give its rate, or set the cap to 0 for none.`,
  };
}

export const capWords = (cap: Cap): string => (cap.kind === 'off' ? 'Cap OFF, no limit' : `Cap ${dollars(cap.usd)}`);

export type BudgetState = 'off' | 'ok' | 'warn_50' | 'warn_80' | 'warn_95' | 'over' | 'unknown';

export type BudgetFacts = {
  readonly cap: Cap;
  readonly spend: SpendTotal;
  /** Billed now, dollars an hour; null when not known. */
  readonly ratePerHourUsd: number | null;
  /** Kept back for the last pull, dollars; null when it can not be told. See `costOfLastPull`. */
  readonly lastPullUsd: number | null;
};

export type BudgetReading = {
  readonly state: BudgetState;
  readonly words: string;
  /** Spent, as a part of the cap (1 is all of it); null without a cap. */
  readonly shareOfCap: number | null;
  /** Null when the cap is off, the rate is not known, or nothing is billed. */
  readonly hoursToCap: number | null;
  /** The same for the moment at which what is left is just enough for the last pull. */
  readonly hoursToStop: number | null;
  /** The guard has to stop now: the cap is reached, or only the money for the last pull is left. */
  readonly mustStop: boolean;
};

/**
 * Holds what was spent against a cap. Warnings at 50, 80 and 95 %. Time of which the rate is not known makes
 * the state unknown, unless what is known is enough for a warning or is over already.
 */
export function readBudget({ cap, spend, ratePerHourUsd, lastPullUsd }: BudgetFacts): BudgetReading {
  if (cap.kind === 'off')
    return {
      state: 'off',
      words: `${capWords(cap)}. ${spentWords(spend)}`,
      shareOfCap: null,
      hoursToCap: null,
      hoursToStop: null,
      mustStop: false,
    };
  const rate = isUsableRate(ratePerHourUsd) ? ratePerHourUsd : null;
  const kept = lastPullUsd !== null && Number.isFinite(lastPullUsd) && lastPullUsd > 0 ? lastPullUsd : 0;
  const stopAtUsd = Math.max(0, cap.usd - kept);
  const state = stateOf(spend.totalUsd / cap.usd, spend, ratePerHourUsd);
  return {
    state,
    words: [
      `${spentWords(spend)} of ${dollars(cap.usd)}.`,
      ...(state === 'unknown' ? ['Whether that is all can not be told: a rate is not known.'] : []),
      ...(kept > 0 ? [`${dollars(kept)} of it are kept for the last pull.`] : []),
    ].join(' '),
    shareOfCap: spend.totalUsd / cap.usd,
    hoursToCap: hoursUntil(cap.usd - spend.totalUsd, rate),
    hoursToStop: hoursUntil(stopAtUsd - spend.totalUsd, rate),
    mustStop: spend.totalUsd >= stopAtUsd,
  };
}

function stateOf(share: number, spend: SpendTotal, ratePerHourUsd: number | null): BudgetState {
  if (share >= 1) return 'over';
  if (share >= 0.95) return 'warn_95';
  if (share >= 0.8) return 'warn_80';
  if (share >= 0.5) return 'warn_50';
  const rateIsKnown = ratePerHourUsd !== null && Number.isFinite(ratePerHourUsd) && ratePerHourUsd >= 0;
  return spend.unknownMs > 0 || !rateIsKnown ? 'unknown' : 'ok';
}

/**
 * Hours until an amount is used up at a rate: 0 when it is used up, null when the rate is not known or
 * nothing is billed. For credit: the account's credit and the fleet's rate.
 */
export function hoursUntil(leftUsd: number | null, ratePerHourUsd: number | null): number | null {
  if (leftUsd === null || Number.isNaN(leftUsd)) return null;
  if (leftUsd <= 0) return 0;
  return isUsableRate(ratePerHourUsd) ? leftUsd / ratePerHourUsd : null;
}

/** Data may be deleted this long after a contract ended or the credit was gone. Source: the provider's documentation. */
const deletionDelayHours = 48;

export type DeletionFacts = {
  /** Now and the contract's end, ISO; `endsAt` null when not told. */
  readonly now: string;
  readonly endsAt: string | null;
  /** The account's credit; null when not told. */
  readonly creditUsd: number | null;
  /** When the credit was first seen at or under 0; null when it is above, or nobody saw it happen. */
  readonly creditGoneAt: string | null;
  /** The whole fleet's, dollars an hour; null when not known. */
  readonly fleetRatePerHourUsd: number | null;
};

/**
 * Hours until the provider may delete the data of a machine, and why; null when nothing tells. Credit that is
 * gone since nobody knows when may be the end of the data at any time: 0 hours.
 */
export function hoursToDeletion(facts: DeletionFacts): { readonly hours: number; readonly because: string } | null {
  const fromNow = (at: string): number => (Date.parse(at) - Date.parse(facts.now)) / 3_600_000;
  const candidates: { hours: number; because: string }[] = [];
  const add = (hours: number | null, because: string): void => {
    if (hours !== null && Number.isFinite(hours)) candidates.push({ hours: Math.max(0, hours), because });
  };
  if (facts.endsAt !== null)
    add(fromNow(facts.endsAt) + deletionDelayHours, 'The data may be deleted 48 hours after the contract ends.');
  if (facts.creditUsd !== null && facts.creditUsd <= 0) {
    add(
      facts.creditGoneAt === null ? 0 : fromNow(facts.creditGoneAt) + deletionDelayHours,
      'The credit is gone: the data may be deleted.',
    );
  } else {
    const hours = hoursUntil(facts.creditUsd, facts.fleetRatePerHourUsd);
    add(hours === null ? null : hours + deletionDelayHours, 'The data may be deleted once the credit is gone.');
  }
  return candidates.toSorted((a, b) => a.hours - b.hours)[0] ?? null;
}

export type LastPullFacts = {
  /** What the last pull would have to copy. */
  readonly sizeBytes: number | null;
  readonly uploadUsdPerGb: number | null;
  readonly bytesPerSecond: number | null;
  readonly ratePerHourUsd: number | null;
};

/** What a last pull costs, dollars: its traffic, and the machine while it runs. Null when a part is not known. */
export function costOfLastPull(facts: LastPullFacts): number | null {
  const traffic = costOfEgress(facts.sizeBytes, facts.uploadUsdPerGb);
  if (traffic === null || facts.sizeBytes === null) return null;
  if (facts.sizeBytes === 0) return 0;
  if (!isUsableRate(facts.ratePerHourUsd) || !isUsableRate(facts.bytesPerSecond)) return null;
  return traffic + (facts.sizeBytes / facts.bytesPerSecond / 3600) * facts.ratePerHourUsd;
}

/** What our own pulls cost: the machine's upload at its price for 10^9 bytes. Null when either is not known. */
export function costOfEgress(sizeBytes: number | null, uploadUsdPerGb: number | null): number | null {
  if (sizeBytes === null || uploadUsdPerGb === null) return null;
  const usd = (sizeBytes / 1e9) * uploadUsdPerGb;
  return Number.isFinite(usd) && sizeBytes >= 0 && uploadUsdPerGb >= 0 ? usd : null;
}

/** A rate that a cap can be held against: a number above 0. */
const isUsableRate = (rate: number | null): rate is number => rate !== null && Number.isFinite(rate) && rate > 0;

function readNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  // Files quote numbers. Only a plain decimal counts: no "0x1F4", no "5e2", no "off".
  if (typeof value !== 'string' || !/^\s*[+-]?(?:\d{1,12}(?:\.\d{0,9})?|\.\d{1,9})\s*$/.test(value)) return null;
  return Number(value);
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return 'Nothing at all';
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? `"${value.slice(0, 40)}"` : `A value of type ${typeof value}`;
}

const spentWords = (spend: SpendTotal): string =>
  [
    `Spent ${spend.unknownMs > 0 ? 'at least ' : ''}${dollars(spend.totalUsd)}`,
    ...(spend.estimatedUsd > 0 ? [`, ${dollars(spend.estimatedUsd)} of it estimated`] : []),
  ].join('');

const dollars = (usd: number): string => (usd > 0 && usd < 0.005 ? 'under $0.01' : `$${usd.toFixed(2)}`);
