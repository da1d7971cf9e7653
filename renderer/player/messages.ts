import type { PosterFrame } from './poster.ts';
import type { FrameTable } from './frame-table.ts';
import type { ClipMedia, FramePlanes, PlayerFault, SlotReason } from './types.ts';

/** What is known of a clip once its packet table was read. */
export type ClipFacts = {
  readonly table: FrameTable;
  readonly codec: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Clockwise degrees the container asks for. The player shows the stored orientation and only tells of it. */
  readonly rotationDegrees: number;
  readonly isFlipped: boolean;
  readonly fileBytes: number;
  /** Decoder preference that was accepted. */
  readonly acceleration: 'prefer-software' | 'no-preference';
};

export type ToWorker =
  | { readonly t: 'open'; readonly clip: number; readonly media: ClipMedia }
  /** Wanted slots, and where the playhead is: its keyframe group is decoded first. Replaces the last wish. */
  | {
      readonly t: 'want';
      readonly clip: number;
      /** Number of this wish: told back when it is fulfilled. */
      readonly wish: number;
      readonly first: number;
      readonly last: number;
      readonly playhead: number;
    }
  /** These slots were thrown out of the store: they may be wanted again. */
  | { readonly t: 'dropped'; readonly clip: number; readonly slots: readonly number[] }
  | { readonly t: 'close'; readonly clip: number }
  | {
      readonly t: 'poster';
      readonly job: number;
      readonly media: ClipMedia;
      readonly at: PosterFrame;
      readonly maxWidthPx: number;
    }
  | { readonly t: 'cancel'; readonly job: number };

export type FromWorker =
  | { readonly t: 'progress'; readonly clip: number; readonly loadedBytes: number; readonly totalBytes: number | null }
  | { readonly t: 'opened'; readonly clip: number; readonly facts: ClipFacts }
  | { readonly t: 'frame'; readonly clip: number; readonly slot: number; readonly planes: FramePlanes }
  | {
      readonly t: 'marked';
      readonly clip: number;
      readonly slots: readonly number[];
      readonly state: 'missing' | 'damaged';
      readonly reason: SlotReason;
    }
  /** Everything of this wish was delivered or marked. */
  | { readonly t: 'settled'; readonly clip: number; readonly wish: number }
  | { readonly t: 'failed'; readonly clip: number; readonly fault: PlayerFault }
  | {
      readonly t: 'poster';
      readonly job: number;
      readonly bitmap: ImageBitmap;
      readonly frame: number;
      readonly frameCount: number;
      readonly widthPx: number;
      readonly heightPx: number;
    }
  | { readonly t: 'poster_failed'; readonly job: number; readonly fault: PlayerFault };
