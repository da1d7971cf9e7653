import { z } from 'zod';
import type { Answer, FrameLabel, StudyPair } from './labels.ts';

/** What one source clip says, all of its pairs averaged. Shares are of frames, 0 to 1. */
const clipEffectSchema = z.object({
  sourceClip: z.string(),
  pairCount: z.number().int(),
  baselineShare: z.number(),
  candidateShare: z.number(),
  /** Candidate minus baseline. */
  difference: z.number(),
  /** The same with every unsure answer counted against the candidate. */
  worstDifference: z.number(),
  lossReason: z.string().nullable(),
});
export type ClipEffect = z.infer<typeof clipEffectSchema>;

export const effectsOfClipsSchema = z.object({
  clips: z.array(clipEffectSchema),
  plannedFrames: z.number().int(),
  validFrames: z.number().int(),
  /** Share of all answers that were unsure; per side, because dropping them from one side alone makes bias. */
  unsureShare: z.object({ all: z.number(), baseline: z.number(), candidate: z.number() }),
});
export type EffectsOfClips = z.infer<typeof effectsOfClipsSchema>;

/**
 * Variants, prompts and seeds of one source are averaged into its difference first: counted as clips of their
 * own they made 11 to 31 % false alarms.
 */
export function effectsOf(pairs: readonly StudyPair[]): EffectsOfClips {
  const frames = new Map(pairs.map((pair) => [pair.pairId, settledFrames(pair)]));
  const bySource = new Map<string, StudyPair[]>();
  for (const pair of pairs) bySource.set(pair.sourceClip, [...(bySource.get(pair.sourceClip) ?? []), pair]);
  const clips = [...bySource].flatMap(([sourceClip, own]) => {
    const effects = own.flatMap((pair) => effectOfPair(frames.get(pair.pairId)!) ?? []);
    if (effects.length === 0) return [];
    const average = (of: (effect: PairEffect) => number): number =>
      effects.reduce((sum, effect) => sum + of(effect), 0) / effects.length;
    return [
      {
        sourceClip,
        pairCount: effects.length,
        baselineShare: average((it) => it.baselineShare),
        candidateShare: average((it) => it.candidateShare),
        difference: average((it) => it.candidateShare - it.baselineShare),
        worstDifference: average((it) => it.worstDifference),
        lossReason: own.find((pair) => pair.lossReason !== null)?.lossReason ?? null,
      },
    ];
  });
  const all = [...frames.values()].flat();
  const unsure = (side: 'baseline' | 'candidate'): number => all.filter((frame) => frame[side] === 'unsure').length;
  const shareOf = (count: number, of: number): number => (of === 0 ? 0 : count / of);
  return {
    clips,
    plannedFrames: pairs.reduce((sum, pair) => sum + pair.plannedFrames, 0),
    validFrames: all.filter(isSettled).length,
    unsureShare: {
      all: shareOf(unsure('baseline') + unsure('candidate'), 2 * all.length),
      baseline: shareOf(unsure('baseline'), all.length),
      candidate: shareOf(unsure('candidate'), all.length),
    },
  };
}

/** One answer a frame: what all reviewers say alike, or what a third settled; where they differ it is unsure. */
export function settledFrames({ labels, settled }: StudyPair): FrameLabel[] {
  const numbers = [...new Set(labels.flatMap((own) => own.frames.map(({ frame }) => frame)))].toSorted((a, b) => a - b);
  return numbers.map((frame) => {
    const third = settled.find((label) => label.frame === frame);
    if (third !== undefined) return third;
    const given = labels.flatMap((own) => own.frames.filter((label) => label.frame === frame));
    return {
      frame,
      baseline: common(given.map((label) => label.baseline)),
      candidate: common(given.map((label) => label.candidate)),
    };
  });
}

const common = (answers: readonly Answer[]): Answer =>
  answers.every((answer) => answer === answers[0]) ? (answers[0] ?? 'unsure') : 'unsure';

const isSettled = (frame: FrameLabel): boolean => frame.baseline !== 'unsure' && frame.candidate !== 'unsure';

type PairEffect = Pick<ClipEffect, 'baselineShare' | 'candidateShare' | 'worstDifference'>;

function effectOfPair(frames: readonly FrameLabel[]): PairEffect | null {
  const valid = frames.filter(isSettled);
  if (valid.length === 0) return null;
  const share = (of: readonly FrameLabel[], isYes: (frame: FrameLabel) => boolean): number =>
    of.filter(isYes).length / of.length;
  return {
    baselineShare: share(valid, (frame) => frame.baseline === 'yes'),
    candidateShare: share(valid, (frame) => frame.candidate === 'yes'),
    worstDifference:
      share(frames, (frame) => frame.candidate === 'yes') - share(frames, (frame) => frame.baseline !== 'no'),
  };
}
