import { lumaOf } from './map-planes.ts';
import type { Comparison } from './comparison.ts';
import { storedPoint } from './turn.ts';
import type { FramePlanes } from './types.ts';
import type { Transform } from '#shared/rules/orientation/transforms.ts';

/** A frame as a unit vector of few brightnesses: a correlation of two is a product. Null for no picture or one of one level. */
export type Outline = Float32Array | null;
export type OffsetSuggestion = {
  /** To be added to the shift of B: so many frames later of B belong to each frame of A. */
  readonly offset: number;
  /** Median likeness (0 to 1) of the pairs there, and where they are now. */
  readonly score: number;
  readonly scoreNow: number;
};

const across = 32;
const down = 24;
const farthest = 12;
/** At least so many pairs must be left at an offset. */
const leastPairs = 8;
/** At least this part of the pairs must be better off there. */
const betterShare = 0.75;
/** And the median pair by this much: less is noise. */
const leastGain = 0.01;

/**
 * The shift of B that fits best, by correlating small outlines of the decoded frames; null when none fits clearly
 * better than where B is now. Only a suggestion: a shift that is made silently would hide a fault of the clip.
 */
export function suggestOffset(comparison: Pick<Comparison, 'pictureAt' | 'getState'>): OffsetSuggestion | null {
  const { firstMaster, lastMaster, look } = comparison.getState();
  const outlines = (side: 'left' | 'right'): Outline[] =>
    Array.from({ length: lastMaster - firstMaster + 1 }, (_, at) => {
      const planes = comparison.pictureAt(side, firstMaster + at);
      return planes === null ? null : outlineOf(planes, look[side].turn);
    });
  return bestOffset(outlines('left'), outlines('right'));
}

/** The same over outlines that are there: one for each master frame and side. */
export function bestOffset(left: readonly Outline[], right: readonly Outline[]): OffsetSuggestion | null {
  const likenessAt = (offset: number): (number | null)[] =>
    left.map((outline, at) => {
      const other = right[at + offset] ?? null;
      return outline === null || other === null ? null : Math.abs(product(outline, other));
    });
  const now = likenessAt(0);
  let best: OffsetSuggestion | null = null;
  for (let offset = -farthest; offset <= farthest; offset += 1) {
    if (offset === 0) continue;
    const there = likenessAt(offset);
    const both = there.flatMap((score, at) => (score === null || now[at] === null ? [] : [[score, now[at]!] as const]));
    if (both.length < leastPairs) continue;
    const gains = both.map(([score, before]) => score - before);
    if (gains.filter((gain) => gain > 0).length < both.length * betterShare || median(gains) < leastGain) continue;
    const score = median(both.map(([each]) => each));
    if (best !== null && score <= best.score) continue;
    best = { offset, score, scoreNow: median(both.map(([, before]) => before)) };
  }
  return best;
}

function outlineOf(planes: FramePlanes, turn: Transform): Outline {
  const luma = lumaOf(planes);
  const { widthPx, heightPx } = planes;
  const values = new Float32Array(across * down);
  for (let y = 0, at = 0; y < down; y += 1)
    for (let x = 0; x < across; x += 1, at += 1) {
      // The mean of a few pixels around the point, so that noise does not decide.
      let sum = 0;
      for (let part = 0; part < 4; part += 1) {
        const [u, v] = storedPoint(turn, (x + 0.25 + 0.5 * (part & 1)) / across, (y + 0.25 + 0.5 * (part >> 1)) / down);
        sum += luma[Math.floor(v * heightPx) * widthPx + Math.floor(u * widthPx)]!;
      }
      values[at] = sum / 4;
    }
  return toUnit(values);
}

/** Zero mean and length one. */
export function toUnit(values: Float32Array): Outline {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const centred = values.map((each) => each - mean);
  const length = Math.sqrt(product(centred, centred));
  return length < 1e-6 ? null : centred.map((each) => each / length);
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += a[at]! * b[at]!;
  return sum;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
