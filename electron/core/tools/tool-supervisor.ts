import { RoomError } from '#shared/errors.ts';
import { runTool } from './run-tool.ts';
import type { ToolResult, ToolRun } from './run-tool.ts';

export type RunTool = (run: ToolRun) => Promise<ToolResult>;

export type ToolSupervisor = {
  /** `runTool` that also ends when the supervisor is stopped. */
  readonly run: RunTool;
  readonly runningCount: () => number;
  /** Stops every program that was started here and waits until they are gone; later runs are refused. */
  readonly stopAll: () => Promise<void>;
};

/**
 * The one parent of all programs of a process. They run in process groups of their own, so they would outlive the room:
 * whoever closes the room calls `stopAll` first.
 */
export function createToolSupervisor(): ToolSupervisor {
  const running = new Set<Promise<unknown>>();
  const closing = new AbortController();
  return {
    run: async (run) => {
      if (closing.signal.aborted)
        throw new RoomError('cancelled', 'The room is closing, so nothing is started any more.');
      const signal = run.signal === undefined ? closing.signal : AbortSignal.any([run.signal, closing.signal]);
      const result = runTool({ ...run, signal });
      running.add(result);
      try {
        return await result;
      } finally {
        running.delete(result);
      }
    },
    runningCount: () => running.size,
    stopAll: async () => {
      closing.abort();
      await Promise.allSettled(running);
    },
  };
}
