import { join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import type { ClipWithRun } from '#shared/model/clip.ts';
import type { MethodOutput } from '#shared/contract/index.ts';
import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { Clock } from '../ports.ts';
import type { ToolFinder } from '../tools/find-tool.ts';
import type { ToolSupervisor } from '../tools/tool-supervisor.ts';
import { convertToH264 } from './convert.ts';
import { mediaIdOf } from './media-id.ts';
import type { MediaService } from './media-service.ts';

export type ConvertClip = (clip: ClipWithRun, context: JobContext) => Promise<MethodOutput<'clips.convert'>>;

export const convertedFolder = (workspacePath: string): string => join(workspacePath, 'cache', 'converted');

/** Makes the cached H.264 copy of a clip and tells the history of it; the original is only read. */
export function createConvertClip(deps: {
  readonly database: Database;
  readonly media: MediaService;
  readonly tools: ToolFinder;
  readonly supervisor: ToolSupervisor;
  readonly clock: Clock;
  readonly emit: EmitEvent;
  readonly workspacePath: string;
  readonly mediaSalt: string;
}): ConvertClip {
  return async (clip, context) => {
    if (clip.mediaId === null)
      throw new RoomError('file_missing', `${clip.fileName} can not be converted: its file was never read.`);
    const [ffmpeg, ffprobe] = await Promise.all([deps.tools.find('ffmpeg'), deps.tools.find('ffprobe')]);
    if (!ffmpeg.found)
      throw new RoomError('tool_missing', `ffmpeg is needed to convert ${clip.fileName}. ${ffmpeg.why}`, {
        hint: ffmpeg.fix,
      });
    const place = await deps.media.locate(clip.mediaId);
    const folder = convertedFolder(deps.workspacePath);
    const converted = await context.step('Convert to H.264', () =>
      convertToH264({
        ffmpegPath: ffmpeg.path,
        ffprobePath: ffprobe.found ? ffprobe.path : null,
        source: place.path,
        destinationFolder: folder,
        signal: context.signal,
        run: deps.supervisor.run,
        onProgress: ({ framesDone, frameCount }) =>
          context.progress({
            done: framesDone,
            total: frameCount,
            unit: 'steps',
            message: `${framesDone} of ${frameCount} frames`,
          }),
      }),
    );
    const convertedMediaId = mediaIdOf(converted.fingerprint, deps.mediaSalt);
    const now = new Date(deps.clock.now()).toISOString();
    const { codec, frameCount, fps, durationSeconds, widthPx, heightPx, playable, unplayableBecause } = converted.probe;
    const { sizeBytes, headHash, tailHash } = converted.fingerprint;
    await deps.database.write('media.saveVersions', {
      now,
      versions: [
        {
          mediaId: convertedMediaId,
          sizeBytes,
          headHash,
          tailHash,
          sha256: null,
          signature: null,
          probe: { codec, frameCount, fps, durationSeconds, widthPx, heightPx, playable, unplayableBecause },
        },
      ],
    });
    await deps.database.write('media.saveConversion', {
      mediaId: clip.mediaId,
      convertedMediaId,
      path: converted.path,
      root: folder,
      now,
    });
    deps.emit({ name: 'clips.changed', payload: { runIds: [clip.runId] } });
    return { clipId: clip.id, convertedMediaId, frameCount: converted.frameCount };
  };
}
