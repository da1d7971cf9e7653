import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, symlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { RoomError } from '#shared/errors.ts';
import { largestPieceBytes, objectNameOf, type Piece, type SourcePiece } from './pieces.ts';

/** Runs in a worker: reads files of a snapshot, hashes them, and lays out what is to be uploaded. */

const chunkBytes = 1024 * 1024;

/** Reads `[from, from + sizeBytes)` in chunks. Ends early when the file does. */
async function* readRange(handle: FileHandle, from: number, sizeBytes: number, signal: AbortSignal) {
  let done = 0;
  while (done < sizeBytes) {
    signal.throwIfAborted();
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, sizeBytes - done));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from + done);
    if (bytesRead === 0) return;
    done += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function openSource(folder: string, path: string): Promise<FileHandle> {
  try {
    return await open(join(folder, path), 'r');
  } catch (cause) {
    throw new RoomError('file_missing', `A file of the snapshot is not there or can not be read: ${path}.`, {
      hint: 'Verify the snapshot; it can not be mirrored as it is.',
      cause,
    });
  }
}

const rotten = (path: string): RoomError =>
  new RoomError('file_damaged', `${path} is not what the manifest of its snapshot says. Nothing of it was uploaded.`, {
    hint: 'Verify the snapshot. A newer snapshot, or one from the bucket, may have the file.',
  });

/** The pieces of a file that is too large for one. @throws RoomError file_damaged when the whole does not agree. */
export async function cutFile(
  input: { readonly folder: string; readonly path: string; readonly sha256: string; readonly sizeBytes: number },
  signal: AbortSignal,
): Promise<Piece[]> {
  const handle = await openSource(input.folder, input.path);
  try {
    if ((await handle.stat()).size !== input.sizeBytes) throw rotten(input.path);
    const whole = createHash('sha256');
    const pieces: Piece[] = [];
    for (let from = 0; from < input.sizeBytes; from += largestPieceBytes) {
      const sizeBytes = Math.min(largestPieceBytes, input.sizeBytes - from);
      const sums = { sha256: createHash('sha256'), sha1: createHash('sha1') };
      for await (const chunk of readRange(handle, from, sizeBytes, signal)) {
        whole.update(chunk);
        sums.sha256.update(chunk);
        sums.sha1.update(chunk);
      }
      pieces.push({ sha256: sums.sha256.digest('hex'), sha1: sums.sha1.digest('hex'), sizeBytes });
    }
    if (whole.digest('hex') !== input.sha256) throw rotten(input.path);
    return pieces;
  } finally {
    await handle.close();
  }
}

/**
 * Lays pieces out under their object names: a link for a whole file, a copy for a part of one. Each byte is hashed on
 * the way, so that nothing which rotted since its snapshot is uploaded under the name of something good.
 * Answers with the SHA-1 of each, by SHA-256.
 */
export async function stagePieces(
  input: { readonly folder: string; readonly target: string; readonly pieces: readonly SourcePiece[] },
  signal: AbortSignal,
): Promise<[string, string][]> {
  const sha1s: [string, string][] = [];
  for (const piece of input.pieces) {
    const target = join(input.target, objectNameOf(piece.sha256));
    await mkdir(dirname(target), { recursive: true });
    const handle = await openSource(input.folder, piece.path);
    try {
      if (piece.isWholeFile && (await handle.stat()).size !== piece.sizeBytes) throw rotten(piece.path);
      const sums = { sha256: createHash('sha256'), sha1: createHash('sha1') };
      const output = piece.isWholeFile ? null : createWriteStream(target, { flags: 'w', mode: 0o600 });
      for await (const chunk of readRange(handle, piece.offsetBytes, piece.sizeBytes, signal)) {
        sums.sha256.update(chunk);
        sums.sha1.update(chunk);
        if (output !== null && !output.write(chunk)) await once(output, 'drain');
      }
      if (output !== null) {
        output.end();
        await once(output, 'finish');
      } else await symlink(join(input.folder, piece.path), target);
      const sha1 = sums.sha1.digest('hex');
      if (sums.sha256.digest('hex') !== piece.sha256 || (piece.sha1 !== null && piece.sha1 !== sha1))
        throw rotten(piece.path);
      sha1s.push([piece.sha256, sha1]);
    } finally {
      await handle.close();
    }
  }
  return sha1s;
}
