import { hash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { FileSight } from '#shared/rules/stable-file.ts';
import type { Layout } from '../store/layout.ts';
import type { PlannedEntry } from './plan-tree.ts';

/** Bytes of a file as they arrived here, before anybody has compared them. */
export type Arrived = {
  readonly entry: PlannedEntry;
  readonly bytes: number;
  readonly sha256: string;
  readonly sha1: string | null;
};

const receivedSchema = z.object({
  remotePath: z.string(),
  localPath: z.string(),
  sizeBytes: z.number(),
  mtimeNs: z.string(),
  inode: z.string(),
});
type Received = z.infer<typeof receivedSchema>;

/** A received file is noted at the latest after as many bytes: no more of a stream is sent again after a crash. */
const noteEveryBytes = 4 * 1024 * 1024;

/**
 * The tree that becomes a snapshot, and the note of which small files have arrived in it. The note is not
 * flushed to the drive: after a crash of the process it is whole, and after a power cut what it says is
 * checked like everything else, by the hash of what is really there.
 */
export class Staging {
  readonly layout: Layout;
  readonly #folders = new Set<string>();
  #notes: Received[] = [];
  #unnotedBytes = 0;

  constructor(layout: Layout) {
    this.layout = layout;
    mkdirSync(layout.tree, { recursive: true });
    mkdirSync(layout.ranged, { recursive: true });
  }

  /** Space that an earlier pull's bytes take already. */
  bytesOnDisk(): number {
    const sizes = [this.layout.ranged, this.layout.tree].map((folder) =>
      readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile())
        .reduce((sum, entry) => sum + blocksOf(join(entry.parentPath, entry.name)) * 512, 0),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  pathOf(localPath: string): string {
    return `${this.layout.tree}/${localPath}`;
  }

  /** Makes the folders above a path. */
  prepare(path: string): void {
    const folder = dirname(path);
    if (this.#folders.has(folder)) return;
    mkdirSync(folder, { recursive: true });
    this.#folders.add(folder);
  }

  /** Writes a small file, always as a new one: what stood there may be linked into an older snapshot. */
  write(entry: PlannedEntry, content: readonly Buffer[]): Arrived {
    const path = this.pathOf(entry.localPath);
    this.prepare(path);
    let file: number;
    try {
      file = openSync(path, 'wx', 0o444);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
      rmSync(path, { recursive: true, force: true });
      file = openSync(path, 'wx', 0o444);
    }
    const whole = content.length === 1 ? content[0]! : Buffer.concat(content);
    try {
      for (let at = 0; at < whole.length;) at += writeSync(file, whole, at);
      const seconds = Number(entry.mtimeNs) / 1e9;
      futimesSync(file, seconds, seconds);
    } finally {
      closeSync(file);
    }
    this.#note(entry, whole.length);
    return arrivedOf(entry, whole);
  }

  #note(entry: PlannedEntry, bytes: number): void {
    const { remotePath, localPath, mtimeNs, inode } = entry;
    this.#notes.push({ remotePath, localPath, sizeBytes: bytes, mtimeNs, inode });
    this.#unnotedBytes += bytes;
    if (this.#unnotedBytes >= noteEveryBytes || this.#notes.length >= 500) this.flushNotes();
  }

  flushNotes(): void {
    if (this.#notes.length === 0) return;
    appendFileSync(this.layout.received, `${this.#notes.map((note) => JSON.stringify(note)).join('\n')}\n`);
    this.#notes = [];
    this.#unnotedBytes = 0;
  }

  /**
   * Files that an earlier pull brought and that still stand on the machine as they stood then. Everything else
   * that it left in the tree is taken away.
   */
  resume(wanted: readonly PlannedEntry[]): Arrived[] {
    const notes = new Map<string, Received>();
    for (const line of readLines(this.layout.received)) {
      const parsed = receivedSchema.safeParse(parseLine(line));
      if (parsed.success) notes.set(parsed.data.remotePath, parsed.data);
    }
    const arrived: Arrived[] = [];
    const kept = new Set<string>();
    for (const entry of notes.size === 0 ? [] : wanted) {
      const note = notes.get(entry.remotePath);
      if (note === undefined || note.localPath !== entry.localPath || !isSame(note, entry)) continue;
      const path = this.pathOf(entry.localPath);
      const content = readPlainFile(path);
      if (content === null || content.length !== note.sizeBytes) continue;
      kept.add(path);
      arrived.push(arrivedOf(entry, content));
    }
    this.removeAllBut(kept);
    return arrived;
  }

  /** @param kept absolute paths of files. Folders that are left empty go as well. */
  removeAllBut(kept: ReadonlySet<string>): void {
    const clean = (folder: string): boolean => {
      // A crash just before it was put into place has left it read-only.
      chmodSync(folder, 0o755);
      let isEmpty = true;
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory() ? clean(path) : !kept.has(path)) rmSync(path, { recursive: true, force: true });
        else isEmpty = false;
      }
      return isEmpty;
    };
    clean(this.layout.tree);
    this.#folders.clear();
  }
}

const arrivedOf = (entry: PlannedEntry, content: Buffer): Arrived => ({
  entry,
  bytes: content.length,
  sha256: hash('sha256', content),
  sha1: hash('sha1', content),
});

const isSame = (a: FileSight, b: FileSight): boolean =>
  a.sizeBytes === b.sizeBytes && a.mtimeNs === b.mtimeNs && a.inode === b.inode;

/** A large file on its way has its whole size from the beginning; what it takes is told by its blocks. */
const blocksOf = (path: string): number => lstatSync(path).blocks;

function readPlainFile(path: string): Buffer | null {
  try {
    return lstatSync(path).isFile() ? readFileSync(path) : null;
  } catch {
    return null;
  }
}

export function readLines(path: string): string[] {
  if (!existsSync(path)) return [];
  // The last line of a process that was killed may be half a line: it does not end as one.
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
