import { z } from 'zod';
import { errorPayloadSchema } from '../errors.ts';
import { isoTimeSchema, jobIdSchema } from './ids.ts';

export const actorSchema = z.enum(['operator', 'schedule', 'guard', 'cli']);
export type Actor = z.infer<typeof actorSchema>;

export const jobStateSchema = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted']);
export type JobState = z.infer<typeof jobStateSchema>;

export const jobProgressSchema = z.object({
  done: z.number(),
  /** Null while the amount is not known yet: show bytes and rate then, never a bar. */
  total: z.number().nullable(),
  unit: z.enum(['files', 'bytes', 'runs', 'clips', 'lines', 'steps', 'machines']),
  /** Units a second, over the last seconds; null until there is something to measure. */
  ratePerSecond: z.number().nullable(),
  etaMs: z.number().nullable(),
  message: z.string(),
});
export type JobProgress = z.infer<typeof jobProgressSchema>;

export const jobStepSchema = z.object({
  name: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped', 'unknown']),
  detail: z.string(),
  startedAt: isoTimeSchema.nullable(),
  finishedAt: isoTimeSchema.nullable(),
});
export type JobStep = z.infer<typeof jobStepSchema>;

export const jobSchema = z.object({
  id: jobIdSchema,
  /** The contract's method that started it, e.g. `runs.import`. */
  kind: z.string(),
  /** What it works on, for a person. */
  subject: z.string(),
  actor: actorSchema,
  state: jobStateSchema,
  steps: z.array(jobStepSchema),
  progress: jobProgressSchema.nullable(),
  error: errorPayloadSchema.nullable(),
  /** Redacted input, so that the row tells what was asked. */
  input: z.json(),
  /** The method's output once it has succeeded. */
  result: z.json().nullable(),
  createdAt: isoTimeSchema,
  startedAt: isoTimeSchema.nullable(),
  finishedAt: isoTimeSchema.nullable(),
});
export type Job = z.infer<typeof jobSchema>;

/** True once nothing more will happen to the job. */
export function isJobOver(state: JobState): boolean {
  return state !== 'queued' && state !== 'running';
}
