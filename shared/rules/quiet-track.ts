/** Since when a GPU was seen to do nothing, sample by sample without a gap. */
export type QuietTrack = {
  /** When the newest sample was taken, ISO. */
  readonly sampledAt: string;
  /** The first of the newest samples that were all quiet; null when the newest one was not. */
  readonly quietSince: string | null;
  /** The newest sample that was busy; null when none was seen. */
  readonly busyAt: string | null;
};

export type GpuSample = {
  readonly at: string;
  /** Null when the machine did not tell, or does not run. */
  readonly gpuUtilPercent: number | null;
};

/** Under this a GPU does nothing. Source: the rule of the daemon on the machine. */
export const quietGpuPercent = 5;
/** Samples further apart than this say nothing about the time between them. */
const longestGapMs = 120_000;

/**
 * Takes one sample in. A gap and a sample that tells nothing both begin anew: time that nobody saw is not
 * idle time. A sample that is not newer changes nothing.
 */
export function trackQuiet(before: QuietTrack | null, sample: GpuSample): QuietTrack {
  const stepMs = before === null ? Infinity : Date.parse(sample.at) - Date.parse(before.sampledAt);
  if (before !== null && stepMs <= 0) return before;
  const { gpuUtilPercent } = sample;
  const isQuiet = gpuUtilPercent !== null && gpuUtilPercent < quietGpuPercent;
  const isBusy = gpuUtilPercent !== null && !isQuiet;
  const goesOn = before?.quietSince != null && stepMs <= longestGapMs;
  return {
    sampledAt: sample.at,
    quietSince: isQuiet ? (goesOn ? before.quietSince : sample.at) : null,
    busyAt: isBusy ? sample.at : (before?.busyAt ?? null),
  };
}
