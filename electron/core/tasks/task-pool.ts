import type { Ports } from '../ports.ts';
import { connectThread, type CallOptions, type ThreadClient } from '../threads/rpc.ts';
import type { taskProcedures } from './procedures.ts';

type Tasks = typeof taskProcedures;

export type TaskPool = {
  call<N extends keyof Tasks & string>(
    name: N,
    input: Parameters<Tasks[N]>[0],
    options?: CallOptions,
  ): Promise<Awaited<ReturnType<Tasks[N]>>>;
  readonly size: number;
  close(): Promise<void>;
};

/** Two threads: the writer of the database wants a core of its own. */
const threadCount = 2;

/** Started on first use: a room that only shows what it has needs none of them. */
export function createTaskPool(ports: Ports): TaskPool {
  const threads: (ThreadClient<Tasks> | null)[] = Array.from({ length: threadCount }, () => null);

  /** A task thread that dies (out of memory on a monstrous file) takes its calls with it and nothing else. */
  function startThread(slot: number): ThreadClient<Tasks> {
    const thread = connectThread<Tasks>(ports.startThread('tasks', null), 'task', (error) => {
      threads[slot] = null;
      ports.log({ level: 'error', area: 'tasks', message: error.message });
    });
    threads[slot] = thread;
    return thread;
  }

  function leastLoaded(): ThreadClient<Tasks> {
    let best = 0;
    for (let i = 1; i < threads.length; i++) {
      if ((threads[i]?.pendingCount() ?? 0) < (threads[best]?.pendingCount() ?? 0)) best = i;
    }
    const thread = threads[best] ?? startThread(best);
    return thread;
  }

  return {
    size: threadCount,
    call: (name, input, options) => leastLoaded().call(name, input, options),
    async close() {
      await Promise.all(threads.filter((thread) => thread !== null).map((thread) => thread.close()));
    },
  };
}
