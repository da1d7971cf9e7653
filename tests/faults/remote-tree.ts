import {
  closeSync,
  existsSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { escapeBytes } from '#shared/rules/plan-names.ts';
import { sha256Of } from './content.ts';

/** What stands under a path, as a manifest says it. */
export type Standing = {
  readonly kind: 'file' | 'symlink';
  readonly content: string;
  /** Null of a link. */
  readonly bytes: Buffer | null;
};

/**
 * The folder on the machine that is pulled, and every content that each of its files ever had: a copy that is none
 * of them was put together from two. Paths are below the folder, one character a byte.
 */
export class RemoteTree {
  readonly root: string;
  readonly #versions = new Map<string, Buffer[]>();
  readonly #hashes = new Map<string, Set<string>>();

  constructor(root: string) {
    this.root = root;
    mkdirSync(root, { recursive: true });
  }

  #path(path: string): Buffer {
    return Buffer.from(`${this.root}/${path}`, 'latin1');
  }

  #note(path: string, bytes: Buffer): void {
    const key = this.keyOf(path);
    const versions = this.#versions.get(key) ?? [];
    this.#versions.set(key, [...versions, bytes]);
    this.#hashes.set(key, (this.#hashes.get(key) ?? new Set()).add(sha256Of(bytes)));
  }

  /** How a manifest names it. */
  keyOf(path: string): string {
    return escapeBytes(`${this.root}/${path}`);
  }

  #prepare(path: string): void {
    const folder = dirname(path);
    if (folder !== '.') mkdirSync(this.#path(folder), { recursive: true });
  }

  /** A new file, or another one in its place: whoever has it open keeps the old one. */
  replace(path: string, bytes: Buffer): void {
    this.#prepare(path);
    this.#note(path, bytes);
    const aside = Buffer.from(`${this.root}.aside`, 'latin1');
    writeFileSync(aside, bytes);
    renameSync(aside, this.#path(path));
  }

  /**
   * The same file with other bytes, written over it piece by piece with pauses between. Each state between two pieces
   * counts as one that it had.
   */
  async rewrite(path: string, bytes: Buffer, pieceBytes: number, pause: () => Promise<void>): Promise<void> {
    let now: Buffer = readFileSync(this.#path(path));
    const file = openSync(this.#path(path), 'r+');
    try {
      if (now.length > bytes.length) {
        now = now.subarray(0, bytes.length);
        this.#note(path, now);
        ftruncateSync(file, bytes.length);
      }
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        if (at > 0) await pause();
        const piece = bytes.subarray(at, at + pieceBytes);
        now = Buffer.concat([now.subarray(0, at), piece, now.subarray(at + piece.length)]);
        this.#note(path, now);
        writeSync(file, piece, 0, piece.length, at);
      }
    } finally {
      closeSync(file);
    }
  }

  /** A file that is holes but for a few bytes. */
  putSparse(path: string, length: number, islands: readonly { readonly at: number; readonly bytes: Buffer }[]): void {
    this.#prepare(path);
    const whole = Buffer.alloc(length);
    const file = openSync(this.#path(path), 'w');
    ftruncateSync(file, length);
    for (const { at, bytes } of islands) {
      bytes.copy(whole, at);
      writeSync(file, bytes, 0, bytes.length, at);
    }
    closeSync(file);
    this.#note(path, whole);
  }

  append(path: string, bytes: Buffer): void {
    this.#prepare(path);
    const before = existsSync(this.#path(path)) ? readFileSync(this.#path(path)) : Buffer.alloc(0);
    this.#note(path, Buffer.concat([before, bytes]));
    writeFileSync(this.#path(path), bytes, { flag: 'a' });
  }

  truncate(path: string, length: number): void {
    const now = readFileSync(this.#path(path));
    this.#note(
      path,
      length <= now.length ? now.subarray(0, length) : Buffer.concat([now, Buffer.alloc(length - now.length)]),
    );
    const file = openSync(this.#path(path), 'r+');
    ftruncateSync(file, length);
    closeSync(file);
  }

  /** Gives a file another time: of the past, of the future, or the one that it had before it was written. */
  setTime(path: string, at: Date): void {
    utimesSync(this.#path(path), at, at);
  }

  timeOf(path: string): Date {
    return lstatSync(this.#path(path)).mtime;
  }

  remove(path: string): void {
    rmSync(this.#path(path), { force: true });
  }

  link(path: string, target: string): void {
    this.#prepare(path);
    rmSync(this.#path(path), { force: true });
    symlinkSync(target, this.#path(path));
  }

  /** Takes everything away, or what is chosen. */
  clear(isChosen: (path: string) => boolean = () => true): void {
    for (const path of this.files()) if (isChosen(path)) this.remove(path);
  }

  /** Paths of its files and links, in order. */
  files(): string[] {
    return this.#walk('').toSorted();
  }

  #walk(folder: string): string[] {
    const place = folder === '' ? Buffer.from(this.root, 'latin1') : this.#path(folder);
    return readdirSync(place, { encoding: 'buffer', withFileTypes: true }).flatMap((entry) => {
      const path = `${folder === '' ? '' : `${folder}/`}${(entry.name as unknown as Buffer).toString('latin1')}`;
      return entry.isDirectory() ? this.#walk(path) : [path];
    });
  }

  sizeOf(path: string): number {
    return lstatSync(this.#path(path)).size;
  }

  isFile(path: string): boolean {
    return lstatSync(this.#path(path), { throwIfNoEntry: false })?.isFile() === true;
  }

  absolute(path: string): Buffer {
    return this.#path(path);
  }

  /** What is there now, by the name that a manifest gives it. */
  standing(): ReadonlyMap<string, Standing> {
    return new Map(
      this.files().map((path): [string, Standing] => {
        const place = this.#path(path);
        if (lstatSync(place).isSymbolicLink()) {
          const content = readlinkSync(place, { encoding: 'latin1' });
          return [this.keyOf(path), { kind: 'symlink', content, bytes: null }];
        }
        const bytes = readFileSync(place);
        return [this.keyOf(path), { kind: 'file', content: sha256Of(bytes), bytes }];
      }),
    );
  }

  /** Did a file ever have this content? */
  everHad(key: string, sha256: string): boolean {
    return this.#hashes.get(key)?.has(sha256) === true;
  }

  /** Did a file ever begin like this? */
  everBegan(key: string, sha256: string, length: number): boolean {
    return (this.#versions.get(key) ?? []).some(
      (version) => version.length >= length && sha256Of(version.subarray(0, length)) === sha256,
    );
  }
}
