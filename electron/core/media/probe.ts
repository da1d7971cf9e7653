import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { RoomError } from '#shared/errors.ts';
import { fileError } from './file-error.ts';
import { readImageSize } from './image-size.ts';
import { looksLikeIsoMedia, readMovie } from './mp4-boxes.ts';
import { readVideoTrack } from './mp4-track.ts';
import type { Mp4Track } from './mp4-track.ts';
import { listPackets } from './probe-packets.ts';
import { ProbeFault } from './probe-result.ts';
import type { FrameTable, MediaContainer, ProbedMedia, ProbeResult } from './probe-result.ts';

export type { ProbedMedia, ProbeResult } from './probe-result.ts';

export type ProbeOptions = { readonly signal?: AbortSignal };

/**
 * What a clip or picture is, from its structure alone: no frame is decoded, and of an MP4 only the packet table is read.
 *
 * Bad data is an answer (`ok: false` with a code and a sentence), never an exception. A clip whose table is whole but
 * whose pictures are cut off is `ok: true` with `damage`, because its first frames can still be shown.
 * Throws `RoomError` only for the disk: `file_missing`, `path_unreadable`, and `cancelled`.
 */
export async function probeVideo(path: string, options: ProbeOptions = {}): Promise<ProbeResult> {
  const { signal } = options;
  let handle: FileHandle | null = null;
  try {
    signal?.throwIfAborted();
    handle = await open(path, 'r');
    const stats = await handle.stat();
    if (!stats.isFile()) throw new RoomError('path_unreadable', `${path} is not a file.`);
    return await probeOpenFile(path, handle, stats.size, signal);
  } catch (error) {
    if (error instanceof ProbeFault) return { ok: false, code: error.code, message: error.message };
    if (signal?.aborted === true) throw new RoomError('cancelled', `Reading ${path} was cancelled.`);
    // Buffers refuse reads past their end: a number in the file pointed outside its table.
    if (error instanceof RangeError)
      return { ok: false, code: 'damaged', message: 'The packet table points outside itself.' };
    throw fileError(path, error);
  } finally {
    await handle?.close();
  }
}

async function probeOpenFile(
  path: string,
  handle: FileHandle,
  sizeBytes: number,
  signal: AbortSignal | undefined,
): Promise<ProbeResult> {
  if (sizeBytes === 0) throw new ProbeFault('empty', 'The file is empty.');
  const buffer = Buffer.alloc(32);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
  const head = buffer.subarray(0, bytesRead);

  const image = await readImageSize(handle, head, sizeBytes);
  if (image !== null) return pictureOf(image);
  if (head.length >= 4 && head.readUInt32BE(0) === 0x1a45dfa3) {
    const listing = await listPackets(path, signal);
    return clipOf(listing.isWebm ? 'webm' : 'matroska', listing, listing.frames);
  }
  if (!looksLikeIsoMedia(head)) {
    const isBlank = head.every((byte) => byte === 0);
    throw new ProbeFault(
      'not_media',
      isBlank
        ? 'The file starts with empty bytes: a copy that was not finished.'
        : 'The file is not a video or picture of a known kind.',
    );
  }
  const movie = await readMovie(handle, sizeBytes);
  signal?.throwIfAborted();
  const track = readVideoTrack(movie.moov, sizeBytes);
  const container = movie.majorBrand === 'qt  ' ? 'mov' : 'mp4';
  return clipOf(container, track, track.frames ?? (await listPackets(path, signal)).frames);
}

function pictureOf(image: {
  readonly container: 'jpeg' | 'png';
  readonly widthPx: number;
  readonly heightPx: number;
}): ProbedMedia {
  return {
    ok: true,
    container: image.container,
    codec: image.container,
    codecName: image.container.toUpperCase(),
    frameCount: 1,
    preRollFrameCount: 0,
    fps: null,
    durationSeconds: null,
    widthPx: image.widthPx,
    heightPx: image.heightPx,
    rotationDegrees: 0,
    keyframeCount: 1,
    playable: true,
    unplayableBecause: null,
    damage: null,
  };
}

function clipOf(container: MediaContainer, track: Omit<Mp4Track, 'frames'>, frames: FrameTable): ProbedMedia {
  const { codec, widthPx, heightPx, rotationDegrees } = track;
  const { frameCount, framesOnDisk } = frames;
  const isCut = framesOnDisk < frameCount;
  const unplayableBecause =
    codec.unplayableBecause ??
    (frameCount === 0
      ? 'The packet table lists no frames.'
      : framesOnDisk === 0
        ? 'None of its frames is in the file.'
        : null);
  return {
    ok: true,
    container,
    codec: codec.codec,
    codecName: codec.codecName,
    frameCount,
    preRollFrameCount: frames.preRollFrameCount,
    fps: frames.fps,
    durationSeconds: frames.durationSeconds,
    widthPx,
    heightPx,
    rotationDegrees,
    keyframeCount: frames.keyframeCount,
    playable: unplayableBecause === null,
    unplayableBecause,
    damage: isCut
      ? {
          code: 'truncated',
          message: `The file is cut off: ${framesOnDisk} of ${frameCount} frames are there.`,
          framesOnDisk,
        }
      : null,
  };
}
