import { hashRemotePrefixes, type RemoteHash } from '../remote/hash-remote.ts';
import type { FileSight } from '#shared/rules/stable-file.ts';
import type { BulkConnection } from '../remote/remote.ts';
import { RangeStream } from '../remote/range-stream.ts';
import type { HashLane } from './hash-lane.ts';
import type { PlannedEntry } from './plan-tree.ts';
import { RangedFile } from './ranged-file.ts';
import type { Arrived, Staging } from './staging.ts';

/** Eight is the knee of the curve; one session is kept for hashing, and stock sshd has ten. */
export const mostStreams = 8;
/** Written to disk in pieces of about this size. */
const writeBytes = 1024 * 1024;
/** Requests that a stream has in hand: the machine never waits for the next one. */
const requestsAhead = 2;

export type RangedResult = {
  readonly arrived: Arrived;
  /** Of exactly as many bytes as were copied. */
  readonly remote: RemoteHash;
  readonly file: RangedFile;
};

export type RangedDeps = {
  readonly connection: BulkConnection;
  readonly staging: Staging;
  readonly hashes: HashLane;
  readonly signal: AbortSignal;
  readonly seedOf: (entry: PlannedEntry) => { readonly path: string; readonly sizeBytes: number } | null;
  readonly onBytes: (bytes: number) => void;
  readonly onResumed: (bytes: number) => void;
  /** Throws when the disk runs full, before it is. */
  readonly checkDisk: () => void;
};

/**
 * Copies large files as ranges over several sessions of one connection: at a long distance each session stops
 * at the size of its window. Hands over each file when all of it is here and hashed at both ends.
 */
export async function fetchRanged(
  entries: readonly PlannedEntry[],
  deps: RangedDeps,
  onFile: (result: RangedResult) => Promise<void>,
): Promise<void> {
  const { connection, signal, hashes } = deps;
  const queue = [...entries];
  const open: RangedFile[] = [];
  const finishing = new Set<Promise<void>>();
  let failure: unknown = null;
  const abort = new AbortController();
  const stop = AbortSignal.any([signal, abort.signal]);
  const fail = (thrown: unknown): void => {
    failure ??= thrown;
    abort.abort(thrown);
  };

  // One hash at a time: there are only so many sessions, and the run on the machine must not feel it.
  let hashing: Promise<unknown> = Promise.resolve();
  const remoteHashes = new Map<RangedFile, Promise<RemoteHash>>();
  const afterCopy = new Map<RangedFile, FileSight | null>();
  /** Begun with the first byte of the copy: whether the file stood still is told by how it is seen after the last. */
  function hashThere(file: RangedFile): void {
    const { remoteBytes: path, sizeBytes: bytes } = file.entry;
    const answer = hashing
      .then(() => hashRemotePrefixes(connection, [{ path, bytes }], stop))
      .then((answers) => answers.get(path) ?? { sha256: null, after: null });
    hashing = answer.catch(() => undefined);
    remoteHashes.set(file, answer);
  }

  let opening: Promise<void> = Promise.resolve();
  async function next(): Promise<{ readonly file: RangedFile; readonly chunk: number } | null> {
    for (;;) {
      for (const file of open) {
        const chunk = file.takeChunk();
        if (chunk !== null) return { file, chunk };
      }
      if (queue.length === 0) return null;
      const before = opening;
      opening = before.then(openNext);
      await opening;
    }
  }

  async function openNext(): Promise<void> {
    const entry = queue.shift();
    if (entry === undefined) return;
    const file = await RangedFile.open(deps.staging.layout, entry, deps.seedOf(entry));
    deps.onResumed(file.resumedBytes);
    hashThere(file);
    if (file.isComplete) finish(file);
    else {
      if (file.contiguousBytes > 0)
        void hashes.advance(file.dataPath, file.contiguousBytes, stop).catch(() => undefined);
      open.push(file);
    }
  }

  function finish(file: RangedFile): void {
    const at = open.indexOf(file);
    if (at !== -1) open.splice(at, 1);
    const work = conclude(file)
      .catch(fail)
      .finally(() => finishing.delete(work));
    finishing.add(work);
  }

  async function conclude(file: RangedFile): Promise<void> {
    const { entry, dataPath } = file;
    try {
      const [sha256, answer] = await Promise.all([
        hashes.advance(dataPath, entry.sizeBytes, stop),
        remoteHashes.get(file)!,
      ]);
      await hashes.forget(dataPath);
      // A copy that an earlier pull had finished was seen after it by the hash alone.
      const after = afterCopy.has(file) ? (afterCopy.get(file) ?? null) : answer.after;
      await onFile({
        arrived: { entry, bytes: entry.sizeBytes, sha256, sha1: null },
        remote: { sha256: answer.sha256, after },
        file,
      });
    } finally {
      await file.close();
    }
  }

  async function runLane(stream: RangeStream): Promise<void> {
    for (let work = await next(); work !== null; work = await next()) {
      stop.throwIfAborted();
      const { file, chunk } = work;
      let parts: Buffer[] = [];
      let partBytes = 0;
      let offset = chunk * file.chunkBytes;
      const flush = async (): Promise<void> => {
        const [taken, at] = [parts, offset];
        offset += partBytes;
        parts = [];
        partBytes = 0;
        await file.write(taken, at);
      };
      const length = file.lengthOf(chunk);
      const seen = await stream.read({
        path: file.entry.remoteBytes,
        offset: chunk * file.chunkBytes,
        length,
        take: async (bytes) => {
          parts.push(bytes);
          partBytes += bytes.length;
          deps.onBytes(bytes.length);
          if (partBytes >= writeBytes) await flush();
        },
      });
      if (partBytes > 0) await flush();
      deps.checkDisk();
      const mark = await file.finishChunk(chunk);
      afterCopy.set(file, seen);
      if (file.isComplete) finish(file);
      else if (mark > 0) void hashes.advance(file.dataPath, mark, stop).catch(() => undefined);
    }
  }

  async function runStream(): Promise<void> {
    const stream = await RangeStream.open(connection, stop);
    await Promise.all(Array.from({ length: requestsAhead }, () => runLane(stream).catch(fail)));
    stream.close();
  }

  const pieces = entries.reduce((sum, entry) => sum + Math.max(1, Math.ceil(entry.sizeBytes / writeBytes)), 0);
  const streams = Array.from({ length: Math.min(mostStreams - 1, pieces) }, () => runStream().catch(fail));
  await Promise.all(streams);
  while (finishing.size > 0) await Promise.all(finishing);
  if (failure === null) return;
  for (const file of open) await file.close().catch(() => undefined);
  signal.throwIfAborted();
  throw failure;
}
