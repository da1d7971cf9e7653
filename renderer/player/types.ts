/**
 * Words of the player:
 * - *slot*: place in a clip's frame table, counted from 0 in presentation order; a hole is a slot too.
 *   "Own frame k" of a clip is its slot k.
 * - *source frame*: frame of the clip that this clip was cut from (own frame + start of the trim window).
 * - *master frame*: the one integer that a comparison's clock holds; a match table gives each side's slot for it.
 */

/** Where the bytes of a clip come from: a same-origin address, or a file the user dropped on the page. */
export type ClipMedia = { readonly kind: 'url'; readonly url: string } | { readonly kind: 'file'; readonly file: File };

export type ClipSource = {
  readonly media: ClipMedia;
  /** Frames before the trim window in the source clip; 0 for a source clip itself; null when nothing says it. */
  readonly trimStartFrame: number | null;
  /** Frames of the source clip, for labels; null when not known. */
  readonly sourceFrameCount: number | null;
  /** Clips with the same key were cut from the same source clip (or rendered from the same path); null when not known. */
  readonly sourceKey: string | null;
};

/**
 * - `empty`: not decoded yet.
 * - `ready`: its pixels are in the store.
 * - `missing`: there is no such picture (a hole in the times, or cut off at the end of the file).
 * - `damaged`: there is data, but it can't be decoded without guessing.
 */
export type SlotState = 'empty' | 'ready' | 'missing' | 'damaged';
export type SlotReason = 'hole' | 'truncated' | 'not_decodable' | 'damaged_data' | 'reference_missing';

export type ColorMatrix = 'bt601' | 'bt709' | 'bt2020';
export type ColorDescription = {
  readonly matrix: ColorMatrix;
  readonly fullRange: boolean;
  /** True when the file does not say it and the usual rule (below 720 lines: BT.601) was applied. */
  readonly isGuessed: boolean;
};

/** One decoded picture, planes packed one after the other in one buffer: Y, U, V (or RGBA alone). */
export type FramePlanes = {
  readonly layout: 'yuv' | 'rgba';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly chromaWidthPx: number;
  readonly chromaHeightPx: number;
  readonly color: ColorDescription;
  readonly data: Uint8Array<ArrayBuffer>;
};

export const playerErrorCodes = [
  'file_missing',
  'forbidden',
  'network_lost',
  'too_large',
  'not_a_video',
  'codec_refused',
  'no_frames',
  'decoder_failed',
  'no_webcodecs',
  'cancelled',
] as const;
export type PlayerErrorCode = (typeof playerErrorCodes)[number];

/** Plain data, since it crosses the worker's boundary. `message`: what happened; `hint`: what to do. */
export type PlayerFault = { readonly code: PlayerErrorCode; readonly message: string; readonly hint: string };

export class PlayerError extends Error {
  readonly code: PlayerErrorCode;
  readonly hint: string;
  constructor(fault: PlayerFault) {
    super(fault.message);
    this.name = 'PlayerError';
    this.code = fault.code;
    this.hint = fault.hint;
  }
  toFault(): PlayerFault {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}
