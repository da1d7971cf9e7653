import { createHash, createHmac } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { RoomError } from '#shared/errors.ts';
import { fileError } from './file-error.ts';

/** Bytes hashed at each end of a file. A clip's packet table is at one of them, so another encoding differs there. */
export const fingerprintEndBytes = 65_536;

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** What tells one version of a file from another, and the marks by which the same place is known to be untouched. */
export const fileFingerprintSchema = z.object({
  sizeBytes: z.number().int().nonnegative(),
  /** SHA-256 of the first 64 KiB, hex. */
  headHash: hashSchema,
  /** SHA-256 of the last 64 KiB, hex; equals the head for a file that is not longer. */
  tailHash: hashSchema,
  /** Of the place it was taken at, not of the version: a copy has others. */
  mtimeMs: z.number(),
  inode: z.string(),
  device: z.string(),
});
export type FileFingerprint = z.infer<typeof fileFingerprintSchema>;

/** The part that is the same wherever the bytes are. */
export type VersionFingerprint = Pick<FileFingerprint, 'sizeBytes' | 'headHash' | 'tailHash'>;

export type VersionCheck =
  /** `checkedBy` says how sure: `marks` = size, time and inode unchanged, `hashes` = both ends read again. */
  | { readonly same: true; readonly checkedBy: 'marks' | 'hashes'; readonly fingerprint: FileFingerprint }
  | {
      readonly same: false;
      readonly because: 'missing' | 'other_size' | 'other_bytes';
      readonly fingerprint: FileFingerprint | null;
    };

/**
 * Reads both ends of a file (at most 128 KiB).
 * Throws `file_missing`, `path_unreadable`, or `conflict` when the file changed while it was read.
 */
export async function fingerprintFile(path: string): Promise<FileFingerprint> {
  return await withFile(path, async (handle) => {
    const before = await regularFileStats(handle, path);
    const fingerprint = await fingerprintOf(handle, before);
    const after = await handle.stat({ bigint: true });
    if (after.size !== before.size || after.mtimeNs !== before.mtimeNs) {
      throw new RoomError('conflict', `${path} changed while it was read.`, {
        hint: 'Wait until it is fully written, then try again.',
      });
    }
    return fingerprint;
  });
}

/**
 * The public name of a clip version: 26 characters of a-z and 2-7 that say nothing about the file and can't be guessed
 * without the workspace's salt. Same bytes at both ends and same size give the same id in one workspace.
 */
export function mediaIdOf(version: VersionFingerprint, salt: Uint8Array | string): string {
  const text = `clip-version\n${version.sizeBytes}\n${version.headHash}\n${version.tailHash}`;
  return base32(createHmac('sha256', salt).update(text).digest(), 26);
}

/** True when both name the same bytes, wherever they are. */
export function isSameFingerprint(a: VersionFingerprint, b: VersionFingerprint): boolean {
  return a.sizeBytes === b.sizeBytes && a.headHash === b.headHash && a.tailHash === b.tailHash;
}

/**
 * Whether a place still has the bytes of `known`. Quick when `known` was taken at this very place and size, time and
 * inode are unchanged; otherwise both ends are read again, so a copy or a touched file is still recognised.
 * Keep the returned fingerprint to make the next check of this place quick. Throws `path_unreadable`.
 */
export async function isSameVersion(path: string, known: FileFingerprint): Promise<VersionCheck> {
  try {
    return await withFile(path, async (handle): Promise<VersionCheck> => {
      const stats = await regularFileStats(handle, path);
      const marks = marksOf(stats);
      if (marks.sizeBytes !== known.sizeBytes) return { same: false, because: 'other_size', fingerprint: null };
      const isUntouched =
        marks.mtimeMs === known.mtimeMs && marks.inode === known.inode && marks.device === known.device;
      if (isUntouched) return { same: true, checkedBy: 'marks', fingerprint: known };
      const fingerprint = await fingerprintOf(handle, stats);
      return isSameFingerprint(fingerprint, known)
        ? { same: true, checkedBy: 'hashes', fingerprint }
        : { same: false, because: 'other_bytes', fingerprint };
    });
  } catch (error) {
    if (error instanceof RoomError && error.code === 'file_missing')
      return { same: false, because: 'missing', fingerprint: null };
    throw error;
  }
}

/**
 * SHA-256 of the whole file as hex, read in pieces. `onBytes` gets the bytes read so far.
 * Throws `file_missing`, `path_unreadable`, `cancelled`.
 */
export async function hashFile(
  path: string,
  signal?: AbortSignal,
  onBytes?: (bytesRead: number) => void,
): Promise<string> {
  return await withFile(path, async (handle) => {
    await regularFileStats(handle, path);
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(1024 * 1024);
    let total = 0;
    for (;;) {
      if (signal?.aborted === true) throw new RoomError('cancelled', `Hashing ${path} was cancelled.`);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
      total += bytesRead;
      onBytes?.(total);
    }
  });
}

async function withFile<T>(path: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(path, 'r');
    return await use(handle);
  } catch (error) {
    throw fileError(path, error);
  } finally {
    await handle?.close();
  }
}

async function regularFileStats(handle: FileHandle, path: string): Promise<BigIntStats> {
  const stats = await handle.stat({ bigint: true });
  if (!stats.isFile()) throw new RoomError('path_unreadable', `${path} is not a file.`);
  return stats;
}

function marksOf(stats: BigIntStats): Pick<FileFingerprint, 'sizeBytes' | 'mtimeMs' | 'inode' | 'device'> {
  return {
    sizeBytes: Number(stats.size),
    mtimeMs: Number(stats.mtimeNs / 1000n) / 1000,
    inode: String(stats.ino),
    device: String(stats.dev),
  };
}

async function fingerprintOf(handle: FileHandle, stats: BigIntStats): Promise<FileFingerprint> {
  const marks = marksOf(stats);
  const buffer = Buffer.allocUnsafe(Math.min(fingerprintEndBytes, marks.sizeBytes));
  const headHash = await hashAt(handle, buffer, 0);
  const tailHash =
    marks.sizeBytes <= fingerprintEndBytes ? headHash : await hashAt(handle, buffer, marks.sizeBytes - buffer.length);
  return { ...marks, headHash, tailHash };
}

async function hashAt(handle: FileHandle, buffer: Buffer, position: number): Promise<string> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return createHash('sha256').update(buffer.subarray(0, filled)).digest('hex');
}

const base32Letters = 'abcdefghijklmnopqrstuvwxyz234567';

/** The first `length` letters of the bytes in base 32 (5 bits a letter, RFC 4648 alphabet in lower case). */
function base32(bytes: Uint8Array, length: number): string {
  let text = '';
  let bits = 0;
  let bitCount = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff;
    bitCount += 8;
    while (bitCount >= 5 && text.length < length) {
      bitCount -= 5;
      text += base32Letters.charAt((bits >> bitCount) & 31);
    }
  }
  return text;
}
