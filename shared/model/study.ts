import { z } from 'zod';
import { answerSchema } from '../rules/arm-gate/labels.ts';
import { clipIdSchema, isoTimeSchema, mediaIdSchema, runIdSchema } from './ids.ts';
import { orientationVerdictSchema } from '../rules/orientation/verdict.ts';

export const studyIdSchema = z.string().min(1).max(100);

/** What the reviewers are asked of each side, word for word, unless a study says otherwise. */
export const usualQuestion =
  'Is the robot arm visible? Yes when at least the gripper or one link can be recognised and at least a quarter of the arm is seen.';

/** One side of a pair: a clip as it was when the plan was made. */
const studySideSchema = z.object({
  clipId: clipIdSchema,
  /** The bytes that are judged. */
  mediaId: mediaIdSchema,
  sha256: z.string().nullable(),
  /** What is shown: the same bytes, or an H.264 copy of them. */
  shownMediaId: mediaIdSchema,
  orientation: orientationVerdictSchema.nullable(),
});

/** A variant of a source clip that both runs made from the same inputs. */
export const studyPairPlanSchema = z.object({
  pairId: z.string(),
  /** The unit of the test. */
  sourceClip: z.string(),
  variantName: z.string().nullable(),
  baseline: studySideSchema,
  candidate: studySideSchema,
  /** Frames that are asked about, by number from 0, the same in both clips. */
  frames: z.array(z.number().int().min(0)).min(1),
  inputs: z.object({
    /** SHA-256 of the prompt's text. */
    promptHash: z.string(),
    seed: z.number().nullable(),
    startFrame: z.number().int(),
    /** Content of the depth that went in. */
    depthMediaId: mediaIdSchema,
    contextFrame: z.number().nullable(),
  }),
});
export type StudyPairPlan = z.infer<typeof studyPairPlanSchema>;

/** A clip that is not judged, and why. */
export const studyExclusionSchema = z.object({
  sourceClip: z.string(),
  variantName: z.string().nullable(),
  because: z.string(),
});
export type StudyExclusion = z.infer<typeof studyExclusionSchema>;

const studyRunSchema = z.object({ runId: runIdSchema, name: z.string() });

/** What a study of two runs would be, before anything of it is fixed or shown. */
export const studyProposalSchema = z.object({
  baseline: studyRunSchema,
  candidate: studyRunSchema,
  pairs: z.array(studyPairPlanSchema),
  excluded: z.array(studyExclusionSchema),
  sourceClipCount: z.number().int(),
  /** Mean gain, as a share of frames, that so many source clips would probably show; null: they can show none. */
  detectableGain: z.number().nullable(),
  /** What a person should know before the plan is locked. */
  warnings: z.array(z.string()),
});
export type StudyProposal = z.infer<typeof studyProposalSchema>;

/** Fixed before the first label. Its hash stands in every file of labels. */
export const studyPlanSchema = z.object({
  schema: z.literal(1),
  studyId: studyIdSchema,
  name: z.string(),
  question: z.string(),
  baseline: studyRunSchema,
  candidate: studyRunSchema,
  /** Smallest gain that is worth a roll-out, as a share of frames. */
  minimumGain: z.number(),
  pairs: z.array(studyPairPlanSchema),
  excluded: z.array(studyExclusionSchema),
  /** Clips that are known to show no arm: shown on both sides now and then, to see whether people look. */
  absent: z.array(z.object({ sourceClip: z.string(), shownMediaId: mediaIdSchema, frames: z.array(z.number().int()) })),
  /** SHA-256 of what decides the sides, with a salt; both are told when the study is unblinded. */
  sidesCommitment: z.string(),
  /** Of the resampling, so that a third person gets the same figures. */
  analysisSeed: z.number().int(),
  lockedAt: isoTimeSchema,
});
export type StudyPlan = z.infer<typeof studyPlanSchema>;

/** How far one reviewer is. Answers of others are never part of it. */
export const studyReviewerSchema = z.object({
  reviewer: z.string(),
  answeredCount: z.number().int(),
  /** Questions of this reviewer, repeats and checks included. */
  questionCount: z.number().int(),
  lastAnsweredAt: isoTimeSchema.nullable(),
  signedOffAt: isoTimeSchema.nullable(),
  /** True: the labels came as a file. */
  isImported: z.boolean(),
});

export const studyStateSchema = z.enum(['labelling', 'ready', 'unblinded']);

export const studySummarySchema = z.object({
  studyId: studyIdSchema,
  name: z.string(),
  baseline: studyRunSchema,
  candidate: studyRunSchema,
  /** `ready`: everybody who has answered has signed off. */
  state: studyStateSchema,
  sourceClipCount: z.number().int(),
  pairCount: z.number().int(),
  lockedAt: isoTimeSchema,
  lockedBy: z.string(),
  unblindedAt: isoTimeSchema.nullable(),
  /** Why the labels decide nothing any more; null while the blinding holds. */
  blindingBroken: z.string().nullable(),
  reviewers: z.array(studyReviewerSchema),
});
export type StudySummary = z.infer<typeof studySummarySchema>;

/** What a reviewer sees of a question: nothing that tells the sides apart. */
export const studyItemSchema = z.object({
  itemId: z.string(),
  /** From 1, over all questions of this reviewer. */
  number: z.number().int(),
  leftMediaId: mediaIdSchema,
  rightMediaId: mediaIdSchema,
  /** The frame that is asked about, the same on both sides. */
  frame: z.number().int(),
  /**
   * Which of the frames of the clips in view it is, from 1. Of how many is not said: those that check the reviewer are
   * fewer, and would be known by it.
   */
  frameNumber: z.number().int(),
});
export type StudyItem = z.infer<typeof studyItemSchema>;

/** Without the name of the study: people name studies after their runs, and a name is a hint. */
export const studyQuestionSchema = z.object({
  studyId: studyIdSchema,
  /** Of the plan, what a reviewer may know. */
  plan: z.object({
    lockedAt: isoTimeSchema,
    hash: z.string(),
    sourceClipCount: z.number().int(),
    minimumGain: z.number(),
    detectableGain: z.number().nullable(),
  }),
  question: z.string(),
  reviewer: z.string(),
  answeredCount: z.number().int(),
  questionCount: z.number().int(),
  /** The next question; null when all are answered. */
  item: studyItemSchema.nullable(),
  /** The clips that come after, to be read ahead. */
  nextMediaIds: z.array(mediaIdSchema),
  /** When the newest answers were given, oldest first: for the pace. */
  answeredAt: z.array(isoTimeSchema),
  canUndo: z.boolean(),
  signedOffAt: isoTimeSchema.nullable(),
});
export type StudyQuestion = z.infer<typeof studyQuestionSchema>;

/** What the checks inside a session say of one reviewer. Shares are of answers, 0 to 1; null: there was none. */
export const reviewerChecksSchema = z.object({
  reviewer: z.string(),
  answeredCount: z.number().int(),
  /** Repeated frames, sides swapped, that got the same answers again. */
  selfConsistency: z.number().nullable(),
  /** Frames with the same clip on both sides that got one answer. */
  sameAnsweredAlike: z.number().nullable(),
  /** Frames known to show no arm that were answered with no. */
  absentRight: z.number().nullable(),
  /** The one answer that was given throughout; null when there were others. */
  oneAnswer: answerSchema.nullable(),
  medianSeconds: z.number().nullable(),
});
export type ReviewerChecks = z.infer<typeof reviewerChecksSchema>;

/** A frame about which reviewers differ, shown once all of them have signed off. */
export const studyConflictSchema = z.object({
  pairId: z.string(),
  sourceClip: z.string(),
  variantName: z.string().nullable(),
  frame: z.number().int(),
  answers: z.array(z.object({ reviewer: z.string(), baseline: answerSchema, candidate: answerSchema })),
  /** By a third reviewer, who did not see theirs. */
  settledBy: z.string().nullable(),
});
export type StudyConflict = z.infer<typeof studyConflictSchema>;
