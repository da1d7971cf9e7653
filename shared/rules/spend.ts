import type { InstancePhase } from '../model/instance.ts';

/** What was billed at a moment; it holds until the next sample. */
export type SpendSample = {
  /** ISO. */
  readonly at: string;
  readonly phase: InstancePhase;
  /** Billed then, dollars an hour; null when not known. */
  readonly ratePerHourUsd: number | null;
  readonly kind: 'observed' | 'estimated';
};

export type SpendOptions = {
  /** Until when to count, ISO. Samples after it do not count. */
  readonly now: string;
  /** Samples further apart than this leave a gap. Default: 5 minutes. */
  readonly longestStepMs?: number;
  /** What the provider charged until a moment; samples count from there on. */
  readonly charged?: { readonly usd: number; readonly until: string };
  /** Traffic of our own pulls, dollars (see `costOfEgress`). */
  readonly egressUsd?: number;
};

export type SpendGap = { readonly from: string; readonly to: string; readonly usd: number | null };

export type SpendTotal = {
  /** Charged, observed, estimated and traffic together; a lower bound when `unknownMs` is not 0. */
  readonly totalUsd: number;
  readonly chargedUsd: number;
  readonly observedUsd: number;
  readonly estimatedUsd: number;
  readonly egressUsd: number;
  /** Time of which no rate is known. */
  readonly unknownMs: number;
  /** Times nobody looked, in order, with what they are estimated at. */
  readonly gaps: readonly SpendGap[];
};

const defaultStepMs = 300_000;

/** A stretch of time at one rate. `usd` null: its rate is not known. */
export type SpendSegment = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly usd: number | null;
  readonly kind: SpendSample['kind'];
  /** Nobody looked in between. */
  readonly isGap: boolean;
};

/**
 * Cuts time at the samples, from the first one (or from what was charged) until now, in order. Between two
 * samples close to each other the rate of the first holds. Across a gap (the room was closed, the network
 * gone) the higher of the two rates is taken and called an estimate: a machine that was seen stopped after
 * a gap may have run through most of it. Samples are put in order first; a rate that is not a number from 0
 * up is not known.
 */
export function spendSegments(samples: readonly SpendSample[], options: SpendOptions): SpendSegment[] {
  const nowMs = Date.parse(options.now);
  const fromMs = options.charged === undefined ? -Infinity : Date.parse(options.charged.until);
  const stepMs = options.longestStepMs ?? defaultStepMs;
  const points = samples
    .map((sample) => ({ ms: Date.parse(sample.at), rate: usableRate(sample.ratePerHourUsd), kind: sample.kind }))
    .filter(({ ms }) => ms <= nowMs)
    .toSorted((a, b) => a.ms - b.ms);
  return points.flatMap((point, index): SpendSegment[] => {
    const next = points[index + 1];
    const endMs = next?.ms ?? nowMs;
    const startMs = Math.max(point.ms, fromMs);
    const lengthMs = endMs - startMs;
    if (lengthMs <= 0) return [];
    const isGap = endMs - point.ms > stepMs;
    const rate = isGap ? higher(point.rate, next === undefined ? null : next.rate) : point.rate;
    const usd = rate === null ? null : (rate * lengthMs) / 3_600_000;
    return [{ fromMs: startMs, toMs: endMs, usd, kind: isGap ? 'estimated' : point.kind, isGap }];
  });
}

/** Adds up what was charged, the segments since, and traffic. */
export function spendOf(samples: readonly SpendSample[], options: SpendOptions): SpendTotal {
  let observedUsd = 0;
  let estimatedUsd = 0;
  let unknownMs = 0;
  const gaps: SpendGap[] = [];
  for (const { fromMs, toMs, usd, kind, isGap } of spendSegments(samples, options)) {
    if (usd === null) unknownMs += toMs - fromMs;
    else if (kind === 'estimated') estimatedUsd += usd;
    else observedUsd += usd;
    if (isGap) gaps.push({ from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), usd });
  }
  const chargedUsd = options.charged?.usd ?? 0;
  const egressUsd = options.egressUsd ?? 0;
  return {
    totalUsd: chargedUsd + observedUsd + estimatedUsd + egressUsd,
    chargedUsd,
    observedUsd,
    estimatedUsd,
    egressUsd,
    unknownMs,
    gaps,
  };
}

const usableRate = (rate: number | null): number | null =>
  rate !== null && Number.isFinite(rate) && rate >= 0 ? rate : null;

const higher = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);
