import type { ClipPhase } from './clip-store.ts';
import type { Look } from './look.ts';
import type { ClipFacts } from './messages.ts';
import type { Match, MatchChoice } from './match.ts';
import type { PlayerFault, SlotReason, SlotState } from './types.ts';
import type { View } from './view.ts';

export type SideName = 'left' | 'right';
export const compareModes = ['side', 'wipe', 'butterfly', 'difference', 'flicker'] as const;
export type CompareMode = (typeof compareModes)[number];

/** Why a side shows no picture at this master frame; null when it shows one. */
export type SideMark =
  | { readonly kind: 'reading'; readonly loadedBytes: number; readonly totalBytes: number | null }
  | { readonly kind: 'failed'; readonly fault: PlayerFault }
  | { readonly kind: 'not_decoded' }
  | { readonly kind: 'no_match' }
  | { readonly kind: 'no_picture'; readonly state: SlotState; readonly reason: SlotReason }
  | { readonly kind: 'surface_lost' };

export type SideState = {
  readonly phase: ClipPhase;
  /** Own frame at the master frame; null when there is none. */
  readonly frame: number | null;
  /** Frame of the source clip; the own frame when the trim window is not known; null when there is none. */
  readonly sourceFrame: number | null;
  readonly timeSeconds: number | null;
  readonly slotState: SlotState | null;
  /** True when exactly this frame is on the screen. */
  readonly isPainted: boolean;
  readonly mark: SideMark | null;
  /** Pictures in memory. */
  readonly decodedCount: number;
  /** Pictures still to come, of those that memory allows to hold around the playhead. */
  readonly openCount: number;
  readonly frameCount: number | null;
  readonly missingCount: number;
  readonly damagedCount: number;
  readonly facts: ClipFacts | null;
  /** Changes whenever any slot of the clip changes: for the timeline and the filmstrip. */
  readonly storeVersion: number;
};

export type ComparisonState = {
  readonly masterFrame: number;
  readonly firstMaster: number;
  readonly lastMaster: number;
  /** Frames a second of the master clock; null until the clips are read. */
  readonly fps: number | null;
  readonly left: SideState;
  readonly right: SideState | null;
  readonly match: Match | null;
  readonly matchChoice: MatchChoice;
  /** Difference in time of the pair on the screen; null when there is no pair. */
  readonly residualMs: number | null;
  readonly isPlaying: boolean;
  /** True while playing waits for a picture that is not decoded yet. */
  readonly isHolding: boolean;
  readonly rate: number;
  readonly direction: 1 | -1;
  readonly loop: { readonly first: number; readonly last: number } | null;
  readonly isLooping: boolean;
  readonly skippedCount: number;
  readonly mode: CompareMode;
  readonly look: Look;
  readonly view: View;
  /** CSS pixels per pixel of the left picture, as shown. */
  readonly shownScale: number | null;
  readonly split: number;
  readonly gain: number;
  readonly flickerSide: SideName;
  readonly flickerHz: number;
  /** True when the clip that was opened as left is on the right now. */
  readonly isSwapped: boolean;
  readonly surface: 'webgl2' | '2d' | null;
};
