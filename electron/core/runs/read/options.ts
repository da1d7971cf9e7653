/** What a caller may inject into reading a run folder; everything has a default. */
export type ReadOptions = {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ReadProgress) => void;
  /** Now, in milliseconds since 1970: what "still running" is measured against for a folder that is no snapshot. */
  readonly nowMs?: () => number;
  /** JSON files above this are reported and not read. */
  readonly maxJsonBytes?: number;
  /** Wait before a half-written file is read once more. */
  readonly retryDelayMs?: number;
};

export type ReadProgress = {
  readonly step: 'files' | 'json' | 'logs';
  readonly done: number;
  readonly total: number | null;
};

export type ReadSettings = {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: ReadProgress) => void;
  readonly nowMs: () => number;
  readonly maxJsonBytes: number;
  readonly retryDelayMs: number;
};

export function readSettings(options: ReadOptions): ReadSettings {
  return {
    signal: options.signal,
    onProgress: options.onProgress ?? (() => undefined),
    nowMs: options.nowMs ?? Date.now,
    maxJsonBytes: options.maxJsonBytes ?? 64 * 1024 * 1024,
    retryDelayMs: options.retryDelayMs ?? 250,
  };
}
