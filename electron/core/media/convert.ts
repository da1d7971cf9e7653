import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import type { RunTool } from '../tools/tool-supervisor.ts';
import { encodeH264, framesDecoded } from './encode-h264.ts';
import { fileError } from './file-error.ts';
import { fingerprintFile, isSameFingerprint } from './media-id.ts';
import type { FileFingerprint } from './media-id.ts';
import { probeVideo } from './probe.ts';
import type { ProbedMedia } from './probe.ts';

export type ConvertRequest = {
  readonly ffmpegPath: string;
  /** When given, the frames of the copy are also counted by decoding it. */
  readonly ffprobePath: string | null;
  readonly source: string;
  /** Made when it does not exist. Must not be the folder of the source. */
  readonly destinationFolder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ConvertProgress) => void;
  /** Replaces the plain `runTool`, e.g. by that of a supervisor. */
  readonly run?: RunTool;
};

export type ConvertProgress = { readonly framesDone: number; readonly frameCount: number };

export type Converted = {
  readonly path: string;
  readonly frameCount: number;
  /** Of the copy. */
  readonly fingerprint: FileFingerprint;
  readonly probe: ProbedMedia;
  /** True when an earlier, still valid copy of the same version was there. */
  readonly wasThere: boolean;
};

/**
 * Makes a copy of a clip that Chromium decodes: the same frames one to one, the same size, H.264 with short groups.
 * The name comes from the source's version, so asking twice gives the same file.
 *
 * The original is only read, and its fingerprint is the same after as before. The copy appears under its name only when
 * it is whole, verified and on the disk; a cancel, a full disk or a failure leave nothing behind.
 *
 * Throws `RoomError`: `file_damaged` (the source can't be read as a clip, or some of its frames can't be decoded),
 * `not_supported_here` (odd width or height, which 4:2:0 H.264 can't keep), `tool_missing`, `tool_failed`, `disk_full`,
 * `workspace_read_only`, `conflict` (the source changed meanwhile), `cancelled`.
 */
export async function convertToH264(request: ConvertRequest): Promise<Converted> {
  const { source, destinationFolder } = request;
  if (!isAbsolute(source) || !isAbsolute(destinationFolder))
    throw new RoomError('invalid_input', 'A conversion needs absolute paths.');
  const before = await fingerprintFile(source);
  const wanted = await readSource(source, request.signal);
  const path = join(destinationFolder, copyNameOf(before));
  await ensureFolder(destinationFolder);

  const earlier = await verifiedCopy(path, wanted, request.signal);
  if (earlier !== null)
    return {
      path,
      frameCount: wanted.frameCount,
      fingerprint: await fingerprintFile(path),
      probe: earlier,
      wasThere: true,
    };

  const partial = join(destinationFolder, `.${randomBytes(8).toString('hex')}.partial`);
  try {
    await encodeH264(request, wanted, partial);
    await flushFile(partial);
    const copy = await probeVideo(partial, { signal: request.signal });
    const framesInCopy = await framesDecoded(request, partial);
    if (
      !copy.ok ||
      copy.frameCount !== wanted.frameCount ||
      (framesInCopy !== null && framesInCopy !== wanted.frameCount)
    ) {
      const count = copy.ok ? (framesInCopy ?? copy.frameCount) : 0;
      throw new RoomError(
        'file_damaged',
        `${basename(source)} lists ${wanted.frameCount} frames, of which ${count} could be converted.`,
        {
          hint: 'The copy was not kept, because its frames would not match those of the original.',
          details: { wantedFrames: wanted.frameCount, convertedFrames: count },
        },
      );
    }
    if (!hasSameSize(copy, wanted)) {
      throw new RoomError(
        'tool_failed',
        `The copy is ${copy.widthPx}x${copy.heightPx} and the original is ${wanted.widthPx}x${wanted.heightPx}; it was not kept.`,
      );
    }
    if (!isSameFingerprint(await fingerprintFile(source), before)) {
      throw new RoomError(
        'conflict',
        `${basename(source)} was changed by another program while it was converted; the copy was not kept.`,
        {
          hint: 'Import the run again, then convert the new version.',
        },
      );
    }
    if (request.signal.aborted) throw new RoomError('cancelled', `Converting ${basename(source)} was cancelled.`);
    await rename(partial, path);
    await flushFolder(destinationFolder);
    return {
      path,
      frameCount: wanted.frameCount,
      fingerprint: await fingerprintFile(path),
      probe: copy,
      wasThere: false,
    };
  } catch (error) {
    throw fileError(path, error);
  } finally {
    await rm(partial, { force: true }).catch(() => undefined);
  }
}

/** The name a version's copy has in the cache folder. */
export function copyNameOf(source: FileFingerprint): string {
  const text = `${source.sizeBytes}\n${source.headHash}\n${source.tailHash}`;
  return `h264-${createHash('sha256').update(text).digest('hex').slice(0, 32)}.mp4`;
}

async function readSource(source: string, signal: AbortSignal): Promise<ProbedMedia> {
  const probe = await probeVideo(source, { signal });
  if (!probe.ok) throw new RoomError('file_damaged', `${basename(source)} can not be converted. ${probe.message}`);
  if (probe.container === 'jpeg' || probe.container === 'png')
    throw new RoomError('invalid_input', `${basename(source)} is a picture, not a clip.`);
  if (probe.damage !== null)
    throw new RoomError(
      'file_damaged',
      `${basename(source)} can not be converted frame by frame. ${probe.damage.message}`,
    );
  if (probe.frameCount === 0)
    throw new RoomError('file_damaged', `${basename(source)} can not be converted: it lists no frames.`);
  if (probe.widthPx % 2 !== 0 || probe.heightPx % 2 !== 0) {
    throw new RoomError(
      'not_supported_here',
      `${basename(source)} is ${probe.widthPx}x${probe.heightPx}; a copy with an odd width or height would not keep its size.`,
    );
  }
  return probe;
}

/** The probe of an earlier copy when it still fits, else null. */
async function verifiedCopy(path: string, wanted: ProbedMedia, signal: AbortSignal): Promise<ProbedMedia | null> {
  try {
    const copy = await probeVideo(path, { signal });
    return copy.ok && copy.damage === null && copy.frameCount === wanted.frameCount && hasSameSize(copy, wanted)
      ? copy
      : null;
  } catch (error) {
    if (error instanceof RoomError && error.code === 'file_missing') return null;
    throw error;
  }
}

/** ffmpeg turns the picture upright, so a quarter turn swaps the sides. */
function hasSameSize(copy: ProbedMedia, wanted: ProbedMedia): boolean {
  const isTurned = wanted.rotationDegrees === 90 || wanted.rotationDegrees === 270;
  const [width, height] = isTurned ? [wanted.heightPx, wanted.widthPx] : [wanted.widthPx, wanted.heightPx];
  return copy.widthPx === width && copy.heightPx === height;
}

async function ensureFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw fileError(folder, error);
  }
}

async function flushFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The new name itself must reach the disk too; some file systems refuse this for a folder, and then there is nothing to do. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync().catch(() => undefined);
  } finally {
    await handle.close();
  }
}
