import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import type { Transform } from '#shared/rules/orientation/transforms.ts';
import { damageWords, demuxerOf, keepFramesArgs } from '../media/ffmpeg-input.ts';
import type { ProbedMedia } from '../media/probe.ts';
import type { RunTool } from '../tools/tool-supervisor.ts';

/** Luma planes of a clip, frame after frame without gaps between, in a file of their own. */
export type LumaFile = {
  readonly path: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly frameCount: number;
};

/** More than any depth clip: 1,000 frames of 1280 x 720. */
const mostBytes = 1024 ** 3;
const mostMs = 300_000;

const turns: Partial<Record<Transform, string>> = {
  rotate_180: 'hflip,vflip,',
  flip_left_right: 'hflip,',
  flip_up_down: 'vflip,',
};

/**
 * Decodes every frame's luma plane as it is stored: no scaling, no change of range, no turn by the file's own tag.
 * Goes to a file and not through the engine, whose thread would copy hundreds of megabytes.
 *
 * Throws `RoomError`: `file_damaged` (frames that can not be decoded cleanly, or fewer than are listed),
 * `not_supported_here` (more than 1 GiB of planes), `disk_full`, `tool_missing`, `tool_failed`, `cancelled`.
 */
export async function decodeLuma(request: {
  readonly ffmpegPath: string;
  readonly run: RunTool;
  readonly source: string;
  readonly probe: Pick<ProbedMedia, 'container' | 'widthPx' | 'heightPx' | 'frameCount'>;
  readonly turned: Transform;
  readonly destination: string;
  readonly signal: AbortSignal;
}): Promise<LumaFile> {
  const { run, source, probe, destination, signal } = request;
  const name = basename(source);
  const frameBytes = probe.widthPx * probe.heightPx;
  const wantedBytes = frameBytes * probe.frameCount;
  if (wantedBytes > mostBytes)
    throw new RoomError(
      'not_supported_here',
      `${name} has ${probe.frameCount} frames of ${probe.widthPx}x${probe.heightPx}, more than is decoded for a check.`,
    );
  const keepFrames = await keepFramesArgs(request.ffmpegPath, run, signal);
  const input = ['-xerror', '-noautorotate', '-protocol_whitelist', 'file,pipe', '-f', demuxerOf(probe.container)];
  const filter = `${turns[request.turned] ?? ''}extractplanes=y,format=gray`;
  const pictures = ['-map', '0:v:0', '-an', '-sn', '-dn', '-vf', filter, ...keepFrames];
  // One frame more than is listed may be written, so that too many are noticed and no disk is filled.
  const output = ['-f', 'rawvideo', '-fs', String(wantedBytes + frameBytes), '-y', `file:${destination}`];
  const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error'];
  try {
    await run({
      path: request.ffmpegPath,
      args: [...quiet, ...input, '-i', `file:${source}`, ...pictures, ...output],
      signal,
      timeoutMs: mostMs,
    });
  } catch (error) {
    throw decodeError(name, error);
  }
  const { size } = await stat(destination);
  if (size !== wantedBytes)
    throw new RoomError(
      'file_damaged',
      `${name} lists ${probe.frameCount} frames, of which ${Math.floor(size / frameBytes)} could be decoded.`,
    );
  return { path: destination, widthPx: probe.widthPx, heightPx: probe.heightPx, frameCount: probe.frameCount };
}

function decodeError(name: string, error: unknown): unknown {
  if (!(error instanceof RoomError) || error.code !== 'tool_failed') return error;
  const said = String(error.details?.['stderrTail']);
  const options = { details: { stderrTail: said }, cause: error };
  if (/No space left on device|Disk quota exceeded/i.test(said))
    return new RoomError('disk_full', 'There is no room left on the disk to decode depth.', {
      ...options,
      hint: 'Free some space, then start the check again. Verdicts that were stored stay.',
    });
  if (damageWords.test(said))
    return new RoomError('file_damaged', `${name} has damaged frames: made-up pictures are no evidence.`, options);
  return error;
}
