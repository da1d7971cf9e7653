import type { FileHandle } from 'node:fs/promises';
import { ProbeFault } from './probe-result.ts';

/** One box of an ISO media file; `start` is the first byte of its content, `end` the byte after it. */
export type Box = { readonly type: string; readonly start: number; readonly end: number };

/** A packet table bigger than this is of no clip (it would list over a million frames). */
const maxMoovBytes = 32 * 1024 * 1024;
const maxTopBoxes = 10_000;
/** What a first box may be; anything else is no ISO media file. */
const firstBoxTypes = new Set(['ftyp', 'styp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'uuid', 'moof']);

export function looksLikeIsoMedia(head: Buffer): boolean {
  return head.length >= 8 && firstBoxTypes.has(head.toString('latin1', 4, 8));
}

export type Movie = {
  /** Content of the `moov` box. */
  readonly moov: Buffer;
  readonly majorBrand: string | null;
};

/** Finds and reads the `moov` box by hopping over the others; reads nothing of the pictures. Throws `ProbeFault`. */
export async function readMovie(handle: FileHandle, fileSizeBytes: number): Promise<Movie> {
  const head = Buffer.alloc(16);
  let majorBrand: string | null = null;
  let sawPictures = false;
  let position = 0;
  for (let count = 0; position + 8 <= fileSizeBytes; count += 1) {
    if (count > maxTopBoxes) throw new ProbeFault('damaged', 'The file is cut into more pieces than any clip has.');
    const { bytesRead } = await handle.read(head, 0, 16, position);
    if (bytesRead < 8) break;
    const type = head.toString('latin1', 4, 8);
    const size32 = head.readUInt32BE(0);
    const isLarge = size32 === 1 && bytesRead === 16;
    const size = size32 === 0 ? fileSizeBytes - position : isLarge ? Number(head.readBigUInt64BE(8)) : size32;
    const contentStart = position + (isLarge ? 16 : 8);
    const end = position + size;
    if (size < 8)
      throw new ProbeFault(
        'damaged',
        `The file has a piece of ${size} bytes at byte ${position}, which is impossible.`,
      );
    if (type === 'moov') {
      if (end > fileSizeBytes)
        throw new ProbeFault(
          'truncated',
          `The file ends inside its packet table: ${fileSizeBytes - position} of ${size} bytes are there.`,
        );
      if (size > maxMoovBytes) throw new ProbeFault('too_large', 'The packet table is larger than that of any clip.');
      return { moov: await readExactly(handle, contentStart, end), majorBrand };
    }
    if (type === 'ftyp' && bytesRead >= 12) majorBrand = head.toString('latin1', 8, 12);
    if (type === 'mdat') sawPictures = true;
    if (end > fileSizeBytes) {
      throw new ProbeFault(
        'truncated',
        `The file ends early: ${fileSizeBytes - position} of ${size} bytes of a piece are there, and the packet table is missing.`,
      );
    }
    position = end;
  }
  throw new ProbeFault(
    'moov_missing',
    sawPictures
      ? 'The packet table (moov) is missing: the program that wrote the file did not finish.'
      : 'There is no packet table (moov) and no picture in the file.',
  );
}

async function readExactly(handle: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.alloc(end - start);
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, start + filled);
    if (bytesRead === 0) throw new ProbeFault('truncated', 'The file became shorter while it was read.');
    filled += bytesRead;
  }
  return buffer;
}

/** The boxes between two offsets of a buffer. Throws `ProbeFault` when one runs past its parent. */
export function childBoxes(buffer: Buffer, start: number, end: number): readonly Box[] {
  const boxes: Box[] = [];
  let position = start;
  while (position + 8 <= end) {
    const size32 = buffer.readUInt32BE(position);
    const type = buffer.toString('latin1', position + 4, position + 8);
    const isLarge = size32 === 1;
    const size = size32 === 0 ? end - position : isLarge ? Number(buffer.readBigUInt64BE(position + 8)) : size32;
    const headBytes = isLarge ? 16 : 8;
    // QuickTime ends some lists with four zero bytes.
    if (size32 === 0 && type === '\0\0\0\0') break;
    if (size < headBytes || position + size > end)
      throw new ProbeFault('damaged', `The box "${printable(type)}" is longer than what holds it.`);
    boxes.push({ type, start: position + headBytes, end: position + size });
    position += size;
  }
  return boxes;
}

/** Follows a path of box types; the first of each. */
export function findBox(
  buffer: Buffer,
  parent: { readonly start: number; readonly end: number },
  ...path: readonly string[]
): Box | null {
  let inside: { readonly start: number; readonly end: number } = parent;
  let found: Box | null = null;
  for (const type of path) {
    found = childBoxes(buffer, inside.start, inside.end).find((box) => box.type === type) ?? null;
    if (found === null) return null;
    inside = found;
  }
  return found;
}

/** Four letters from a file, fit to be shown. */
export function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').trim();
}
