import type { BudgetStatus, FleetItem } from '../model/fleet.ts';
import type { MachinePoint } from '../model/fleet-history.ts';

/** What of a machine a person should see first. The order of this list is the order of attention. */
export const attentionKinds = [
  'stop_not_confirmed',
  'over_budget',
  'not_ours',
  'rate_unknown',
  'billed_idle',
  'crashed',
  'outbid',
  'unreachable',
  'frozen',
  'stopped_unasked',
  'other',
  'scheduling',
  'running',
  'restarting',
  'stopping',
  'loading',
  'destroying',
  'stopped',
  'gone',
] as const;
export type AttentionKind = (typeof attentionKinds)[number];

/** The colour of a row: an incident, not ours or not known, money for nothing. Everything else has none. */
export type RowTint = 'fail' | 'unknown' | 'warn' | null;

export type Attention = {
  readonly kind: AttentionKind;
  readonly tint: RowTint;
  /** What is billed and should not be: `idle` does nothing, `stray` should not run at all. */
  readonly waste: 'idle' | 'stray' | null;
};

/** The newest stop or destroy of a machine, as its job tells. */
export type LastStop = { readonly isOver: boolean; readonly hasFailed: boolean; readonly askedAt: string };

export type AttentionFacts = {
  readonly item: FleetItem;
  /** Its cap; null while that is not read. */
  readonly budget: BudgetStatus | null;
  readonly lastStop: LastStop | null;
  /** For how long its GPU has done nothing, milliseconds; null when it works or that is not known. */
  readonly quietMs: number | null;
};

/** A GPU under this does nothing, as the shutdown daemon on the machine counts it. */
export const quietBelowPercent = 5;
/** Shorter pauses are loading, evaluating, or between two stages. */
export const idleAfterMs = 10 * 60_000;
/** Samples further apart tell nothing about the time between them. */
const longestStepMs = 5 * 60_000;

/**
 * For how long the GPU has been quiet, from the samples of a machine up to now: back to the first of the
 * newest samples that all run and are quiet. Null when the newest one is not quiet, not known or too old.
 */
export function quietTime(points: readonly MachinePoint[], nowMs: number): number | null {
  let sinceMs: number | null = null;
  let nextMs = nowMs;
  for (const point of points.toReversed()) {
    const atMs = Date.parse(point.at);
    const isQuiet =
      point.phase === 'running' && point.gpuUtilPercent !== null && point.gpuUtilPercent < quietBelowPercent;
    if (!isQuiet || nextMs - atMs > longestStepMs) break;
    sinceMs = atMs;
    nextMs = atMs;
  }
  return sinceMs === null ? null : Math.max(0, nowMs - sinceMs);
}

const bills = (item: FleetItem): boolean => item.burnRatePerHourUsd === null || item.burnRatePerHourUsd > 0;
/** A GPU is billed, or may be: more than what its disk costs. */
const billsGpu = (item: FleetItem): boolean =>
  item.burnRatePerHourUsd === null || item.burnRatePerHourUsd > (item.storageRatePerHourUsd ?? 0);

function isStopUnproved({ item, lastStop }: AttentionFacts): boolean {
  if (item.guard.state === 'stop_not_confirmed') return true;
  if (!bills(item) || (item.asked !== 'stopped' && item.asked !== 'destroyed')) return false;
  if (item.asked === 'stopped' && item.phase === 'stopped') return false;
  const isWaitedFor = lastStop !== null && !lastStop.isOver;
  if (isWaitedFor) return false;
  // Told by the ledger once its patience is over, or by the job that gave up before that.
  const isLate = item.alerts.some((alert) => alert.code === 'asked_otherwise');
  return isLate || (lastStop?.hasFailed === true && item.askedAt !== null && item.askedAt >= lastStop.askedAt);
}

/** Told by the guards, who know what else goes on there; by the GPU alone where the machine does not say. */
function hasIdled({ item, quietMs }: AttentionFacts): boolean {
  if (item.alerts.some((alert) => alert.code === 'billed_idle')) return true;
  return item.guard.lease.state !== 'armed' && quietMs !== null && quietMs >= idleAfterMs;
}

function kindOf(facts: AttentionFacts): AttentionKind {
  const { item, budget } = facts;
  if (item.goneAt !== null) return 'gone';
  if (isStopUnproved(facts)) return 'stop_not_confirmed';
  if (budget?.state === 'over' && billsGpu(item)) return 'over_budget';
  if (item.ownership === 'unknown' && bills(item)) return 'not_ours';
  if (item.burnRatePerHourUsd === null) return 'rate_unknown';
  switch (item.phase) {
    case 'running':
      return hasIdled(facts) ? 'billed_idle' : 'running';
    case 'stopped':
      return item.asked === 'running' ? 'stopped_unasked' : 'stopped';
    case 'creating':
      return 'loading';
    default:
      return item.phase;
  }
}

const tints: Partial<Record<AttentionKind, RowTint>> = {
  stop_not_confirmed: 'fail',
  over_budget: 'fail',
  not_ours: 'unknown',
  rate_unknown: 'unknown',
  billed_idle: 'warn',
};

export function attentionOf(facts: AttentionFacts): Attention {
  const kind = kindOf(facts);
  const isStray = kind === 'stop_not_confirmed' || kind === 'over_budget' || kind === 'not_ours';
  const isIdle = kind === 'billed_idle' || kind === 'frozen';
  return {
    kind,
    tint: tints[kind] ?? null,
    waste: isStray && billsGpu(facts.item) ? 'stray' : isIdle ? 'idle' : null,
  };
}

/** Sorts by attention, then by what burns most, then by id: a row moves only when its state does. */
export function byAttention(
  a: { readonly attention: Attention; readonly item: FleetItem },
  b: { readonly attention: Attention; readonly item: FleetItem },
): number {
  const level = attentionKinds.indexOf(a.attention.kind) - attentionKinds.indexOf(b.attention.kind);
  return level !== 0 ? level : byBurn(a, b);
}

/** The dearest first; a rate that is not known may be any, so it comes before all. */
export function byBurn(a: { readonly item: FleetItem }, b: { readonly item: FleetItem }): number {
  const rate = ({ item }: { readonly item: FleetItem }): number => item.burnRatePerHourUsd ?? Infinity;
  if (rate(a) !== rate(b)) return rate(b) - rate(a);
  return a.item.id.localeCompare(b.item.id, 'en', { numeric: true });
}

export type Waste = {
  /** Dollars an hour of machines that run and do nothing. */
  readonly idlePerHourUsd: number;
  /** Dollars an hour of machines that should not run at all. */
  readonly strayPerHourUsd: number;
};

/** How much of the burn is for nothing. Machines whose rate is not known are not in it. */
export function wasteOf(rows: readonly { readonly attention: Attention; readonly item: FleetItem }[]): Waste {
  const sum = (waste: Attention['waste']): number =>
    rows.reduce((total, row) => total + (row.attention.waste === waste ? (row.item.burnRatePerHourUsd ?? 0) : 0), 0);
  return { idlePerHourUsd: sum('idle'), strayPerHourUsd: sum('stray') };
}
