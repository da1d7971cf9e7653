import { z } from 'zod';

/** Is the robot arm visible on this side? `unsure` is an answer of its own. */
export const answerSchema = z.enum(['yes', 'no', 'unsure']);
export type Answer = z.infer<typeof answerSchema>;

/** One matched frame, unblinded: what was said of the baseline and of the candidate. */
export const frameLabelSchema = z.strictObject({
  frame: z.number().int().min(0),
  baseline: answerSchema,
  candidate: answerSchema,
});
export type FrameLabel = z.infer<typeof frameLabelSchema>;

/** What one pair of clips got from one reviewer. */
const pairLabelsSchema = z.strictObject({
  reviewer: z.string().min(1).max(80),
  frames: z.array(frameLabelSchema).max(1000),
});

/** A pair is one variant of a source clip; all pairs of one source clip are one unit of the test. */
const studyPairSchema = z.strictObject({
  pairId: z.string().min(1).max(200),
  sourceClip: z.string().min(1).max(400),
  plannedFrames: z.number().int().min(1).max(1000),
  labels: z.array(pairLabelsSchema).max(50),
  /** Where reviewers differ, the answer that a third one gave without seeing theirs. */
  settled: z.array(frameLabelSchema).max(1000).default([]),
  /** Why a clip that the candidate lost is no reason to reject; in a person's words. */
  lossReason: z.string().max(2000).nullable().default(null),
  depth: z.enum(['aligned', 'misaligned', 'inconclusive', 'not_checked']).default('not_checked'),
  hasEqualInputs: z.boolean().default(true),
});
export type StudyPair = z.infer<typeof studyPairSchema>;

/** All that the gate decides from. Labels are locked and unblinded by now. */
export const studyLabelsSchema = z.strictObject({
  schema: z.literal(1),
  studyId: z.string().min(1).max(100),
  /** Smallest gain that is worth a roll-out, as a share of frames. */
  minimumGain: z.number().gt(0).max(1).default(0.1),
  isBlindingBroken: z.boolean().default(false),
  /** Share of repeated pairs that got the same answers again, worst reviewer; null when nothing was repeated. */
  selfConsistency: z.number().min(0).max(1).nullable().default(null),
  /** Share of frames known to show no arm that were answered with no, worst reviewer; null when there were none. */
  absentRight: z.number().min(0).max(1).nullable().default(null),
  /** Of the resampling, so that a third person gets the same figures. */
  seed: z.number().int().min(0).max(4_294_967_295).default(1),
  pairs: z.array(studyPairSchema).max(2000),
});
export type StudyLabels = z.infer<typeof studyLabelsSchema>;

/** Why labels can not all be true at once, in words; null when they can. */
export function findContradiction({ pairs }: StudyLabels): string | null {
  const twice = firstTwice(pairs.map((pair) => pair.pairId));
  if (twice !== null) return `pair ${twice} is there twice`;
  for (const { pairId, plannedFrames, labels, settled } of pairs) {
    const reviewer = firstTwice(labels.map((own) => own.reviewer));
    if (reviewer !== null) return `${reviewer} labelled pair ${pairId} twice`;
    for (const frames of [...labels.map((own) => own.frames), settled]) {
      const frame = firstTwice(frames.map((label) => label.frame));
      if (frame !== null) return `frame ${frame} of pair ${pairId} has two answers of one reviewer`;
    }
    const seen = new Set(labels.flatMap((own) => own.frames.map((label) => label.frame)));
    if (seen.size > plannedFrames)
      return `pair ${pairId} has ${seen.size} labelled frames, and ${plannedFrames} were planned`;
    const stray = settled.find((label) => !seen.has(label.frame));
    if (stray !== undefined) return `frame ${stray.frame} of pair ${pairId} was settled, and nobody had labelled it`;
  }
  return null;
}

function firstTwice<T>(values: readonly T[]): T | null {
  const seen = new Set<T>();
  for (const value of values) {
    if (seen.has(value)) return value;
    seen.add(value);
  }
  return null;
}
