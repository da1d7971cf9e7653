import type { Transform } from '#shared/rules/orientation/transforms.ts';

/** `colour`: as the file says. The others read brightness alone: depth as grey, or through a colour map. */
export const palettes = ['colour', 'grey', 'turbo', 'viridis'] as const;
export type Palette = (typeof palettes)[number];

/** What the difference shows: each colour by itself, brightness with its sign, or its size as a heat map. */
export const differenceStyles = ['colour', 'signed', 'heat'] as const;
export type DifferenceStyle = (typeof differenceStyles)[number];

/** How one clip is laid for the eye. It goes with the clip when the sides are swapped. */
export type SideLook = {
  readonly turn: Transform;
  /** Near and far swapped: bright is shown as dark. Only where a palette other than `colour` is on. */
  readonly isInverted: boolean;
};

/** Levels of brightness, 0 to 1, that the ends of a palette stand for: the same on all panes. */
export type LevelRange = { readonly low: number; readonly high: number };

export type Look = {
  readonly left: SideLook;
  readonly right: SideLook;
  readonly palette: Palette;
  readonly range: LevelRange;
  readonly differenceStyle: DifferenceStyle;
};

export const asStored: SideLook = { turn: 'identity', isInverted: false };
export const fullRange: LevelRange = { low: 0, high: 1 };
export const plainLook: Look = {
  left: asStored,
  right: asStored,
  palette: 'colour',
  range: fullRange,
  differenceStyle: 'colour',
};
