import { z } from 'zod';
import { transformSchema } from '../rules/orientation/transforms.ts';
import { orientationVerdictSchema, polaritySchema } from '../rules/orientation/verdict.ts';
import { clipIdSchema, eventIdSchema, isoTimeSchema, jobIdSchema, mediaIdSchema, runIdSchema } from './ids.ts';

/** A depth file as it was when it was checked; null where its bytes could not be read. */
export const depthFileSchema = z.object({
  /** Relative to the run folder. */
  path: z.string(),
  mediaId: mediaIdSchema.nullable(),
  sha256: z.string().nullable(),
  sizeBytes: z.number().int().nullable(),
  frameCount: z.number().int().nullable(),
  fps: z.number().nullable(),
  widthPx: z.number().int().nullable(),
  heightPx: z.number().int().nullable(),
  /** The file's own tag, clockwise; pictures are compared as they are stored. */
  rotationDegrees: z.number().int().nullable(),
});
export type DepthFile = z.infer<typeof depthFileSchema>;

/** Which frames of the input depth went into the clip: clip frame n is its frame `startFrame` + n × `stepFrames`. */
export const depthWindowSchema = z.object({
  startFrame: z.number().int(),
  stepFrames: z.number().int(),
  frameCount: z.number().int(),
});
export type DepthWindow = z.infer<typeof depthWindowSchema>;

export const orientationSummarySchema = z.object({
  candidates: z.array(
    z.object({
      transform: transformSchema,
      main: z.number(),
      residual: z.number(),
      gradientField: z.number(),
      gradientStrength: z.number(),
    }),
  ),
  best: transformSchema,
  score: z.number(),
  margin: z.number(),
  winShare: z.number(),
  votes: z.number().int(),
});

/** All that a verdict rests on, so that a third person can come to it again. */
export const orientationEvidenceSchema = z.object({
  control: depthFileSchema.nullable(),
  input: depthFileSchema.nullable(),
  /** `control_path`: Cosmos’ own arguments name the file. `rebuilt`: from the manifest, turned and trimmed here. */
  inputFrom: z.enum(['control_path', 'rebuilt']).nullable(),
  /** Why the arguments of Cosmos did not name it; null when they did. */
  inputNote: z.string().nullable(),
  /** What was done to the input depth first, as the pipeline did. */
  inputTurned: transformSchema,
  window: depthWindowSchema.nullable(),
  /** Compared frames: of the control depth, of the input depth. */
  framePairs: z.array(z.tuple([z.number().int(), z.number().int()])),
  summary: orientationSummarySchema.nullable(),
  likeness: z.object({ rawCorrelation: z.number(), ssim: z.number(), fittedError: z.number() }).nullable(),
  shiftFrames: z.number().int().nullable(),
  sameClip: z.object({
    bar: z.number().nullable(),
    otherCount: z.number().int(),
    isEnough: z.boolean(),
    /** Other clips whose input depth looks like this one: they can not tell whose control depth it is. */
    alikeCount: z.number().int(),
  }),
  thresholds: z.record(z.string(), z.number()),
  versions: z.object({ rules: z.number().int(), room: z.string(), ffmpeg: z.string().nullable() }),
});
export type OrientationEvidence = z.infer<typeof orientationEvidenceSchema>;

/** One check of one clip. Never changed: the same bytes checked again make another one. */
export const orientationCheckSchema = z.object({
  id: z.string(),
  clipId: clipIdSchema,
  runId: runIdSchema,
  clipName: z.string().nullable(),
  variantName: z.string().nullable(),
  verdict: orientationVerdictSchema,
  /** What has to be done to the control depth; null unless the verdict says which. */
  transform: transformSchema.nullable(),
  polarity: polaritySchema,
  because: z.string(),
  checkedAt: isoTimeSchema,
  jobId: jobIdSchema,
  evidence: orientationEvidenceSchema,
});
export type OrientationCheck = z.infer<typeof orientationCheckSchema>;

/** A person's word against, or in place of, a check. Both stay. */
export const orientationOverrideSchema = z.object({
  eventId: eventIdSchema,
  /** Null takes an earlier word back. */
  verdict: orientationVerdictSchema.nullable(),
  reason: z.string(),
  actor: z.string(),
  decidedAt: isoTimeSchema,
  /** The control depth is another file since: the word does not stand for it. */
  isOnEarlierBytes: z.boolean(),
});
export type OrientationOverride = z.infer<typeof orientationOverrideSchema>;

/** An enriched clip with what stands of its depth. */
export const orientationItemSchema = z.object({
  clipId: clipIdSchema,
  runId: runIdSchema,
  clipName: z.string().nullable(),
  variantName: z.string().nullable(),
  fileName: z.string(),
  /** As measured; null while the bytes that are there now were not checked: `because` says so. */
  verdict: orientationVerdictSchema.nullable(),
  transform: transformSchema.nullable(),
  polarity: polaritySchema.nullable(),
  score: z.number().nullable(),
  margin: z.number().nullable(),
  winShare: z.number().nullable(),
  votes: z.number().int().nullable(),
  because: z.string(),
  checkedAt: isoTimeSchema.nullable(),
  /** The person's word that stands for these bytes; null when there is none. */
  override: orientationOverrideSchema.nullable(),
  /** What counts: the person's word where there is one, else the measured verdict. */
  standing: orientationVerdictSchema.nullable(),
});
export type OrientationItem = z.infer<typeof orientationItemSchema>;

export const orientationCountsSchema = z.object({
  aligned: z.number().int(),
  misaligned: z.number().int(),
  inconclusive: z.number().int(),
  not_the_same_clip: z.number().int(),
  time_shift: z.number().int(),
  not_checked: z.number().int(),
});
export type OrientationCounts = z.infer<typeof orientationCountsSchema>;
