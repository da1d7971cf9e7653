export type MediaContainer = 'mp4' | 'mov' | 'webm' | 'matroska' | 'jpeg' | 'png';

export type MediaDamage = {
  readonly code: 'truncated';
  readonly message: string;
  /** Frames whose bytes are in the file; the rest are only in the packet table. */
  readonly framesOnDisk: number;
};

export type ProbedMedia = {
  readonly ok: true;
  readonly container: MediaContainer;
  /** As a decoder wants it (`avc1.64001f`, `vp09.00.10.08`), else the bare name (`mp4v`, `hev1`, `jpeg`, `png`). */
  readonly codec: string;
  /** For a person: `H.264`, `MPEG-4 Part 2`. */
  readonly codecName: string;
  /** Frames in the packet table that start at or after presentation time zero. 1 for a picture. */
  readonly frameCount: number;
  /** Frames before time zero: kept by a trim without re-encoding, needed to decode, never shown. */
  readonly preRollFrameCount: number;
  /** From the median distance between frames; null when one frame says nothing. */
  readonly fps: number | null;
  readonly durationSeconds: number | null;
  /** Size of the stored picture, before `rotationDegrees`. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Clockwise, to be applied when shown. */
  readonly rotationDegrees: 0 | 90 | 180 | 270;
  readonly keyframeCount: number;
  /** True when Chromium decodes this codec. */
  readonly playable: boolean;
  readonly unplayableBecause: string | null;
  /** The file can be shown in part: what is wrong with it. */
  readonly damage: MediaDamage | null;
};

export type ProbeFailureCode =
  | 'empty'
  | 'not_media'
  | 'truncated'
  | 'moov_missing'
  | 'no_video_track'
  | 'damaged'
  | 'too_large';

export type ProbeFailure = {
  readonly ok: false;
  readonly code: ProbeFailureCode;
  /** One sentence for a person; names no path. */
  readonly message: string;
};

export type ProbeResult = ProbedMedia | ProbeFailure;

/** Thrown inside the probe for bad data, and turned into a `ProbeFailure` at its edge. */
export class ProbeFault extends Error {
  readonly code: ProbeFailureCode;

  constructor(code: ProbeFailureCode, message: string) {
    super(message);
    this.name = 'ProbeFault';
    this.code = code;
  }
}

/** What one track's packet table says, in presentation order. */
export type FrameTable = {
  readonly frameCount: number;
  readonly preRollFrameCount: number;
  readonly keyframeCount: number;
  readonly fps: number | null;
  readonly durationSeconds: number | null;
  /** Frames, pre-roll dropped, whose bytes lie within the file. */
  readonly framesOnDisk: number;
};

/**
 * Counts and rates from presentation times in seconds (zero = start of presentation).
 * Rule: frames that start before zero are pre-roll; frame 0 is the first at or after zero.
 */
export function frameTableOf(
  frames: readonly { readonly seconds: number; readonly isKey: boolean; readonly isOnDisk: boolean }[],
  lastFrameSeconds: number | null,
): FrameTable {
  const shown = frames.filter((frame) => frame.seconds >= 0).toSorted((a, b) => a.seconds - b.seconds);
  const gaps: number[] = [];
  for (const [index, frame] of shown.entries()) {
    const before = shown[index - 1];
    if (before !== undefined && frame.seconds > before.seconds) gaps.push(frame.seconds - before.seconds);
  }
  gaps.sort((a, b) => a - b);
  const medianGap = gaps[Math.floor(gaps.length / 2)] ?? lastFrameSeconds;
  const first = shown[0];
  const last = shown.at(-1);
  const lastGap = lastFrameSeconds ?? medianGap;
  return {
    frameCount: shown.length,
    preRollFrameCount: frames.length - shown.length,
    keyframeCount: shown.filter((frame) => frame.isKey).length,
    fps: medianGap === null || medianGap <= 0 ? null : Math.round(1e6 / medianGap) / 1e6,
    durationSeconds:
      first === undefined || last === undefined || lastGap === null ? null : last.seconds - first.seconds + lastGap,
    framesOnDisk: shown.filter((frame) => frame.isOnDisk).length,
  };
}
