import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import type { Clock } from '../ports.ts';
import type { TaskPool } from '../tasks/task-pool.ts';
import type { FoundTool, ToolFinder } from '../tools/find-tool.ts';
import type { RunTool } from '../tools/tool-supervisor.ts';
import type { DepthPlan } from './depth-plan.ts';
import type { OrientationSubject } from './orientation-store.ts';

/** What a check of depth works with. */
export type CheckDeps = {
  readonly database: Database;
  readonly tasks: TaskPool;
  readonly clock: Clock;
  readonly emit: EmitEvent;
  readonly tools: Pick<ToolFinder, 'find'>;
  readonly run: RunTool;
  readonly mediaSalt: string;
  readonly workspacePath: string;
  readonly roomVersion: string;
};

/** The same for the clips of one run, with the program that was found. */
export type RunCheckDeps = CheckDeps & {
  readonly ffmpeg: FoundTool;
  /** For decoded planes; whoever made it empties it. */
  readonly folder: string;
  readonly runId: string;
  readonly signal: AbortSignal;
};

/** A clip with what is to be compared for it. */
export type PlannedCheck = { readonly subject: OrientationSubject; readonly plan: DepthPlan };
