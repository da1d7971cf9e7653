import type { LumaPlane } from './grid.ts';
import { prepare, type Prepared } from './residual.ts';
import { evenPlaces, toGrids } from './sample-frames.ts';
import type { OrientationFacts } from './verdict.ts';
import type { FramePair } from './scores.ts';

/** How far a shift in time is looked for, frames to each side. */
const farthestShift = 3;

/**
 * Decoded depth as the facts of a check. Frame `n` of the control file belongs to frame `n` of `input`, which
 * is trimmed as the clip was.
 * @param frames all frames of both, in order; of one size each
 */
export function factsOf(frames: {
  readonly control: readonly LumaPlane[];
  readonly input: readonly LumaPlane[];
  readonly otherInputs?: readonly (readonly Prepared[])[];
}): OrientationFacts {
  const length = Math.min(frames.control.length, frames.input.length);
  if (length === 0) return { pairs: [], shifted: [], otherInputs: [] };
  const places = evenPlaces(length);
  const offsets = Array.from({ length: 2 * farthestShift + 1 }, (_, at) => at - farthestShift);
  const wanted = [...new Set(places.flatMap((place) => offsets.map((offset) => place + offset)))].filter(
    (place) => place >= 0 && place < frames.control.length,
  );
  const grids = toGrids(
    wanted.map((place) => frames.control[place]!),
    places.map((place) => frames.input[place]!),
  );
  const control = new Map(wanted.map((place, at) => [place, prepare(grids.control[at]!)]));
  const input = new Map(places.map((place, at) => [place, prepare(grids.input[at]!)]));
  const pairsAt = (offset: number): FramePair[] =>
    places.flatMap((place) => {
      const shown = control.get(place + offset);
      return shown === undefined ? [] : [{ control: shown, input: input.get(place)! }];
    });
  return {
    pairs: pairsAt(0),
    shifted: offsets.filter((offset) => offset !== 0).map((offset) => ({ offset, pairs: pairsAt(offset) })),
    otherInputs: frames.otherInputs ?? [],
  };
}
