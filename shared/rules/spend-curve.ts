import { spendSegments, type SpendSample, type SpendSegment } from './spend.ts';

/** What is known of one machine over a day. */
export type MachineDay = {
  readonly samples: readonly SpendSample[];
  /** When its contract began, ISO; null when not told. */
  readonly startedAt: string | null;
  /** When it was gone, ISO; null while it is there. */
  readonly goneAt: string | null;
  /** What the provider charged since its contract began, until a moment (ISO). */
  readonly charged: { readonly usd: number; readonly until: string } | null;
};

export type SpendCurve = {
  readonly spentUsd: number;
  readonly estimatedUsd: number;
  /** Machine time of which no rate is known, time in which nobody ever looked included. */
  readonly unknownMs: number;
  /** Sum so far; the first at the beginning, the last at the end. Milliseconds and dollars. */
  readonly points: readonly { readonly ms: number; readonly usd: number }[];
};

/**
 * What machines cost between two moments, and how it came together. A contract that began within the time
 * counts as charged, and from there on as observed; an older one counts as observed, because charges are
 * sums since its beginning. Time before the first look is estimated at the rate that was seen then, and is
 * unknown, never free, where no rate was seen.
 * @param stepMs distance of the points
 */
export function spendCurve(
  machines: readonly MachineDay[],
  range: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number },
): SpendCurve {
  const { fromMs, toMs, stepMs } = range;
  const parts = machines.map((machine) => partsOf(machine, fromMs, toMs));
  const segments = parts.flatMap((part) => part.segments);
  const points: { ms: number; usd: number }[] = [];
  for (let ms = fromMs; ms < toMs; ms += stepMs) points.push({ ms, usd: sumUntil(segments, ms) });
  const spentUsd = sumUntil(segments, toMs);
  points.push({ ms: toMs, usd: spentUsd });
  return {
    spentUsd,
    estimatedUsd: segments.reduce((sum, it) => sum + (it.kind === 'estimated' ? (it.usd ?? 0) : 0), 0),
    unknownMs: parts.reduce((sum, part) => sum + part.unknownMs, 0),
    points,
  };
}

function partsOf(
  machine: MachineDay,
  fromMs: number,
  toMs: number,
): { readonly segments: readonly SpendSegment[]; readonly unknownMs: number } {
  const endMs = machine.goneAt === null ? toMs : Math.min(toMs, Date.parse(machine.goneAt));
  const startMs = machine.startedAt === null ? fromMs : Math.max(fromMs, Date.parse(machine.startedAt));
  const isCharged = machine.charged !== null && machine.startedAt !== null && Date.parse(machine.startedAt) >= fromMs;
  const chargedMs = isCharged ? Date.parse(machine.charged.until) : fromMs;
  const segments = spendSegments(machine.samples, {
    now: new Date(endMs).toISOString(),
    charged: { usd: 0, until: new Date(chargedMs).toISOString() },
  });
  const firstMs = segments[0]?.fromMs ?? endMs;
  const unseenFromMs = Math.min(firstMs, Math.max(startMs, chargedMs));
  const firstRate = machine.samples[0]?.ratePerHourUsd ?? null;
  const unseen: SpendSegment[] =
    firstMs > unseenFromMs
      ? [
          {
            fromMs: unseenFromMs,
            toMs: firstMs,
            usd: firstRate === null ? null : (firstRate * (firstMs - unseenFromMs)) / 3_600_000,
            kind: 'estimated',
            isGap: true,
          },
        ]
      : [];
  const charge: SpendSegment[] = isCharged
    ? [
        {
          fromMs: startMs,
          toMs: Math.max(chargedMs, startMs + 1),
          usd: machine.charged.usd,
          kind: 'observed',
          isGap: false,
        },
      ]
    : [];
  const all = [...charge, ...unseen, ...segments];
  return { segments: all, unknownMs: all.reduce((sum, it) => sum + (it.usd === null ? it.toMs - it.fromMs : 0), 0) };
}

/** Each segment is spent evenly over its time. */
function sumUntil(segments: readonly SpendSegment[], ms: number): number {
  return segments.reduce((sum, { fromMs, toMs, usd }) => {
    if (usd === null || ms <= fromMs) return sum;
    return sum + usd * Math.min(1, (ms - fromMs) / (toMs - fromMs));
  }, 0);
}
