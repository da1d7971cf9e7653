import { msOf } from './loose.ts';

/** What makes two folders the same run. */
export type RunIdentity = {
  /** Instance id, or `local:<name of the top folder>`. */
  readonly owner: string;
  /** The run's folder on its machine; null when nothing says it. */
  readonly remoteWorkDir: string | null;
  readonly facilityIds: readonly string[];
  /** Start of the first attempt that was not a resume. */
  readonly firstFreshStartAt: string | null;
  readonly startSource: 'summary' | 'log' | 'stages' | 'none';
};

/** Two starts read from the same kind of source must be nearly equal; a log's first line may be seconds away. */
export const sameSourceToleranceMs = 5_000;
/** Summary against log: the summary takes its time before the facilities are opened, a preflight may lie between. */
export const summaryLogToleranceMs = 30_000;
/** From stages: the earliest result's end minus its duration; what ran before the first stage is not in it. */
export const stagesToleranceMs = 180_000;

/**
 * True when two folders show the same run: same owner and work dir (an unknown work dir agrees with any), one
 * facility set within the other (a snapshot taken early has not seen all of them), and starts that agree
 * within what their sources can tell. Two folders of unknown start are the same only when both are unknown.
 */
export function isSameRun(a: RunIdentity, b: RunIdentity): boolean {
  if (a.owner !== b.owner) return false;
  if (a.remoteWorkDir !== null && b.remoteWorkDir !== null && trimSlash(a.remoteWorkDir) !== trimSlash(b.remoteWorkDir))
    return false;
  if (!isWithin(a.facilityIds, b.facilityIds) && !isWithin(b.facilityIds, a.facilityIds)) return false;
  const startA = msOf(a.firstFreshStartAt);
  const startB = msOf(b.firstFreshStartAt);
  if (startA === null || startB === null) return startA === startB;
  return Math.abs(startA - startB) <= toleranceMs(a.startSource, b.startSource);
}

function toleranceMs(a: RunIdentity['startSource'], b: RunIdentity['startSource']): number {
  if (a === b) return sameSourceToleranceMs;
  return a === 'stages' || b === 'stages' ? stagesToleranceMs : summaryLogToleranceMs;
}

function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.every((id) => outer.includes(id));
}

function trimSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}
