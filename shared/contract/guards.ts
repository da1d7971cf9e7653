import { z } from 'zod';
import { drillViewSchema, guardViewSchema, leaseViewSchema, stopPolicySchema } from '../model/guard.ts';
import { isoTimeSchema } from '../model/ids.ts';
import { instanceIdSchema } from '../model/instance.ts';
import { command, job, query } from './define.ts';
import { instanceIdInput, timeoutSeconds, typedId } from './inputs.ts';

const guardOutput = z.object({ id: instanceIdSchema, guard: guardViewSchema });

/** Where the pipeline is checked out on the machine. */
const checkout = z
  .string()
  .max(500)
  .regex(/^\/[\w./-]+$/, 'an absolute path of plain letters')
  .refine((path) => !path.split('/').includes('..'), 'without ".."')
  .default('/workspace/BlueprintValidation');

const shutdownReading = z.object({
  kind: z.enum(['real', 'placeholder', 'power_off_only', 'unknown', 'missing']),
  because: z.string(),
});

/** One machine under "stop everything". */
const stopLine = z.object({
  id: instanceIdSchema,
  label: z.string().nullable(),
  jobId: z.string().nullable(),
  state: z.enum(['stopped', 'gone', 'not_proved']),
  because: z.string(),
  provedAt: isoTimeSchema.nullable(),
});
const unarmedLine = z.object({
  id: instanceIdSchema,
  label: z.string().nullable(),
  phase: z.string(),
  burnRatePerHourUsd: z.number().nullable(),
  because: z.string(),
});

export const guardMethods = {
  'guards.arm': command({
    summary:
      'Arms the room’s guard of a machine: idle, finished, deadline, and what wins when a step before the stop fails',
    input: z.strictObject({
      id: instanceIdInput,
      /** Null is off. */
      idleMinutes: z.number().min(5).max(10_080).nullable().default(30),
      stopWhenFinished: z.boolean().default(false),
      /** Either of the two; without both there is no deadline. */
      deadlineAt: z.iso.datetime().optional(),
      maxRunHours: z.number().positive().max(8760).optional(),
      policy: stopPolicySchema.default('stop_anyway'),
      note: z.string().max(2000).optional(),
      /** The id, for a machine that is not ours. */
      confirm: typedId,
    }),
    output: guardOutput,
  }),
  'guards.disarm': command({
    summary: 'Takes the room’s guard off a machine, and takes back a stop of it that is under way',
    input: z.strictObject({ id: instanceIdInput, note: z.string().max(2000).optional() }),
    output: guardOutput,
  }),
  'guards.status': query({
    summary: 'Both layers of a machine, with its lease read anew over SSH',
    input: z.strictObject({ id: instanceIdInput }),
    output: guardOutput,
  }),
  'guards.renew': command({
    summary: 'Holds the lease of a machine for a while from now; its maximum run time may be counted anew',
    input: z.strictObject({
      id: instanceIdInput,
      leaseSeconds: z.number().int().min(60).max(86_400).default(1800),
      maxRunSeconds: z.number().int().min(60).max(31_536_000).optional(),
      idleSeconds: z.union([z.number().int().min(60).max(604_800), z.literal('off')]).optional(),
    }),
    output: z.object({ id: instanceIdSchema, lease: leaseViewSchema }),
  }),
  'instances.stopAll': job({
    summary:
      'Stops every machine that is armed in this room, one line of proof each; names those that are not armed and billed',
    input: z.strictObject({
      /** In place of each machine’s own policy. */
      onFailure: stopPolicySchema.optional(),
      timeoutSeconds,
    }),
    output: z.object({ because: z.string(), machines: z.array(stopLine), notArmed: z.array(unarmedLine) }),
  }),
  'shutdown.check': query({
    summary: 'What the shutdown command of the pipeline on a machine would really do, read as the pipeline reads it',
    input: z.strictObject({ id: instanceIdInput, checkout }),
    output: shutdownReading.extend({ id: instanceIdSchema, path: z.string(), readAt: isoTimeSchema }),
  }),
  'shutdown.arm': job({
    summary:
      'Installs the lease on a running machine where its key can be had, and makes the pipeline’s shutdown command real',
    input: z.strictObject({
      id: instanceIdInput,
      checkout,
      leaseSeconds: z.number().int().min(60).max(86_400).default(1800),
      maxRunSeconds: z.number().int().min(60).max(31_536_000).default(43_200),
      idleSeconds: z.union([z.number().int().min(60).max(604_800), z.literal('off')]).default(1800),
    }),
    output: z.object({
      id: instanceIdSchema,
      lease: leaseViewSchema,
      command: shutdownReading,
      path: z.string(),
      backupPath: z.string().nullable(),
    }),
  }),
  'shutdown.drill': job({
    summary: 'Fire drill: tries the machine’s own key from inside; a full drill really stops it through its lease',
    input: z.strictObject({
      id: instanceIdInput,
      /** `full` stops the machine and needs `confirm`. */
      kind: z.enum(['key', 'full']).default('key'),
      confirm: typedId,
      timeoutSeconds,
    }),
    output: z.object({ id: instanceIdSchema, drill: drillViewSchema }),
  }),
  'shutdown.override': command({
    summary: 'Takes a machine without a passed fire drill, in somebody’s name',
    input: z.strictObject({
      id: instanceIdInput,
      name: z.string().trim().min(2).max(200),
      note: z.string().trim().min(3).max(2000),
    }),
    output: z.object({ id: instanceIdSchema, drill: drillViewSchema }),
  }),
} as const;
