import type { ToolFinder } from '../tools/find-tool.ts';
import type { ToolSupervisor } from '../tools/tool-supervisor.ts';
import { formatSignature, readSignature } from './signature.ts';

/** Low-resolution pictures of a clip as text; null when ffmpeg is not here or the clip can't be decoded. */
export type ReadClipSignature = (
  path: string,
  frameCount: number | null,
  signal?: AbortSignal,
) => Promise<string | null>;

export function createSignatureReader(deps: {
  readonly tools: Pick<ToolFinder, 'find'>;
  readonly supervisor: ToolSupervisor;
}): ReadClipSignature {
  return async (path, frameCount, signal) => {
    if (frameCount === null) return null;
    const ffmpeg = await deps.tools.find('ffmpeg');
    if (!ffmpeg.found) return null;
    try {
      return formatSignature(
        await readSignature({
          ffmpegPath: ffmpeg.path,
          path,
          frameCount,
          run: deps.supervisor.run,
          ...(signal === undefined ? {} : { signal }),
        }),
      );
    } catch {
      // Without pictures a later comparison rests on frame count and size, and says so.
      return null;
    }
  };
}
