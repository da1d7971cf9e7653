import type { Answer, FrameLabel, StudyLabels, StudyPair } from '#shared/rules/arm-gate/labels.ts';
import { createRandom, normal } from '#shared/rules/seeded-random.ts';

/** Frames of which the first `baseline` and the first `candidate` show the arm. */
export function framesOf(count: number, baseline: number, candidate: number): FrameLabel[] {
  const answer = (isYes: boolean): Answer => (isYes ? 'yes' : 'no');
  return Array.from({ length: count }, (_, frame) => ({
    frame,
    baseline: answer(frame < baseline),
    candidate: answer(frame < candidate),
  }));
}

/** A pair that two reviewers labelled alike. */
export function pairOf(sourceClip: string, frames: readonly FrameLabel[], change: Partial<StudyPair> = {}): StudyPair {
  return {
    pairId: `${sourceClip} pair`,
    sourceClip,
    plannedFrames: frames.length,
    labels: ['ana', 'ben'].map((reviewer) => ({ reviewer, frames: [...frames] })),
    settled: [],
    lossReason: null,
    depth: 'aligned',
    hasEqualInputs: true,
    ...change,
  };
}

export function studyOf(pairs: readonly StudyPair[], change: Partial<StudyLabels> = {}): StudyLabels {
  return {
    schema: 1,
    studyId: 'study',
    minimumGain: 0.1,
    isBlindingBroken: false,
    selfConsistency: null,
    absentRight: null,
    seed: 1,
    pairs: [...pairs],
    ...change,
  };
}

/**
 * A study in which nothing differs: clips differ from each other, an arm that shows stays for a while, and the
 * variants of a clip share a part of what makes its two sides differ by chance.
 */
export function studyWithoutEffect(options: {
  readonly seed: number;
  readonly clipCount: number;
  readonly variantCount: number;
  readonly sharedVariation: number;
}): StudyLabels {
  const { seed, clipCount, variantCount, sharedVariation } = options;
  const random = createRandom(seed);
  const pairs: StudyPair[] = [];
  for (let clip = 0; clip < clipCount; clip += 1) {
    const level = 0.8 * normal(random);
    const shared = [normal(random), normal(random)] as const;
    for (let variant = 0; variant < variantCount; variant += 1) {
      const sides = shared.map((each) =>
        stickyAnswers(
          random,
          level + Math.sqrt(sharedVariation) * each + Math.sqrt(1 - sharedVariation) * normal(random),
        ),
      );
      const frames = sides[0]!.map((baseline, frame) => ({ frame, baseline, candidate: sides[1]![frame]! }));
      pairs.push(pairOf(`clip ${clip}`, frames, { pairId: `clip ${clip} variant ${variant}` }));
    }
  }
  return studyOf(pairs, { seed });
}

function stickyAnswers(random: () => number, level: number): Answer[] {
  const share = 1 / (1 + Math.exp(-level));
  let isShown = random() < share;
  return Array.from({ length: 16 }, () => {
    if (random() < 0.3) isShown = random() < share;
    return isShown ? 'yes' : 'no';
  });
}
