import { correlation, median, shrink, type LumaPlane } from './grid.ts';
import { bandOf, prepare } from './residual.ts';
import { evenPlaces, toGrids } from './sample-frames.ts';
import type { BandPair, FramePair } from './scores.ts';
import type { OrientationFacts } from './verdict.ts';

/** Decoded frames in order, which may be read one by one; a list of planes is one. */
export type FrameSource = { readonly length: number; readonly at: (index: number) => LumaPlane | undefined };

/** Where a shift in time is looked for, frames to each side: every one near 0, and some far away. */
const shifts = [1, 2, 3, 6, 9, 12, 18, 24] as const;

/** Frames of another clip that are enough to tell it from this one. */
const framesOfOther = 8;
/** Input depths that correlate more than this show one scene from one path: they can not tell two clips apart. */
const alikeFrom = 0.8;

/** What is kept of an input depth for the checks of other clips: a few small frames, evenly spaced. */
export function sampleOther(input: FrameSource): readonly LumaPlane[] {
  return evenPlaces(input.length, framesOfOther).map((place) => shrink(input.at(place)!));
}

/**
 * Decoded depth as the facts of a check. Frame `n` of the control file belongs to frame `n` of `input`, which
 * is trimmed as the clip was.
 * @param frames all frames of both, in order; of one size each. Only those that are compared are asked for.
 *   `others` are samples of the input depth of other clips.
 */
export function factsOf(frames: {
  readonly control: FrameSource;
  readonly input: FrameSource;
  readonly others?: readonly (readonly LumaPlane[])[];
}): OrientationFacts {
  const { control, input } = frames;
  const length = Math.min(control.length, input.length);
  if (length === 0) return { pairs: [], shifted: [], others: [], alikeCount: 0 };
  const places = evenPlaces(length);
  const offsets = shifts.flatMap((shift) => [-shift, shift]);
  const moved = [...new Set(places.flatMap((place) => offsets.map((offset) => place + offset)))].filter(
    (place) => place >= 0 && place < control.length,
  );
  const grids = toGrids(
    [...places, ...moved].map((place) => control.at(place)!),
    places.map((place) => input.at(place)!),
  );
  const pairs = places.map((_, at): FramePair => ({
    control: prepare(grids.control[at]!),
    input: prepare(grids.input[at]!),
  }));
  const bandAt = new Map(moved.map((place, at) => [place, bandOf(grids.control[places.length + at]!)]));
  const shifted = offsets.map((offset) => ({
    offset,
    controls: places.map((place) => bandAt.get(place + offset) ?? null),
  }));
  const smallFrames = smallFramesOf(control);
  const others = (frames.others ?? [])
    .filter((other) => other.length > 0)
    .map((other) => pairsWithOther(smallFrames, other))
    .filter((other) => !looksLike(other, pairs));
  return { pairs, shifted, others, alikeCount: (frames.others?.length ?? 0) - others.length };
}

type SmallFrames = (count: number) => readonly LumaPlane[];

/** Evenly spaced small frames of a clip, made once for each count: two dozen other clips are held against the same. */
function smallFramesOf(source: FrameSource): SmallFrames {
  const made = new Map<number, readonly LumaPlane[]>();
  return (count) => {
    const known = made.get(count) ?? evenPlaces(source.length, count).map((place) => shrink(source.at(place)!));
    made.set(count, known);
    return known;
  };
}

/** The control depth beside the input depth of another clip, at the same parts of both. */
function pairsWithOther(smallFrames: SmallFrames, other: readonly LumaPlane[]): readonly BandPair[] {
  const own = smallFrames(other.length);
  const grids = toGrids(own, other.slice(0, own.length));
  return own.map((_, at) => ({ control: bandOf(grids.control[at]!), input: bandOf(grids.input[at]!) }));
}

function looksLike(other: readonly BandPair[], own: readonly FramePair[]): boolean {
  const alike = other.map(({ input }, at) => {
    const same = own[Math.floor((at * own.length) / other.length)]!.input.band;
    return same.width === input.width && same.height === input.height
      ? Math.abs(correlation(same.values, input.values))
      : 0;
  });
  return median(alike) >= alikeFrom;
}
