import { basename } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import { runTool } from '../tools/run-tool.ts';
import type { RunTool } from '../tools/tool-supervisor.ts';
import { damageWords, demuxerOf, keepFramesArgs } from './ffmpeg-input.ts';
import type { ProbedMedia } from './probe.ts';

export type EncodeRequest = {
  readonly ffmpegPath: string;
  readonly ffprobePath: string | null;
  readonly source: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly framesDone: number; readonly frameCount: number }) => void;
  readonly run?: RunTool;
};

/** A keyframe every 8 frames: a random seek decodes 4 on average. The rate factor is well below what an eye can tell. */
const encoderArgs = [
  '-c:v',
  'libx264',
  '-preset',
  'medium',
  '-crf',
  '12',
  '-g',
  '8',
  '-bf',
  '0',
  '-pix_fmt',
  'yuv420p',
] as const;

/**
 * Writes the copy to `partial`. Throws `file_damaged` when a frame of the source can't be decoded cleanly, `disk_full`,
 * `tool_missing`, `tool_failed`, `cancelled`; `partial` may then be there in part.
 */
export async function encodeH264(request: EncodeRequest, wanted: ProbedMedia, partial: string): Promise<void> {
  const run = request.run ?? runTool;
  const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-nostats', '-progress', 'pipe:1'];
  // A decoder that paints over damage would make up pictures: it must stop instead. The demuxer is named and other
  // protocols are closed, so that no file can make ffmpeg open something else.
  const input = [
    '-xerror',
    '-protocol_whitelist',
    'file,pipe',
    '-f',
    demuxerOf(wanted.container),
    '-i',
    `file:${request.source}`,
  ];
  const pictureOnly = ['-map', '0:v:0', '-an', '-sn', '-dn', '-map_metadata', '-1'];
  const output = ['-movflags', '+faststart', '-f', 'mp4', `file:${partial}`];
  const args = [
    ...quiet,
    ...input,
    ...pictureOnly,
    ...(await keepFramesArgs(request.ffmpegPath, request.run ?? runTool, request.signal)),
    ...encoderArgs,
    ...output,
  ];
  try {
    await run({
      path: request.ffmpegPath,
      args,
      signal: request.signal,
      onStdoutLine: (line) => {
        const framesDone = /^frame=\s*(\d+)/.exec(line)?.[1];
        if (framesDone !== undefined)
          request.onProgress({
            framesDone: Math.min(Number(framesDone), wanted.frameCount),
            frameCount: wanted.frameCount,
          });
      },
    });
  } catch (error) {
    throw encodeError(request.source, error);
  }
}

/** What ffmpeg's complaint means. Anything that is not recognised stays as it is. */
function encodeError(source: string, error: unknown): unknown {
  if (!(error instanceof RoomError) || error.code !== 'tool_failed') return error;
  const said = String(error.details?.['stderrTail']);
  const options = { details: { stderrTail: said }, cause: error };
  if (/No space left on device|Disk quota exceeded/i.test(said)) {
    return new RoomError('disk_full', `There is no room left on the disk for a copy of ${basename(source)}.`, {
      ...options,
      hint: 'Free some space, then try again. Nothing was left behind.',
    });
  }
  if (damageWords.test(said)) {
    return new RoomError(
      'file_damaged',
      `${basename(source)} has damaged frames, so it was not converted: made-up pictures would look like its own.`,
      options,
    );
  }
  return error;
}

/** Has ffprobe decode the picture and print how many frames came out. */
export function countFramesArgs(url: string): readonly string[] {
  const count = ['-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0'];
  return ['-v', 'error', '-select_streams', 'v:0', ...count, url];
}

/** Frames that come out of the decoder; null when ffprobe is not there to count them. */
export async function framesDecoded(request: EncodeRequest, path: string): Promise<number | null> {
  if (request.ffprobePath === null) return null;
  const run = request.run ?? runTool;
  const args = countFramesArgs(`file:${path}`);
  const { stdout } = await run({ path: request.ffprobePath, args, signal: request.signal });
  const count = Number.parseInt(stdout.toString('utf8'), 10);
  return Number.isNaN(count) ? null : count;
}
