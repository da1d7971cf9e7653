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
export const pairLabelsSchema = z.strictObject({
  reviewer: z.string().min(1).max(80),
  frames: z.array(frameLabelSchema).max(1000),
});
export type PairLabels = z.infer<typeof pairLabelsSchema>;

/** A pair is one variant of a source clip; all pairs of one source clip are one unit of the test. */
export const studyPairSchema = z.strictObject({
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
  /** Of the resampling, so that a third person gets the same figures. */
  seed: z.number().int().min(0).max(4_294_967_295).default(1),
  pairs: z.array(studyPairSchema).max(2000),
});
export type StudyLabels = z.infer<typeof studyLabelsSchema>;
