import { brightnessOf } from './color-map.ts';
import type { Comparison } from './comparison.ts';
import { fullRange, type LevelRange } from './look.ts';
import { lumaOf } from './map-planes.ts';
import type { FramePlanes } from './types.ts';

/** Every so many pixels are counted: the ends of a range do not need each one. */
const stride = 17;
/** So large a part of the pixels lies outside of the range, at each end. */
const tail = 0.01;

/**
 * The levels between which nearly all decoded pixels of both clips lie: one range, so that the same depth has the
 * same colour on every pane and in every frame. The full range while nothing is decoded.
 */
export function fitRange(comparison: Pick<Comparison, 'pictureAt' | 'getState'>): LevelRange {
  const { firstMaster, lastMaster, look } = comparison.getState();
  const counts = new Uint32Array(256);
  for (const side of ['left', 'right'] as const) {
    for (let frame = firstMaster; frame <= lastMaster; frame += 1) {
      const planes = comparison.pictureAt(side, frame);
      if (planes !== null) count(planes, look[side].isInverted, counts);
    }
  }
  return rangeOf(counts);
}

function count(planes: FramePlanes, isInverted: boolean, counts: Uint32Array): void {
  const isFullRange = planes.layout === 'rgba' || planes.color.fullRange;
  const luma = lumaOf(planes);
  for (let at = 0; at < luma.length; at += stride) {
    const share = Math.min(1, Math.max(0, brightnessOf(luma[at]!, isFullRange)));
    counts[Math.round((isInverted ? 1 - share : share) * 255)]! += 1;
  }
}

/** The levels (0 to 1) below and above which a hundredth of the counted pixels lies. */
export function rangeOf(counts: Uint32Array): LevelRange {
  const total = counts.reduce((sum, each) => sum + each, 0);
  if (total === 0) return fullRange;
  const edge = (from: number, step: 1 | -1): number => {
    let seen = 0;
    for (let at = from; at >= 0 && at < 256; at += step) {
      seen += counts[at]!;
      if (seen > total * tail) return at;
    }
    return from;
  };
  const low = edge(0, 1);
  const high = edge(255, -1);
  // A picture of one level has no range: around it, so that it is shown as the middle.
  if (high - low >= 2) return { low: low / 255, high: high / 255 };
  return { low: Math.max(0, low / 255 - 0.01), high: Math.min(1, high / 255 + 0.01) };
}
