import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import type { ReadClipSignature } from '../media/signature-reader.ts';
import type { Clock } from '../ports.ts';
import type { TaskPool } from '../tasks/task-pool.ts';
import type { ReplacedClip } from './observation-store.ts';

/** What reading runs into the history works with. */
export type ImportDeps = {
  readonly database: Database;
  readonly tasks: TaskPool;
  readonly clock: Clock;
  readonly emit: EmitEvent;
  readonly mediaSalt: string;
  readonly demoFolder: string | null;
  /** One at a time for each run. */
  readonly perRun: <T>(runId: string, work: () => Promise<T>) => Promise<T>;
  readonly readClipSignature: ReadClipSignature;
  /** Links versions that an in-place conversion replaced; called after each run that changed. */
  readonly linkSuccessors: (runId: string, replaced: readonly ReplacedClip[]) => Promise<void>;
};

/** Failures that every file would meet: the import stops and says it once. */
export const stopsImport: ReadonlySet<string> = new Set([
  'disk_full',
  'workspace_read_only',
  'workspace_damaged',
  'database_damaged',
  'engine_lost',
  'cancelled',
]);
