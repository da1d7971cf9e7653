import { z } from 'zod';
import { isoTimeSchema, jobIdSchema } from './ids.ts';
import { snapshotInstanceSchema } from './snapshot.ts';

export const stepIdSchema = z.string().regex(/^[a-z0-9_]{4,64}$/, 'an id of a step is letters, digits and underscores');

export const stepKindSchema = z.enum(['command', 'prepare', 'audit', 'preflight', 'run']);
export type StepKind = z.infer<typeof stepKindSchema>;

/**
 * `unknown`: the machine was not reached since `unknownSince`; that is no end. `vanished`: the machine says that it
 * ended without a record (a restart, or killed from outside). `lost`: the provider says that the machine is gone.
 */
export const stepStateSchema = z.enum(['starting', 'running', 'unknown', 'ended', 'cancelled', 'vanished', 'lost']);
export type StepState = z.infer<typeof stepStateSchema>;

/** What the step came to, from more than its exit code. */
export const stepOutcomeSchema = z.object({
  isGood: z.boolean(),
  /** In sentences, the worst first. */
  because: z.string(),
});

/** Something that runs on a machine, whatever becomes of the room and of the connection. */
export const remoteStepSchema = z.object({
  id: stepIdSchema,
  instanceId: snapshotInstanceSchema,
  kind: stepKindSchema,
  title: z.string(),
  /** Steps of one lane do not overlap on their machine. */
  lane: z.string(),
  jobId: jobIdSchema.nullable(),
  /** Run root of the pipeline, when the step writes result files into one. */
  workDir: z.string().nullable().default(null),
  state: stepStateSchema,
  because: z.string().nullable(),
  createdAt: isoTimeSchema,
  /** By the machine's clock. */
  startedAt: isoTimeSchema.nullable(),
  endedAt: isoTimeSchema.nullable(),
  /** Since when the machine was not reached; null while it is. */
  unknownSince: isoTimeSchema.nullable(),
  exitCode: z.number().int().nullable(),
  signalNumber: z.number().int().nullable(),
  /** Processes that were left after its end; null while that was not asked. */
  leftCount: z.number().int().nullable(),
  /** Bytes of its output that were read, and that it wrote as far as is known. */
  readBytes: z.number().int().nonnegative(),
  writtenBytes: z.number().int().nonnegative(),
  /** Parts of its output that the machine does not have any more: [from, to) in bytes. */
  gaps: z.array(z.tuple([z.number().int(), z.number().int()])),
  outcome: stepOutcomeSchema.nullable(),
});
export type StepOutcome = z.infer<typeof stepOutcomeSchema>;
export type RemoteStep = z.infer<typeof remoteStepSchema>;

/** True once nothing more will be heard of it. */
export const isStepOver = (state: StepState): boolean =>
  state === 'ended' || state === 'cancelled' || state === 'vanished' || state === 'lost';
