import { mean, median, type Grid } from './grid.ts';
import type { FramePair } from './scores.ts';
import { applyTransform, type Transform } from './transforms.ts';

/** Bands of the control frames that lie `offset` frames later than those of the pairs, in their order; null past an end. */
export type ShiftedControls = { readonly offset: number; readonly controls: readonly (Grid | null)[] };

export type TimeShift = {
  /** Frames later at which the control depth fits better. */
  readonly frames: number;
  /** Its median score there, and how many frames are better off there than where they are. */
  readonly score: number;
  readonly betterShare: number;
  /** Median of what a frame gains. */
  readonly gain: number;
};

/**
 * The offset at which the control depth fits best, when it is another one than 0; null when it is not. Slow clips gain
 * little by the right offset, and then nearly every frame gains it: so each frame is held against itself.
 * @param leastPairs frames that must be there at an offset
 */
export function bestShift(
  pairs: readonly FramePair[],
  shifted: readonly ShiftedControls[],
  candidates: readonly Transform[],
  leastPairs: number,
): TimeShift | null {
  const inputs = pairs.map(({ input }) => toUnit(input.band));
  const turned = new Map<Grid, readonly Float64Array[]>();
  const turnsOf = (control: Grid): readonly Float64Array[] => {
    const known = turned.get(control) ?? candidates.map((transform) => toUnit(applyTransform(control, transform)));
    turned.set(control, known);
    return known;
  };
  const scoresAt = (controls: readonly (Grid | null)[], candidate: number): readonly (number | null)[] =>
    controls.map((control, at) =>
      control === null ? null : Math.abs(product(turnsOf(control)[candidate]!, inputs[at]!)),
    );
  const here = candidates.map((_, candidate) =>
    scoresAt(
      pairs.map(({ control }) => control.band),
      candidate,
    ),
  );
  const found = shifted.flatMap(({ offset, controls }) =>
    candidates.flatMap((_, candidate): TimeShift[] => {
      const there = scoresAt(controls, candidate);
      const kept = there.filter((score) => score !== null);
      if (kept.length < leastPairs) return [];
      const gains = there.flatMap((score, at) => (score === null ? [] : [score - here[candidate]![at]!]));
      const better = gains.filter((gain) => gain > 0).length;
      return [{ frames: offset, score: median(kept), betterShare: better / gains.length, gain: median(gains) }];
    }),
  );
  const best = found.toSorted((a, b) => b.score - a.score || Math.abs(a.frames) - Math.abs(b.frames))[0];
  const stay = Math.max(...here.map((scores) => median(scores.map((score) => score!))));
  return best !== undefined && best.score > stay ? best : null;
}

/** Zero mean and length one, so that a correlation is a product. */
function toUnit({ values }: Grid): Float64Array {
  const middle = mean(values);
  const centred = Float64Array.from(values, (value) => value - middle);
  const length = Math.sqrt(product(centred, centred));
  return length < 1e-9 ? centred.fill(0) : centred.map((value) => value / length);
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += a[at]! * b[at]!;
  return sum;
}
