import { RoomError } from '#shared/errors.ts';

export type TarFile = {
  /** Bytes, one character a byte. */
  readonly name: string;
  readonly sizeBytes: number;
};

export type TarSink = {
  /** A regular file begins. False: its bytes are of no use and are let go. */
  begin(file: TarFile): boolean;
  data(bytes: Buffer): void;
  end(): void;
};

const block = 512;

/**
 * Reads a tar stream (ustar with GNU's long names) as it comes, whatever pieces it comes in. Only regular files
 * are handed on: the pull asks for nothing else.
 */
export class TarReader {
  readonly #sink: TarSink;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of the entry that are still to come, and of its padding. */
  #left = 0;
  #padding = 0;
  #mode: 'file' | 'long_name' | 'skip' | null = null;
  #longName: string | null = null;
  #collected: Buffer[] = [];
  #isOver = false;

  constructor(sink: TarSink) {
    this.#sink = sink;
  }

  /** True once the blocks that end an archive were read. */
  get isOver(): boolean {
    return this.#isOver;
  }

  push(bytes: Buffer): void {
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (;;) {
      if (this.#left > 0) {
        const part = rest.subarray(0, this.#left);
        if (part.length === 0) break;
        this.#take(part);
        this.#left -= part.length;
        rest = rest.subarray(part.length);
        if (this.#left > 0) break;
        this.#finish();
      }
      if (this.#padding > 0) {
        const skipped = Math.min(this.#padding, rest.length);
        this.#padding -= skipped;
        rest = rest.subarray(skipped);
        if (this.#padding > 0) break;
      }
      if (this.#isOver || rest.length < block) break;
      this.#readHeader(rest.subarray(0, block));
      rest = rest.subarray(block);
    }
    // A copy: the piece would keep the whole buffer that it is a part of.
    this.#rest = this.#isOver ? Buffer.alloc(0) : Buffer.from(rest);
  }

  #readHeader(header: Buffer): void {
    if (header.every((byte) => byte === 0)) {
      this.#isOver = true;
      return;
    }
    checkSum(header);
    const size = readNumber(header, 124, 12);
    const type = String.fromCharCode(header[156] ?? 0);
    this.#padding = (block - (size % block)) % block;
    this.#left = size;
    if (type === 'L') this.#mode = 'long_name';
    else if (type === '0' || type === '\0') {
      const name = this.#longName ?? shortName(header);
      this.#longName = null;
      this.#mode = this.#sink.begin({ name, sizeBytes: size }) ? 'file' : 'skip';
    } else {
      // A link to a long target, or an entry that became something else since it was listed.
      if (type !== 'K') this.#longName = null;
      this.#mode = 'skip';
    }
    if (size === 0) this.#finish();
  }

  #take(part: Buffer): void {
    if (this.#mode === 'file') this.#sink.data(part);
    else if (this.#mode === 'long_name') this.#collected.push(Buffer.from(part));
  }

  #finish(): void {
    if (this.#mode === 'file') this.#sink.end();
    else if (this.#mode === 'long_name') this.#longName = untilNul(Buffer.concat(this.#collected));
    this.#collected = [];
    this.#mode = null;
  }
}

const untilNul = (bytes: Buffer): string => {
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end === -1 ? bytes.length : end);
};

function shortName(header: Buffer): string {
  const name = untilNul(header.subarray(0, 100));
  const isUstar = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isUstar ? untilNul(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Octal, or base 256 where the first bit is set. */
function readNumber(header: Buffer, at: number, length: number): number {
  if (((header[at] ?? 0) & 0x80) !== 0) {
    let value = 0;
    for (let i = at + 1; i < at + length; i++) value = value * 256 + (header[i] ?? 0);
    return value;
  }
  return Number.parseInt(untilNul(header.subarray(at, at + length)).trim() || '0', 8);
}

function checkSum(header: Buffer): void {
  let sum = 0;
  for (let i = 0; i < block; i++) sum += i >= 148 && i < 156 ? 0x20 : (header[i] ?? 0);
  if (sum !== readNumber(header, 148, 8))
    throw new RoomError(
      'answer_not_understood',
      'What the machine sent is no tar archive, or it was damaged on the way.',
      {
        hint: 'GNU tar has to be on the machine. What had arrived before is kept.',
      },
    );
}
