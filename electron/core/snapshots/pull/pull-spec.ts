import type { ShrinkReason } from '#shared/rules/shrink.ts';

export type PullItem = {
  /** Absolute path on the machine, without a slash at its end. */
  readonly remote: string;
  /** Where it goes below the snapshot: `work_dir`, `data/outputs_legacy`. */
  readonly local: string;
  /** Patterns of paths below the item that stay on the machine. */
  readonly excludes: readonly string[];
  /** The old machine layout has folders that many machines lack; a required one that is missing is a failure. */
  readonly isRequired: boolean;
};

/** What a pull works on; crosses to its thread as it is. */
export type PullSpec = {
  readonly snapshotId: string;
  readonly instanceId: string;
  /** `<backup root>/<instance>/room` */
  readonly roomFolder: string;
  readonly items: readonly PullItem[];
  /** Files above this size travel in a lane of their own. */
  readonly largeFileBytes: number;
  /** `small`: what is larger and not here yet is left pending. `all` takes it too, unless it is on its way already. */
  readonly lane: 'all' | 'small';
  /** Which files go first. */
  readonly firstPatterns: readonly string[];
  readonly nowMs: number;
  readonly tools: Readonly<Record<string, string>>;
  readonly address: { readonly host: string; readonly port: number };
};

export type PendingFile = { readonly path: string; readonly sizeBytes: number };

export type PullProgress = {
  readonly step: 'list' | 'compare' | 'copy' | 'verify' | 'store';
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly detail: string;
};

/** What the row of a snapshot says, read from its manifest. */
export type SnapshotSummary = {
  readonly id: string;
  readonly tag: string;
  readonly path: string;
  readonly takenAt: string;
  readonly manifestSha256: string;
  readonly fileCount: number;
  readonly totalBytes: number;
  readonly held: readonly ShrinkReason[];
  readonly removedCount: number;
  readonly skippedCount: number;
  readonly carriedCount: number;
  readonly pending: readonly PendingFile[];
};

export type PullOutcome = {
  /** `unchanged`: the newest snapshot is what the machine has; it was not taken again. */
  readonly kind: 'taken' | 'unchanged';
  readonly snapshot: SnapshotSummary;
  /** Why `current` was not moved; empty when the snapshot stands. */
  readonly held: readonly ShrinkReason[];
  readonly pending: readonly PendingFile[];
  /** Bytes of files that crossed the wire in this pull, repeats too. */
  readonly transferredBytes: number;
  /** Bytes that an earlier pull had brought before it was cut. */
  readonly resumedBytes: number;
  /** What the machine's clock said when it was listed, ms since 1970; null when it did not say. */
  readonly remoteClockMs: number | null;
};
