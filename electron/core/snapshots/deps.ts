import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { Clock } from '../ports.ts';
import type { RetentionTimes } from '#shared/rules/snapshot-retention.ts';
import type { Ssh } from '../ssh/open-ssh.ts';
import type { TransferThread } from './transfer-thread.ts';

/** What the snapshots of a workspace are made with. */
export type SnapshotDeps = {
  readonly database: Database;
  readonly clock: Clock;
  readonly emit: EmitEvent;
  readonly ssh: Pick<Ssh, 'prepare' | 'shell'>;
  readonly transfer: TransferThread;
  /** Where snapshots are kept, by the settings as they are now. */
  readonly backupFolder: () => string;
  readonly configsFolder: string;
  readonly workspacePath: string;
  readonly version: string;
  /** Reads the runs in a folder into the history. */
  readonly importRuns: (path: string, context: JobContext) => Promise<{ readonly runCount: number }>;
  /** Ids of snapshots that the mirror has proved to hold. */
  readonly mirroredIds: () => Promise<ReadonlySet<string>>;
  /** True when a bucket is set up: what it does not hold yet stays here. */
  readonly isMirrorSetUp: () => boolean;
  /** What is kept how long, by the settings as they are now. */
  readonly retention: () => RetentionTimes & {
    readonly isOn: boolean;
    /** False lets unmirrored ones go where no bucket is set up and somebody types it. */
    readonly keepsUnmirrored: boolean;
  };
};

export const nowIso = (deps: Pick<SnapshotDeps, 'clock'>): string => new Date(deps.clock.now()).toISOString();
