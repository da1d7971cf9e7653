/** A configuration of the pipeline with the places of its keys. */
export type ConfigDocument = {
  readonly value: unknown;
  /** A key and its 1-based line, as a finding names them; the line of the nearest part above it when it is not there. */
  readonly at: (path: readonly (string | number)[]) => { readonly line: number | null; readonly key: string };
};

/** A fact of the room's history, with what it was read from. */
export type HistoryWord = { readonly hasPassed: boolean; readonly words: string };

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
  /** What the history of the room says of the depth of a scene, by facility; a scene without a word was never checked. */
  readonly alignment?: Readonly<Record<string, HistoryWord>> | undefined;
  /** What the newest finished study of arm retention says of the pre-pass in these scenes. */
  readonly armGate?: HistoryWord | undefined;
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
