import { z } from 'zod';
import { isoTimeSchema, logIdSchema, runIdSchema } from './ids.ts';
import { gateSchema, gatesStateSchema, provenanceStateSchema, runStatusSchema, runVerdictsSchema } from './verdict.ts';

/** What a stage did in this run. `deferred`: skipped because of the scope, without a log line. */
export const stageStatusSchema = z.enum([
  'success',
  'failed',
  'skipped',
  'deferred',
  'running',
  'cut_off',
  'not_reached',
  'unknown',
]);
export type StageStatus = z.infer<typeof stageStatusSchema>;

export const stageProvenanceSchema = z.enum(['executed', 'resumed', 'resume_corrupt', 'unknown']);

/** JSON as the pipeline writes it, with NaN and the infinities kept as the strings "NaN", "Infinity", "-Infinity". */
export const looseJsonSchema = z.json();

export const stageSchema = z.object({
  key: z.string(),
  facilityId: z.string().nullable(),
  short: z.string(),
  name: z.string(),
  status: stageStatusSchema,
  /** Seconds as the result file says; null when no result was read. */
  elapsedSeconds: z.number().nullable(),
  startedAt: isoTimeSchema.nullable(),
  finishedAt: isoTimeSchema.nullable(),
  detail: z.string(),
  errorCode: z.string().nullable(),
  provenance: stageProvenanceSchema,
  /** Why this result is older than something it was made from; null when it is not. */
  staleBecause: z.string().nullable(),
  gateFailed: z.boolean(),
  metrics: z.record(z.string(), looseJsonSchema),
  outputs: z.record(z.string(), looseJsonSchema),
  /** Relative path of the result file in the run folder; null when known only from summary or log. */
  resultPath: z.string().nullable(),
});
export type Stage = z.infer<typeof stageSchema>;

/** What the compact strip of the table needs of a stage; one letter per cell would be unreadable in JSON. */
export const stageCellSchema = z.object({
  key: z.string(),
  status: stageStatusSchema,
  reused: z.boolean(),
  stale: z.boolean(),
  gateFailed: z.boolean(),
});
export type StageCell = z.infer<typeof stageCellSchema>;

/** A problem found while reading a run folder: the rest was read all the same. */
export const readProblemSchema = z.object({
  path: z.string(),
  code: z.enum([
    'unreadable',
    'empty_file',
    'not_json',
    'half_written',
    'unexpected_shape',
    'symlink_loop',
    'outside_root',
    'too_large',
    'missing_file',
    'manifest_points_at_sidecar',
    'manifest_file_older_than_stage',
    'undecodable_name',
    'damaged_media',
  ]),
  message: z.string(),
});
export type ReadProblem = z.infer<typeof readProblemSchema>;

export const attemptSchema = z.object({
  /** Relative path of the log this attempt was read from; null when only the summary tells of it. */
  logPath: z.string().nullable(),
  mode: z.enum(['fresh', 'resume', 'unknown']),
  startedAt: isoTimeSchema.nullable(),
  finishedAt: isoTimeSchema.nullable(),
  endedBy: z.string(),
});
export type Attempt = z.infer<typeof attemptSchema>;

export const runListItemSchema = z.object({
  id: runIdSchema,
  name: z.string(),
  instanceId: z.string().nullable(),
  remoteWorkDir: z.string().nullable(),
  facilityIds: z.array(z.string()),
  status: runStatusSchema,
  gates: gatesStateSchema,
  provenance: provenanceStateSchema,
  labels: z.object({ status: z.string(), gates: z.string(), provenance: z.string() }),
  stageCells: z.array(stageCellSchema),
  startedAt: isoTimeSchema.nullable(),
  finishedAt: isoTimeSchema.nullable(),
  elapsedSeconds: z.number().nullable(),
  clipCount: z.number().int().nullable(),
  sizeBytes: z.number().nullable(),
  observationCount: z.number().int(),
  lastSeenAt: isoTimeSchema,
  snapshotTag: z.string().nullable(),
  /** True when no folder of this run can be reached now: everything shown is what was seen last. */
  filesMissing: z.boolean(),
  isDemo: z.boolean(),
});
export type RunListItem = z.infer<typeof runListItemSchema>;

export const observationSchema = z.object({
  id: z.string(),
  path: z.string(),
  snapshotTag: z.string().nullable(),
  snapshotTakenAt: isoTimeSchema.nullable(),
  observedAt: isoTimeSchema,
  isPresent: z.boolean(),
  fileCount: z.number().int(),
  sizeBytes: z.number(),
  problems: z.array(readProblemSchema),
});
export type Observation = z.infer<typeof observationSchema>;

export const logFileSchema = z.object({
  id: logIdSchema,
  path: z.string(),
  lineCount: z.number().int(),
  sizeBytes: z.number(),
  warningCount: z.number().int(),
  errorCount: z.number().int(),
  firstAt: isoTimeSchema.nullable(),
  lastAt: isoTimeSchema.nullable(),
});
export type LogFile = z.infer<typeof logFileSchema>;

export const promptSchema = z.object({
  variantName: z.string(),
  prompt: z.string(),
  origin: z.enum(['builtin', 'builtin_industrial', 'config', 'warmup_cache', 'model_written', 'unknown']),
  originWhy: z.string(),
  clipNames: z.array(z.string()),
});
export type Prompt = z.infer<typeof promptSchema>;

export const runDetailSchema = runListItemSchema.extend({
  verdicts: runVerdictsSchema,
  stages: z.array(stageSchema),
  gateList: z.array(gateSchema),
  attempts: z.array(attemptSchema),
  observations: z.array(observationSchema),
  logs: z.array(logFileSchema),
  prompts: z.array(promptSchema),
  headline: z.array(
    z.object({ name: z.string(), value: z.string(), stageKey: z.string().nullable(), note: z.string().nullable() }),
  ),
  /** Hand-made copies of stage folders (`*_prev_<tag>_<date>`): carried over, never current. */
  carryOver: z.array(z.string()),
  problems: z.array(readProblemSchema),
});
export type RunDetail = z.infer<typeof runDetailSchema>;
