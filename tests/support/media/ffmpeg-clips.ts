import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { countFramesArgs } from '#core/media/encode-h264.ts';

const run = promisify(execFile);

async function onPath(name: string): Promise<string | null> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder !== '' && isThere) return path;
  }
  return null;
}

/** Absolute paths of the real programs, or null where they are not installed. */
export const ffmpegPath = await onPath('ffmpeg');
export const ffprobePath = await onPath('ffprobe');

export type ClipRecipe = {
  readonly frames?: number;
  readonly fps?: number;
  readonly size?: string;
  /** The picture; a moving test card when left out. */
  readonly source?: string;
  /** Codec and container options; H.264 with B-frames when left out. */
  readonly args?: readonly string[];
};

const h264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p'];

/** Writes a clip with ffmpeg. */
export async function makeClip(path: string, recipe: ClipRecipe = {}): Promise<string> {
  const { frames = 24, fps = 10, size = '128x96' } = recipe;
  const source = recipe.source ?? `testsrc2=size=${size}:rate=${fps}`;
  await ffmpeg(['-f', 'lavfi', '-i', source, '-frames:v', String(frames), ...(recipe.args ?? h264), path]);
  return path;
}

export async function ffmpeg(args: readonly string[]): Promise<void> {
  if (ffmpegPath === null) throw new Error('ffmpeg is not installed');
  await run(ffmpegPath, ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', ...args]);
}

/** Frames that ffmpeg decodes. */
export async function decodedFrameCount(path: string): Promise<number> {
  if (ffprobePath === null) throw new Error('ffprobe is not installed');
  return Number.parseInt((await run(ffprobePath, countFramesArgs(path))).stdout, 10);
}
