import { z } from 'zod';
import { percentile } from './grid.ts';
import type { Prepared } from './residual.ts';
import {
  candidatesOf,
  likenessAt,
  mainScore,
  scorePair,
  summarise,
  type BandPair,
  type FramePair,
  type Likeness,
  type Summary,
} from './scores.ts';
import { bestShift, type ShiftedControls, type TimeShift } from './time-shift.ts';
import type { Transform } from './transforms.ts';

export const orientationVerdictSchema = z.enum([
  'aligned',
  'misaligned',
  'inconclusive',
  'not_the_same_clip',
  'time_shift',
]);
export type OrientationVerdict = z.infer<typeof orientationVerdictSchema>;

/** `unclear`: nothing is correlated enough to say which way near and far lie. */
export const polaritySchema = z.enum(['same', 'inverted', 'unclear']);
export type Polarity = z.infer<typeof polaritySchema>;

/**
 * The numbers that decide. Source: tuned on generated scenes at a 64-cell grid and these blurs, then run once
 * on others; none of 320 verdicts was wrong. With another grid they are void.
 */
export const orientationThresholds = {
  leastPairs: 8,
  leastRangeLevels: 16,
  leastEnergyShare: 0.02,
  leastTexturedShare: 0.75,
  score: 0.4,
  margin: 0.2,
  winShare: 0.8,
  votes: 2,
  misalignedScore: 0.5,
  misalignedMargin: 0.25,
  shiftGain: 0.05,
  shiftBetterShare: 0.75,
  shiftLeastGain: 0.003,
  clearPolarity: 0.1,
  /** Other clips from which a 95th percentile says something. */
  enoughOtherClips: 20,
} as const;

/** Changes whenever grid, blurs, scores or thresholds do: a verdict names the rules that gave it. */
export const orientationRulesVersion = 1;

/** One clip's control depth beside its input depth. */
export type OrientationFacts = {
  /** Matched frames, evenly spaced. */
  readonly pairs: readonly FramePair[];
  /** Control frames before and after those of the pairs. */
  readonly shifted: readonly ShiftedControls[];
  /** The control depth beside the input depth of other clips: what a pair that does not belong together gets. */
  readonly others: readonly (readonly BandPair[])[];
  /** Other clips that were left out: their depth looks like this clip's own and can not tell the two apart. */
  readonly alikeCount: number;
};

export type OrientationReading = {
  readonly verdict: OrientationVerdict;
  /** What has to be done to the control depth for it to lie as the input depth does; null unless decided. */
  readonly transform: Transform | null;
  readonly polarity: Polarity;
  /** One sentence for people. */
  readonly because: string;
  /** Null when the depth had no structure to score. */
  readonly summary: Summary | null;
  readonly likeness: Likeness | null;
  readonly pairCount: number;
  /** Frames later at which the control depth fits better, surely or maybe; null when it does not. */
  readonly shiftFrames: number | null;
  readonly sameClip: {
    /** 95th percentile of what other clips get; null when there are none. */
    readonly bar: number | null;
    readonly otherCount: number;
    /** False while there are too few other clips for the percentile to mean much: then the largest counts. */
    readonly isEnough: boolean;
    readonly alikeCount: number;
  };
};

const repairs: Readonly<Record<Exclude<Transform, 'identity'>, string>> = {
  rotate_180: 'turned by 180 degrees',
  flip_left_right: 'mirrored left to right',
  flip_up_down: 'mirrored top to bottom',
  rotate_90: 'turned by 90 degrees clockwise',
  rotate_270: 'turned by 90 degrees anticlockwise',
  transpose: 'mirrored along its diagonal',
  anti_transpose: 'mirrored along its other diagonal',
};

/**
 * Does the control depth lie as the input depth does? Decides only where the pictures carry it: without
 * structure, with few frames, or when symmetric scenes look alike both ways, it is inconclusive and a person
 * looks. Raw likeness is no evidence: a floor makes every flip look right.
 */
export function readOrientation(facts: OrientationFacts): OrientationReading {
  const { pairs } = facts;
  const limits = orientationThresholds;
  const otherCount = facts.others.length;
  const nothing = (because: string): OrientationReading => ({
    verdict: 'inconclusive',
    transform: null,
    polarity: 'unclear',
    because,
    summary: null,
    likeness: null,
    pairCount: pairs.length,
    shiftFrames: null,
    sameClip: { bar: null, otherCount, isEnough: false, alikeCount: facts.alikeCount },
  });
  if (pairs.length < limits.leastPairs)
    return nothing(`${pairs.length} frames can be matched; ${limits.leastPairs} are needed.`);
  const candidates = candidatesOf(pairs[0]!.control.band, pairs[0]!.input.band);
  if (candidates.length === 0) return nothing('The two depths have different shapes, whichever way they are turned.');
  const flat = (['control', 'input'] as const).find((side) => !hasStructure(pairs.map((pair) => pair[side])));
  if (flat !== undefined) return nothing(`The ${flat} depth has no structure that could show which way it lies.`);

  const summary = summarise(
    pairs.map((pair) => scorePair(pair, candidates)),
    candidates,
  );
  const likeness = likenessAt(pairs, summary.best);
  const others = facts.others.map((other) => mainScore(other, candidatesOf(other[0]!.control, other[0]!.input)));
  const isEnough = otherCount >= limits.enoughOtherClips;
  const bar = otherCount === 0 ? null : isEnough ? percentile(others, 0.95) : Math.max(...others);
  const shift = bestShift(pairs, facts.shifted, candidates, limits.leastPairs);
  const isShifted = shift !== null && isClearShift(shift, summary.score);
  const mayBeShifted = shift !== null && isPossibleShift(shift);
  const reading = {
    polarity: polarityOf(likeness),
    summary,
    likeness,
    pairCount: pairs.length,
    shiftFrames: isShifted || mayBeShifted ? shift.frames : null,
    sameClip: { bar, otherCount, isEnough, alikeCount: facts.alikeCount },
  };
  if (bar !== null && summary.score <= bar)
    return {
      ...reading,
      verdict: 'not_the_same_clip',
      transform: null,
      polarity: 'unclear',
      because: `It fits the input depth of another clip as well (${bar.toFixed(2)}, its own ${summary.score.toFixed(2)}): it may not be of this clip.`,
    };
  if (isShifted)
    return {
      ...reading,
      verdict: 'time_shift',
      transform: null,
      because: `The control depth fits better ${wordsOfShift(shift.frames)}: it is shifted in time, which says nothing about how it lies.`,
    };
  const decided = decide(summary);
  if (decided.verdict === 'aligned' && mayBeShifted)
    return {
      ...reading,
      verdict: 'inconclusive',
      transform: null,
      because: `It lies as the input depth does, and ${Math.round(shift.betterShare * 100)} % of its frames fit a little better ${wordsOfShift(shift.frames)}: it may be shifted in time.`,
    };
  return { ...reading, ...decided };
}

/** Far away only some offsets are tried. */
function wordsOfShift(shift: number): string {
  const frames = Math.abs(shift);
  return `${frames > 3 ? 'about ' : ''}${frames} ${frames === 1 ? 'frame' : 'frames'} ${shift > 0 ? 'later' : 'earlier'}`;
}

function hasStructure(frames: readonly Prepared[]): boolean {
  const limits = orientationThresholds;
  const textured = frames.filter(
    (frame) => frame.rangeLevels >= limits.leastRangeLevels && frame.energyShare >= limits.leastEnergyShare,
  );
  return textured.length / frames.length >= limits.leastTexturedShare;
}

/** Noise can fit better somewhere too: a shift is one only where the shifted frames would be decisive. */
function isClearShift(shift: TimeShift, score: number): boolean {
  const limits = orientationThresholds;
  return shift.score >= limits.score && shift.score > score + limits.shiftGain;
}

/** Little is gained, by nearly every frame: too little to say that it is shifted, and too much to say that it is not. */
function isPossibleShift(shift: TimeShift): boolean {
  const limits = orientationThresholds;
  return shift.betterShare >= limits.shiftBetterShare && shift.gain >= limits.shiftLeastGain;
}

function polarityOf({ rawCorrelation }: Likeness): Polarity {
  if (Math.abs(rawCorrelation) < orientationThresholds.clearPolarity) return 'unclear';
  return rawCorrelation < 0 ? 'inverted' : 'same';
}

function decide(summary: Summary): Pick<OrientationReading, 'verdict' | 'transform' | 'because'> {
  const limits = orientationThresholds;
  const { best, score, margin, winShare, votes } = summary;
  const evidence = `Score ${score.toFixed(2)}, margin ${margin.toFixed(2)}, ${Math.round(winShare * 100)} % of frames`;
  const missing = [
    ...(score >= limits.score ? [] : [`score ${score.toFixed(2)}, needs ${limits.score.toFixed(2)}`]),
    ...(margin >= limits.margin ? [] : [`margin ${margin.toFixed(2)}, needs ${limits.margin.toFixed(2)}`]),
    ...(winShare >= limits.winShare ? [] : [`on top in ${Math.round(winShare * 100)} % of frames, needs 80 %`]),
    ...(votes >= limits.votes ? [] : [`${votes} of 3 other likenesses agree, needs ${limits.votes}`]),
  ];
  if (missing.length > 0)
    return { verdict: 'inconclusive', transform: null, because: `Not decisive: ${missing.join('; ')}.` };
  if (best === 'identity')
    return { verdict: 'aligned', transform: 'identity', because: `It lies as the input depth does. ${evidence}.` };
  if (score < limits.misalignedScore || margin < limits.misalignedMargin)
    return {
      verdict: 'inconclusive',
      transform: null,
      because: `It would fit ${repairs[best]}, and not clearly enough to say so: ${evidence.toLowerCase()}.`,
    };
  return { verdict: 'misaligned', transform: best, because: `It lies wrong: it fits ${repairs[best]}. ${evidence}.` };
}
