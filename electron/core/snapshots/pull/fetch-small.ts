import { TarReader } from '../remote/tar-reader.ts';
import { nulList, openCommand, readSteadily, type BulkConnection } from '../remote/remote.ts';
import type { PlannedEntry } from './plan-tree.ts';
import type { Arrived, Staging } from './staging.ts';

/**
 * Names come through the input and are absolute, so that none is taken for an option. Links to one file are sent
 * as the files that they are; what is gone by now is no reason to stop.
 */
export const tarCommand = (blocks: number): string =>
  `env LC_ALL=C tar --create --format=gnu --blocking-factor=${blocks} --no-recursion --hard-dereference` +
  ' --absolute-names --ignore-failed-read --null --files-from=-';

/**
 * Blocks of 512 bytes in a record of tar, which fills the last one with zeros that travel and are billed: large records
 * are for what is worth them. The small ones are tar's own default.
 */
export const smallRecords = 20;
export const largeRecords = 256;
const recordBlocks = (batch: readonly PlannedEntry[]): number =>
  batch.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) < 1024 * 1024 ? smallRecords : largeRecords;

/** A file that has grown beyond this since it was listed is left for the ranges of the next round. */
const largestInMemory = 64 * 1024 * 1024;

/** Copies small files in one stream, in the order given. Those that were gone or became large are not in the answer. */
export async function fetchSmall(
  batch: readonly PlannedEntry[],
  deps: {
    readonly connection: BulkConnection;
    readonly staging: Staging;
    readonly signal: AbortSignal;
    readonly onBytes: (bytes: number) => void;
  },
): Promise<Arrived[]> {
  const { connection, staging, signal, onBytes } = deps;
  const wanted = new Map(batch.map((entry) => [entry.remoteBytes, entry]));
  const arrived: Arrived[] = [];
  let entry: PlannedEntry | null = null;
  let parts: Buffer[] = [];
  const reader = new TarReader({
    begin(file) {
      entry = file.sizeBytes > largestInMemory ? null : (wanted.get(file.name) ?? null);
      parts = [];
      return entry !== null;
    },
    data(bytes) {
      parts.push(bytes);
      onBytes(bytes.length);
    },
    end() {
      if (entry !== null) arrived.push(staging.write(entry, parts));
      parts = [];
    },
  });
  const command = await openCommand(connection, tarCommand(recordBlocks(batch)), signal);
  command.channel.end(nulList(batch.map((each) => each.remoteBytes)));
  for await (const bytes of readSteadily(command.channel, connection)) reader.push(bytes);
  // Its exit code says that a file changed or went; what became of each is decided by hash.
  await command.done;
  staging.flushNotes();
  return arrived;
}
