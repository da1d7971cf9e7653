import type { DifferenceStyle, Look, Palette, SideLook } from '../../player/index.ts';
import { transformWords } from '../orientation/words.ts';

export const paletteWords: Readonly<Record<Palette, string>> = {
  colour: 'Stored',
  grey: 'Grey',
  turbo: 'Turbo',
  viridis: 'Viridis',
};

export const differenceWords: Readonly<Record<DifferenceStyle, string>> = {
  colour: 'Colour',
  signed: 'Signed',
  heat: 'Heat',
};

/** What a side does not show as it is stored, in words; null when it does. */
export function sideLookWords({ turn, isInverted }: SideLook, palette: Palette): string | null {
  const parts = [
    ...(turn === 'identity' ? [] : [transformWords[turn]]),
    ...(isInverted && palette !== 'colour' ? ['near and far swapped'] : []),
  ];
  return parts.length === 0 ? null : `Shown ${parts.join(', ')}`;
}

export function isChanged({ left, right, palette, range }: Look): boolean {
  const isTurned = [left, right].some((side) => side.turn !== 'identity' || side.isInverted);
  return isTurned || palette !== 'colour' || range.low !== 0 || range.high !== 1;
}

/** Levels of 255 that the full end of a difference scale stands for, at a gain. */
export function fullDifference(gain: number): string {
  const levels = 255 / gain;
  return levels >= 10 ? String(Math.round(levels)) : levels.toFixed(1);
}
