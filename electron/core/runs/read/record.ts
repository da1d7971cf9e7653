import type { Clip } from '#shared/model/clip.ts';
import type { Attempt, Prompt, ReadProblem, RunDetail, Stage } from '#shared/model/run.ts';
import type { Gate, RunVerdicts } from '#shared/model/verdict.ts';

/** A clip as a run folder tells of it: without ids, and without what only the bytes of the file can say. */
export type ClipRecord = Omit<
  Clip,
  | 'id'
  | 'runId'
  | 'frameCount'
  | 'fps'
  | 'durationSeconds'
  | 'widthPx'
  | 'heightPx'
  | 'codec'
  | 'playable'
  | 'unplayableBecause'
  | 'convertedMediaId'
  | 'mediaId'
  | 'sha256'
  | 'isPresent'
  | 'successorMediaId'
  | 'predecessorMediaId'
>;

/** A run root that was found below a folder, with what its surroundings say about it. */
export type FoundRunRoot = {
  /** Absolute path of the run folder, symlinks resolved. */
  readonly root: string;
  /**
   * From `sync_manifest.txt` beside `work_dir/`; null for a folder that is no snapshot. `remoteWorkDir` is the
   * machine's folder this part of the snapshot mirrors: another one for `data/outputs_legacy`.
   */
  readonly snapshot: {
    readonly folder: string;
    readonly tag: string | null;
    readonly takenAt: string | null;
    readonly instanceId: string | null;
    readonly remoteWorkDir: string | null;
    readonly mode: string | null;
  } | null;
  /** As the manifest names it, else the digits of the enclosing folder in the old script's layout. */
  readonly instanceId: string | null;
};

/** Everything a run folder says, read once. Pure data: it is stored as it is with the observation. */
export type RunRecord = {
  readonly schema: 1;
  readonly root: string;
  readonly snapshot: FoundRunRoot['snapshot'];
  readonly name: string;
  /** See `identity.ts`: what makes two folders the same run. */
  readonly identity: {
    /** Instance id, or `local:<name of the top folder>`. */
    readonly owner: string;
    readonly instanceId: string | null;
    readonly remoteWorkDir: string | null;
    readonly facilityIds: readonly string[];
    /** Start of the first attempt that was not a resume. */
    readonly firstFreshStartAt: string | null;
    readonly startSource: 'summary' | 'log' | 'stages' | 'none';
  };
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly elapsedSeconds: number | null;
  readonly verdicts: RunVerdicts;
  readonly stages: readonly Stage[];
  readonly gateList: readonly Gate[];
  readonly attempts: readonly Attempt[];
  readonly prompts: readonly Prompt[];
  readonly headline: RunDetail['headline'];
  readonly carryOver: readonly string[];
  readonly clips: readonly ClipRecord[];
  readonly files: readonly { readonly path: string; readonly sizeBytes: number; readonly modifiedAt: string | null }[];
  /** Relative paths of log files, the ones the search indexes. */
  readonly logs: readonly { readonly path: string; readonly sizeBytes: number }[];
  readonly problems: readonly ReadProblem[];
};
