import { createHash } from 'node:crypto';
import { constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { appendFile, chmod, copyFile, open, truncate, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Layout } from '../store/layout.ts';
import type { PlannedEntry } from './plan-tree.ts';
import { parseLine, readLines } from './staging.ts';

const headerSchema = z.object({
  remotePath: z.string(),
  sizeBytes: z.number(),
  mtimeNs: z.string(),
  inode: z.string(),
  chunkBytes: z.number(),
});

const largestChunk = 8 * 1024 * 1024;
const smallestChunk = 1024 * 1024;

/** Small enough that every stream has some, and no larger than what may be lost. */
const chunkBytesOf = (sizeBytes: number): number =>
  Math.min(largestChunk, Math.max(smallestChunk, Math.ceil(sizeBytes / 16 / smallestChunk) * smallestChunk));

/**
 * A large file on its way: its bytes in `data`, and a line for each chunk that is in it. After any end of the
 * process the next pull reads on from there, when the file on the machine is still the same one.
 */
export class RangedFile {
  readonly entry: PlannedEntry;
  readonly dataPath: string;
  readonly chunkBytes: number;
  readonly chunkCount: number;
  /** Bytes that need not be sent: an earlier pull, or the snapshot before, had them. */
  readonly resumedBytes: number;
  readonly #logPath: string;
  readonly #done: Set<number>;
  readonly #handle: FileHandle;
  #next = 0;
  /** Chunks from the beginning without a gap. */
  #contiguous = 0;

  private constructor(options: {
    readonly entry: PlannedEntry;
    readonly dataPath: string;
    readonly logPath: string;
    readonly done: Set<number>;
    readonly handle: FileHandle;
  }) {
    this.entry = options.entry;
    this.dataPath = options.dataPath;
    this.#logPath = options.logPath;
    this.#done = options.done;
    this.#handle = options.handle;
    this.chunkBytes = chunkBytesOf(this.entry.sizeBytes);
    this.chunkCount = Math.ceil(this.entry.sizeBytes / this.chunkBytes);
    this.resumedBytes = [...this.#done].reduce((sum, chunk) => sum + this.lengthOf(chunk), 0);
    this.#moveMark();
  }

  /** @param seed a local file that is thought to be its beginning, of a snapshot before. */
  static async open(
    layout: Layout,
    entry: PlannedEntry,
    seed: { readonly path: string; readonly sizeBytes: number } | null,
  ): Promise<RangedFile> {
    const { dataPath, logPath } = rangedPaths(layout, entry.remotePath);
    const chunkBytes = chunkBytesOf(entry.sizeBytes);
    let done = readDone(logPath, entry, chunkBytes);
    if (done === null || !existsSync(dataPath)) {
      done = new Set();
      for (const path of [dataPath, logPath]) rmSync(path, { force: true });
      if (seed !== null) {
        await copyFile(seed.path, dataPath, constants.COPYFILE_FICLONE);
        for (let chunk = 0; (chunk + 1) * chunkBytes <= seed.sizeBytes; chunk++) done.add(chunk);
      }
      const { remotePath, sizeBytes, mtimeNs, inode } = entry;
      const header = JSON.stringify({ remotePath, sizeBytes, mtimeNs, inode, chunkBytes });
      writeFileSync(logPath, `${[header, ...done].join('\n')}\n`);
    }
    // A file of a snapshot, and one that had been sealed, can not be written.
    if (existsSync(dataPath)) await chmod(dataPath, 0o644);
    const handle = await open(dataPath, constants.O_RDWR | constants.O_CREAT, 0o644);
    await truncate(dataPath, entry.sizeBytes);
    return new RangedFile({ entry, dataPath, logPath, done, handle });
  }

  lengthOf(chunk: number): number {
    return Math.min(this.chunkBytes, this.entry.sizeBytes - chunk * this.chunkBytes);
  }

  /** The next chunk that nobody fetches yet; null when there is none. */
  takeChunk(): number | null {
    while (this.#next < this.chunkCount && this.#done.has(this.#next)) this.#next += 1;
    return this.#next < this.chunkCount ? this.#next++ : null;
  }

  async write(parts: readonly Buffer[], offset: number): Promise<void> {
    const total = parts.reduce((sum, part) => sum + part.length, 0);
    const { bytesWritten } = await this.#handle.writev(parts, offset);
    if (bytesWritten === total) return;
    const rest = Buffer.concat(parts).subarray(bytesWritten);
    for (let at = 0; at < rest.length;)
      at += (await this.#handle.write(rest, at, rest.length - at, offset + bytesWritten + at)).bytesWritten;
  }

  /** Notes that a chunk has been written. @returns how many bytes there are now without a gap. */
  async finishChunk(chunk: number): Promise<number> {
    await appendFile(this.#logPath, `${chunk}\n`);
    this.#done.add(chunk);
    return this.#moveMark();
  }

  #moveMark(): number {
    while (this.#done.has(this.#contiguous)) this.#contiguous += 1;
    return Math.min(this.#contiguous * this.chunkBytes, this.entry.sizeBytes);
  }

  get contiguousBytes(): number {
    return this.#moveMark();
  }

  get isComplete(): boolean {
    return this.#done.size === this.chunkCount;
  }

  /** Flushes it to the drive and gives it the time that it has on the machine. */
  async seal(): Promise<void> {
    const seconds = Number(this.entry.mtimeNs) / 1e9;
    await this.#handle.utimes(seconds, seconds);
    await this.#handle.chmod(0o444);
    await this.#handle.sync();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** Takes it away: it was torn, or it stands in the tree now. */
  forget(): void {
    for (const path of [this.dataPath, this.#logPath]) rmSync(path, { force: true });
  }
}

export function rangedPaths(
  layout: Pick<Layout, 'ranged'>,
  remotePath: string,
): { readonly dataPath: string; readonly logPath: string } {
  const id = createHash('sha256').update(remotePath).digest('hex').slice(0, 32);
  return { dataPath: join(layout.ranged, `${id}.data`), logPath: join(layout.ranged, `${id}.log`) };
}

/** Of which file a note of chunks tells, and how many bytes of it are here; null when it tells of none. */
export function readChunkNote(
  logPath: string,
): { readonly remotePath: string; readonly sizeBytes: number; readonly arrivedBytes: number } | null {
  const [first, ...lines] = readLines(logPath);
  const header = headerSchema.safeParse(parseLine(first ?? ''));
  if (!header.success) return null;
  const { remotePath, sizeBytes, chunkBytes } = header.data;
  const chunks = new Set(lines.filter((line) => /^\d+$/.test(line)));
  return { remotePath, sizeBytes, arrivedBytes: Math.min(sizeBytes, chunks.size * chunkBytes) };
}

/** Chunks that are there, or null when what is there is of another file. */
function readDone(logPath: string, entry: PlannedEntry, chunkBytes: number): Set<number> | null {
  const [first, ...lines] = readLines(logPath);
  const header = headerSchema.safeParse(parseLine(first ?? ''));
  if (!header.success) return null;
  const { remotePath, sizeBytes, mtimeNs, inode } = header.data;
  const isSame =
    remotePath === entry.remotePath &&
    sizeBytes === entry.sizeBytes &&
    mtimeNs === entry.mtimeNs &&
    inode === entry.inode &&
    header.data.chunkBytes === chunkBytes;
  return isSame ? new Set(lines.filter((line) => /^\d+$/.test(line)).map(Number)) : null;
}
