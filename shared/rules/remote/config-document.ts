/** A configuration of the pipeline with the places of its keys. */
export type ConfigDocument = {
  readonly value: unknown;
  /** 1-based line of a key; of the nearest part above it when it is not there. */
  readonly lineOf: (path: readonly (string | number)[]) => number | null;
};

/** What is known about the launch beside the configuration; what is left out was not asked. */
export type LaunchSurroundings = {
  /** `BLUEPRINT_GPU_HOURLY_RATE_USD` as the machine has it; null: unset or not a number above 0. */
  readonly ratePerHourUsd?: number | null | undefined;
  /** `BLUEPRINT_AUTO_SHUTDOWN_CMD` as the machine has it; null: unset. */
  readonly shutdownCommand?: string | null | undefined;
  readonly mode?: 'fresh' | 'resume' | undefined;
  readonly isDryRun?: boolean | undefined;
  /** The work dir holds result files of an earlier attempt. */
  readonly hasResults?: boolean | undefined;
  /** The work dir holds a `warmup_cache`. */
  readonly hasWarmupCache?: boolean | undefined;
  /** A check of this scene's depth passed, in the history of the room. */
  readonly hasPassedAlignment?: boolean | undefined;
  /** An arm retention study accepted the pre-pass. */
  readonly hasPassedArmGate?: boolean | undefined;
};

/** The value at a path; undefined when any part is missing. */
export function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let at = value;
  for (const part of path) {
    if (at === null || typeof at !== 'object') return undefined;
    at = (at as Record<string | number, unknown>)[part];
  }
  return at;
}

/** A mapping as a record; empty for everything else. */
export const mappingOf = (value: unknown): Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
