import { z } from 'zod';
import { decisionSchema, decisionSubjectSchema, decisionValueSchema } from '../model/decision.ts';
import { eventIdSchema, jobIdSchema } from '../model/ids.ts';
import { jobSchema, jobStateSchema } from '../model/job.ts';
import { command, query } from './define.ts';

export const workMethods = {
  'jobs.list': query({
    summary: 'What runs and what ran, newest first',
    input: z.strictObject({
      states: z.array(jobStateSchema).optional(),
      kinds: z.array(z.string().max(100)).optional(),
      offset: z.number().int().min(0).optional(),
      limit: z.number().int().min(1).max(1000).optional(),
    }),
    output: z.object({ items: z.array(jobSchema), activeCount: z.number().int(), totalCount: z.number().int() }),
  }),
  'jobs.get': query({
    summary: 'One job with its steps and progress',
    input: z.strictObject({ id: jobIdSchema }),
    output: jobSchema,
  }),
  'jobs.cancel': command({
    summary: 'Asks a job to stop at its next safe point',
    input: z.strictObject({ id: jobIdSchema }),
    output: jobSchema,
  }),
  'decisions.record': command({
    summary: 'Records a verdict or a note on a run, a clip or a pair, as an event that is never changed',
    input: z.strictObject({ subject: decisionSubjectSchema, value: decisionValueSchema }),
    output: decisionSchema,
  }),
  'decisions.list': query({
    summary: 'Decisions that stand (not undone), newest first',
    input: z.strictObject({ runId: z.string().max(64).optional(), clipId: z.string().max(64).optional() }),
    output: z.object({ items: z.array(decisionSchema) }),
  }),
  'decisions.undo': command({
    summary: 'Takes a decision back by another event; both stay in the history',
    input: z.strictObject({ eventId: eventIdSchema }),
    output: z.object({ undoneEventId: eventIdSchema, byEventId: eventIdSchema }),
  }),
  'decisions.verify': query({
    summary: 'Reads every event back and checks each device’s hash chain against its segments',
    input: z.strictObject({}),
    output: z.object({
      state: z.enum(['verified', 'broken', 'could_not_tell']),
      devices: z.array(
        z.object({
          deviceId: z.string(),
          eventCount: z.number().int(),
          headHash: z.string().nullable(),
          fault: z.string().nullable(),
        }),
      ),
    }),
  }),
} as const;
