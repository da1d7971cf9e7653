import type { RunTool } from '../tools/tool-supervisor.ts';
import type { MediaContainer } from './probe-result.ts';

/** The demuxer is always named: a file can not choose which part of ffmpeg reads it. */
export function demuxerOf(container: MediaContainer): string {
  return container === 'webm' || container === 'matroska' ? 'matroska' : 'mov';
}

/** One frame out for each frame in. The option changed its name in ffmpeg 5.1, and the old one is gone from later versions. */
export async function keepFramesArgs(
  ffmpegPath: string,
  run: RunTool,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const { stdout } = await run({
    path: ffmpegPath,
    args: ['-hide_banner', '-version'],
    signal,
    timeoutMs: 10_000,
  });
  const match = /version n?(\d+)\.(\d+)/.exec(stdout.toString('utf8'));
  const isOld = match !== null && (Number(match[1]) < 5 || (Number(match[1]) === 5 && Number(match[2]) < 1));
  return isOld ? ['-vsync', '0'] : ['-fps_mode', 'passthrough'];
}

/** ffmpeg's words for pictures that it could not decode cleanly. */
export const damageWords =
  /corrupt decoded frame|corrupt input packet|Error while decoding|Invalid data found|Error submitting packet|header damaged|concealing/i;
