import { Worker } from 'node:worker_threads';
import { connectThread, type ThreadClient } from '../../threads/rpc.ts';
import type { hashProcedures } from './hash-procedures.ts';

export type HashLane = {
  /** SHA-256 of the first bytes of a file, hex. Each byte is read once however often the mark is moved on. */
  advance(path: string, bytes: number, signal: AbortSignal): Promise<string>;
  forget(path: string): Promise<void>;
  close(): Promise<void>;
};

/** Hashes large files in a thread of its own while they arrive: decryption has the one of the pull to itself. */
export function startHashLane(): HashLane {
  let thread: ThreadClient<typeof hashProcedures> | null = null;
  const started = (): ThreadClient<typeof hashProcedures> =>
    (thread ??= connectThread<typeof hashProcedures>(
      new Worker(new URL('./file-hash.thread.ts', import.meta.url)),
      'hash',
      () => undefined,
    ));
  return {
    advance: (path, bytes, signal) => started().call('advance', { path, bytes }, { signal }),
    forget: async (path) => {
      await thread?.call('forget', { path });
    },
    async close() {
      await thread?.close();
    },
  };
}
