import { z } from 'zod';
import { snapshotInstanceSchema } from '../model/snapshot.ts';
import { remoteStepSchema, stepIdSchema } from '../model/step.ts';
import { command, job, query } from './define.ts';
import { machineShape, namesMachine } from './inputs.ts';

const byStep = z.strictObject({ id: stepIdSchema });

export const stepMethods = {
  'steps.run': job({
    summary: 'Runs a script on a machine, detached: it goes on when the connection, the room or the Mac is gone',
    input: z
      .strictObject({
        ...machineShape,
        title: z.string().min(1).max(120),
        /** Text for bash; it is linted before it is sent. */
        script: z
          .string()
          .min(1)
          .max(64 * 1024),
        /** Absolute folder on the machine. */
        cwd: z.string().max(1000).optional(),
        /** Steps of one lane do not overlap. */
        lane: z
          .string()
          .regex(/^[a-z0-9-]{1,40}$/)
          .default('machine'),
        /** Rules of the lint that a person has decided to pass over. */
        override: z.array(z.string().max(60)).max(20).default([]),
      })
      .refine(...namesMachine),
    output: remoteStepSchema,
  }),
  'steps.attach': job({
    summary: 'Follows a step from the byte where it was read to, until its end',
    input: byStep,
    output: remoteStepSchema,
  }),
  'steps.list': query({
    summary: 'Steps on machines, newest first',
    input: z.strictObject({
      instanceId: snapshotInstanceSchema.optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    output: z.object({ items: z.array(remoteStepSchema) }),
  }),
  'steps.get': query({
    summary: 'One step as it is known; with "ask" the machine is asked first',
    input: z.strictObject({ id: stepIdSchema, ask: z.boolean().default(false) }),
    output: remoteStepSchema,
  }),
  'steps.log': query({
    summary: 'What a step wrote, from a byte on, as it was read so far',
    input: z.strictObject({
      id: stepIdSchema,
      /** A byte of its output; negative counts from the end of what was read. */
      from: z.number().int().default(-65_536),
      maxBytes: z
        .number()
        .int()
        .min(1)
        .max(1024 * 1024)
        .default(65_536),
    }),
    output: z.object({
      from: z.number().int(),
      to: z.number().int(),
      readBytes: z.number().int(),
      text: z.string(),
      gaps: z.array(z.tuple([z.number().int(), z.number().int()])),
    }),
  }),
  'steps.cancel': command({
    summary: 'Ends everything that a step started, and verifies that nothing of it is left',
    input: z.strictObject({ id: stepIdSchema, graceSeconds: z.number().int().min(0).max(120).default(15) }),
    output: remoteStepSchema,
  }),
} as const;
