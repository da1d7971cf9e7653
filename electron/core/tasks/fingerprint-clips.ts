import { join } from 'node:path';
import type { ReadProblem } from '#shared/model/run.ts';
import { toErrorPayload } from '#shared/errors.ts';
import { fingerprintFile, mediaIdOf } from '../media/media-id.ts';
import type { RunRecord } from '../runs/read/record.ts';

export type FingerprintedMedia = {
  readonly mediaId: string;
  readonly sizeBytes: number;
  readonly headHash: string;
  readonly tailHash: string;
  readonly path: string;
};

/** Names the version of each clip of a run; a clip that can't be read is reported and has no version. */
export async function fingerprintClips(
  record: RunRecord,
  salt: string,
  signal: AbortSignal,
): Promise<{ media: Record<string, string>; versions: FingerprintedMedia[]; problems: ReadProblem[] }> {
  const media: Record<string, string> = {};
  const versions = new Map<string, FingerprintedMedia>();
  const problems: ReadProblem[] = [];
  for (const clip of record.clips) {
    signal.throwIfAborted();
    if (clip.sizeBytes === null) continue;
    const path = join(record.root, clip.path);
    try {
      const print = await fingerprintFile(path);
      const mediaId = mediaIdOf(print, salt);
      media[clip.path] = mediaId;
      versions.set(mediaId, {
        mediaId,
        sizeBytes: print.sizeBytes,
        headHash: print.headHash,
        tailHash: print.tailHash,
        path,
      });
    } catch (thrown) {
      problems.push({ path: clip.path, code: 'unreadable', message: toErrorPayload(thrown).message });
    }
  }
  return { media, versions: [...versions.values()], problems };
}
