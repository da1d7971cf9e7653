import type { ClipWithRun } from '#shared/model/clip.ts';
import type { ClipSource } from '../../player/index.ts';
import { clipWords } from './words.ts';

/** One side of a comparison: a clip of the room, or a file dropped on the page. */
export type Subject = {
  readonly clip: ClipWithRun | null;
  readonly file: File | null;
  readonly name: string;
  readonly detail: string;
  readonly tail: string;
  /** Changes when other bytes are to be shown. */
  readonly mediaKey: string;
  readonly isConverted: boolean;
  readonly source: ClipSource;
};

/** Clips that are a source themselves: their first frame is source frame 0. */
const sourceRoles: ReadonlySet<ClipWithRun['role']> = new Set(['render', 'depth', 'composite', 'polished']);

export function subjectOfClip(clip: ClipWithRun): Subject {
  const isConverted = !clip.playable && clip.convertedMediaId !== null;
  const trim = clip.trim;
  // A window tells where each frame comes from only while there is one frame for each of its frames.
  const isOneByOne = trim === null || clip.frameCount === null || clip.frameCount <= trim.frameCount;
  const start = trim?.startFrame ?? (sourceRoles.has(clip.role) ? 0 : null);
  const mediaId = isConverted ? clip.convertedMediaId : clip.mediaId;
  return {
    clip,
    file: null,
    name: clip.runName,
    detail: clipWords(clip),
    // The usual name of a run begins with its instance.
    tail: clip.instanceId === null || clip.runName.includes(clip.instanceId) ? '' : clip.instanceId,
    mediaKey: mediaId ?? `none ${clip.id}`,
    isConverted,
    source: {
      // Without a media id there is nothing to ask for: the room answers "gone", as for any file that is.
      media: { kind: 'url', url: `/media/${encodeURIComponent(mediaId ?? 'none')}` },
      trimStartFrame: isOneByOne ? start : null,
      sourceFrameCount: clip.trim?.sourceFrameCount ?? (sourceRoles.has(clip.role) ? clip.frameCount : null),
      sourceKey: clip.clipName,
    },
  };
}

export function subjectOfFile(file: File): Subject {
  return {
    clip: null,
    file,
    name: file.name,
    detail: 'dropped file',
    tail: '',
    mediaKey: `${file.name} ${file.size} ${file.lastModified}`,
    isConverted: false,
    source: { media: { kind: 'file', file }, trimStartFrame: null, sourceFrameCount: null, sourceKey: null },
  };
}
