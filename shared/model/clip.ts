import { z } from 'zod';
import { clipIdSchema, isoTimeSchema, mediaIdSchema, runIdSchema } from './ids.ts';

export const clipRoleSchema = z.enum([
  'render',
  'depth',
  'composite',
  'polished',
  'augmented',
  'interaction',
  'trimmed_input',
  'trimmed_depth',
  'oriented_input',
  'enriched',
  'control_sidecar',
  'rollout',
  'overlay',
  'other',
]);
export type ClipRole = z.infer<typeof clipRoleSchema>;

/** Where a prompt came from. The pipeline does not record it: this is inferred, and `promptOriginWhy` says from what. */
export const promptOriginSchema = z.enum([
  'builtin',
  'builtin_industrial',
  'config',
  'warmup_cache',
  'model_written',
  'unknown',
]);
export type PromptOrigin = z.infer<typeof promptOriginSchema>;

/** Frames of the source clip that this clip shows: source frame = startFrame + own frame. */
export const trimWindowSchema = z.object({
  startFrame: z.number().int(),
  frameCount: z.number().int(),
  sourceFrameCount: z.number().int().nullable(),
});

export const clipFlagSchema = z.object({
  code: z.enum([
    'points_at_sidecar',
    'older_than_stage',
    'missing_on_disk',
    'not_in_manifest',
    'rejected_attempt',
    'truncated',
    'damaged',
    'orientation_fix_silently_skipped',
    'selection_fallback',
    'carry_over',
  ]),
  message: z.string(),
});

export const clipSchema = z.object({
  id: clipIdSchema,
  runId: runIdSchema,
  role: clipRoleSchema,
  facilityId: z.string().nullable(),
  /** Source clip name, e.g. `clip_000_orbit`; null when nothing says it. */
  clipName: z.string().nullable(),
  variantName: z.string().nullable(),
  /** `depth`, `edge`, `vis`, `seg` for a control sidecar. */
  controlKind: z.string().nullable(),
  /** Rollout condition, or another distinction within a role. */
  condition: z.string().nullable(),
  prompt: z.string().nullable(),
  promptOrigin: promptOriginSchema.nullable(),
  promptOriginWhy: z.string().nullable(),
  trim: trimWindowSchema.nullable(),
  orientationFix: z.string().nullable(),
  scores: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
  seed: z.number().nullable(),
  /** Clips of the same run this one was made from, by relative path as the manifest says, re-rooted. */
  inputPath: z.string().nullable(),
  sourcePath: z.string().nullable(),
  depthPath: z.string().nullable(),
  flags: z.array(clipFlagSchema),
  /** Path relative to the run folder. */
  path: z.string(),
  fileName: z.string(),
  sizeBytes: z.number().nullable(),
  modifiedAt: isoTimeSchema.nullable(),
  frameCount: z.number().int().nullable(),
  fps: z.number().nullable(),
  durationSeconds: z.number().nullable(),
  widthPx: z.number().int().nullable(),
  heightPx: z.number().int().nullable(),
  codec: z.string().nullable(),
  playable: z.boolean(),
  /** Why it can't be played here; null when it can. */
  unplayableBecause: z.string().nullable(),
  /** A cached H.264 copy made by this room, when the original can't be decoded. */
  convertedMediaId: mediaIdSchema.nullable(),
  mediaId: mediaIdSchema.nullable(),
  sha256: z.string().nullable(),
  isPresent: z.boolean(),
  /** The version that replaced this one after the pipeline converted the file in place. */
  successorMediaId: mediaIdSchema.nullable(),
  predecessorMediaId: mediaIdSchema.nullable(),
});
export type Clip = z.infer<typeof clipSchema>;

export const clipWithRunSchema = clipSchema.extend({ runName: z.string(), instanceId: z.string().nullable() });
export type ClipWithRun = z.infer<typeof clipWithRunSchema>;

export const pairSuggestionSchema = z.object({
  kind: z.enum([
    'same_clip_other_run',
    'enriched_and_render',
    'control_and_input_depth',
    'variant_and_variant',
    'before_and_after_polish',
  ]),
  title: z.string(),
  left: clipWithRunSchema,
  right: clipWithRunSchema,
  /** Inputs that differ between the two and should not, in words; empty when none was found. */
  differences: z.array(z.string()),
});
export type PairSuggestion = z.infer<typeof pairSuggestionSchema>;
