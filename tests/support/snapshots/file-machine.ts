import { hash } from 'node:crypto';
import { Duplex, Readable } from 'node:stream';
import { hashFiles, hashPrefixes } from '#core/snapshots/remote/hash-remote.ts';
import { listScript } from '#core/snapshots/remote/list-remote.ts';
import { bashCommand, type BulkConnection, type RemoteChannel } from '#core/snapshots/remote/remote.ts';
import { tarEnd, tarHeader, tarPadding } from '#core/snapshots/remote/tar-writer.ts';
import { largeRecords, smallRecords, tarCommand } from '#core/snapshots/pull/fetch-small.ts';

/** A file of a machine that is made of nothing but its files. */
export type MachineFile = {
  /** Absolute. */
  readonly path: string;
  readonly mtimeMs: number;
  readonly inode: number;
  /** Null for one that is only listed: it is too large for the lane that is pulled. */
  readonly bytes: Buffer | null;
  readonly sizeBytes: number;
  /** `rewritten`: other bytes each time it is read. `grows`: longer when it is looked at than when it was copied. */
  readonly motion: 'none' | 'rewritten' | 'grows';
};

type FileMachine = { readonly hostName: string; readonly files: readonly MachineFile[] };

/** What a growing file has more of once it was copied. */
const growth = Buffer.from('…\n');

/**
 * The far end of a pull without network and without programs: it answers the four commands that a pull sends, in
 * bytes as a real machine does, so that the pull itself is the real one. It does not say what time it has.
 */
export function connectFileMachine({ hostName, files }: FileMachine): BulkConnection {
  const byPath = new Map(files.map((file) => [file.path, file]));
  let reads = 0;
  const copied = (file: MachineFile): Buffer => {
    if (file.motion !== 'rewritten') return file.bytes ?? Buffer.alloc(0);
    reads += 1;
    // As long as before, and something else in it.
    return Buffer.concat([Buffer.from(String(reads)), file.bytes ?? Buffer.alloc(0)]).subarray(0, file.sizeBytes);
  };
  const seenAfter = (file: MachineFile): Buffer =>
    file.motion === 'grows' ? Buffer.concat([file.bytes ?? Buffer.alloc(0), growth]) : copied(file);
  const sightOf = (file: MachineFile, sizeBytes: number): string =>
    fields(['T', sizeBytes, secondsOf(file.mtimeMs), file.inode, file.path]);

  const packAll = (paths: readonly string[]): Buffer =>
    Buffer.concat([...present(byPath, paths).map((file) => packed(file, copied(file))), tarEnd()]);
  const answers: Readonly<Record<string, (input: readonly string[]) => Buffer>> = {
    [bashCommand(listScript)]: (roots) =>
      text([fields(['H', hostName, '']), ...roots.map((root) => listRoot(root, files)), fields(['OK'])]),
    [tarCommand(smallRecords)]: packAll,
    [tarCommand(largeRecords)]: packAll,
    [bashCommand(hashFiles)]: (paths) =>
      text([
        ...present(byPath, paths).map((file) => {
          const bytes = seenAfter(file);
          return `${fields([`${hash('sha256', bytes)}  ${file.path}`])}${sightOf(file, bytes.length)}`;
        }),
        fields(['OK']),
      ]),
    [bashCommand(hashPrefixes)]: (pairs) =>
      text([
        ...pairs.flatMap((bytes, index) => {
          const file = index % 2 === 0 ? byPath.get(pairs[index + 1] ?? '') : undefined;
          if (file === undefined) return [];
          const whole = seenAfter(file);
          const prefix = hash('sha256', whole.subarray(0, Number(bytes)));
          return [`${fields([`${prefix}  ${file.path}`])}${sightOf(file, whole.length)}`];
        }),
        fields(['OK']),
      ]),
  };
  return {
    hostKey: null,
    isKept: false,
    isOpen: () => true,
    openChannel: (command) => Promise.resolve(new AnswerChannel(answers[command]) as unknown as RemoteChannel),
    end: () => undefined,
  };
}

/** Reads its input to the end, and then says all of its answer; a command that it does not know ends with 127. */
class AnswerChannel extends Duplex {
  readonly stderr = Readable.from([]);
  readonly #answer: ((input: readonly string[]) => Buffer) | undefined;
  readonly #input: Buffer[] = [];

  constructor(answer: ((input: readonly string[]) => Buffer) | undefined) {
    super();
    this.#answer = answer;
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#input.push(bytes);
    done();
  }

  override _read(): void {
    // Everything is said at once, when the input has ended.
  }

  override _final(done: () => void): void {
    const names = Buffer.concat(this.#input).toString('latin1').split('\0').slice(0, -1);
    const answer = this.#answer?.(names);
    if (answer !== undefined) this.push(answer);
    this.push(null);
    this.emit('exit', answer === undefined ? 127 : 0);
    done();
  }

  close(): void {
    this.destroy();
  }
}

function listRoot(root: string, files: readonly MachineFile[]): string {
  const below = files.filter((file) => file.path.startsWith(`${root}/`));
  if (below.length === 0) return fields(['M']);
  const relative = (path: string): string => path.slice(root.length + 1);
  const folders = new Map<string, number>();
  for (const { path, mtimeMs } of below)
    for (let folder = parentOf(relative(path)); folder !== ''; folder = parentOf(folder))
      folders.set(folder, Math.max(folders.get(folder) ?? 0, mtimeMs));
  const entry = (kind: string, size: number, mtimeMs: number, inode: number, path: string): string =>
    fields(['E', kind, size, secondsOf(mtimeMs), secondsOf(mtimeMs), inode, '', path]);
  return [
    fields(['D', root]),
    ...[...folders].map(([path, mtimeMs], index) => entry('d', 4096, mtimeMs, index + 1, path)),
    ...below.map((file) => entry('f', file.sizeBytes, file.mtimeMs, file.inode, relative(file.path))),
    fields(['Z', 0]),
  ].join('');
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

const present = (byPath: ReadonlyMap<string, MachineFile>, paths: readonly string[]): MachineFile[] =>
  paths.flatMap((path) => byPath.get(path) ?? []);

const packed = (file: MachineFile, bytes: Buffer): Buffer =>
  Buffer.concat([
    tarHeader({
      name: Buffer.from(file.path, 'latin1'),
      sizeBytes: bytes.length,
      mtimeSeconds: Math.floor(file.mtimeMs / 1000),
    }),
    bytes,
    tarPadding(bytes.length),
  ]);

/** As `find` and `sha256sum -z` write: each field ended by NUL. */
const fields = (values: readonly (string | number)[]): string => values.map((value) => `${value}\0`).join('');
const text = (parts: readonly string[]): Buffer => Buffer.from(parts.join(''), 'latin1');
/** `1700000000.123000000` */
const secondsOf = (ms: number): string => `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}000000`;
