import type { RoomError } from '#shared/errors.ts';
import type { Ports } from '../ports.ts';
import { connectThread, type Procedures, type ThreadClient } from '../threads/rpc.ts';
import type { DatabaseThreadData } from './database.thread.ts';
import type { Reads, Writes } from './stores.ts';

type Input<F> = F extends (context: never, input: infer I) => unknown ? I : never;
type Output<F> = F extends (context: never, input: never) => infer O ? O : never;

/** The database as the engine sees it: named procedures, run in threads of their own. */
export type Database = {
  read<N extends keyof Reads & string>(name: N, input: Input<Reads[N]>): Promise<Output<Reads[N]>>;
  write<N extends keyof Writes & string>(name: N, input: Input<Writes[N]>): Promise<Output<Writes[N]>>;
  /** Readers let go of an index that was replaced. */
  reopenReaders(): Promise<void>;
  close(): Promise<void>;
};

const readerCount = 2;

/** Starts the one writer, which creates and migrates the files, and then the readers. */
export async function openDatabase(
  ports: Ports,
  folder: string,
  onLost: (error: RoomError) => void,
): Promise<Database> {
  const start = (role: DatabaseThreadData['role']): ThreadClient<Procedures> =>
    connectThread<Procedures>(
      ports.startThread('database', { role, folder } satisfies DatabaseThreadData),
      `database ${role}`,
      onLost,
    );

  const writer = start('writer');
  try {
    await writer.call('open', null as never);
  } catch (error) {
    await writer.close();
    throw error;
  }
  const readers = Array.from({ length: readerCount }, () => start('reader'));

  const leastLoaded = (): ThreadClient<Procedures> =>
    readers.reduce((best, reader) => (reader.pendingCount() < best.pendingCount() ? reader : best));

  return {
    read: (name, input) => leastLoaded().call(name, input as never) as never,
    write: (name, input) => writer.call(name, input as never) as never,
    async reopenReaders() {
      await Promise.all(readers.map((reader) => reader.call('reopen', null as never)));
    },
    async close() {
      await Promise.allSettled(readers.map((reader) => reader.call('close', null as never)));
      await Promise.all(readers.map((reader) => reader.close()));
      await writer.call('close', null as never).catch(() => undefined);
      await writer.close();
    },
  };
}
