import { z } from 'zod';
import { budgetStatusSchema, fleetItemSchema, fleetSchema } from '../model/fleet.ts';
import { fleetSeriesSchema, machineMomentSchema, machineRecordsSchema } from '../model/fleet-history.ts';
import { isoTimeSchema } from '../model/ids.ts';
import { instanceIdSchema } from '../model/instance.ts';
import { command, job, query } from './define.ts';
import { instanceIdInput, timeoutSeconds, typedId } from './inputs.ts';

const readBack = z.object({ id: instanceIdSchema, phase: fleetItemSchema.shape.phase, because: z.string() });

const budgetOutput = budgetStatusSchema.extend({
  /** Each machine that is there; the one that was asked for alone. */
  instances: z.array(budgetStatusSchema),
  stale: z.boolean(),
  staleBecause: z.string().nullable(),
});

export const fleetMethods = {
  'instances.list': query({
    summary:
      'Every machine of the account, what it does and what it costs; the last known state when it can not be read',
    input: z.strictObject({
      /** Reads the list anew although the last one is young. */
      again: z.boolean().optional(),
    }),
    output: fleetSchema,
  }),
  'instances.get': query({
    summary: 'One machine, read anew; a machine that is gone is told from its permanent record',
    input: z.strictObject({ id: instanceIdInput }),
    output: z.object({ item: fleetItemSchema, stale: z.boolean(), staleBecause: z.string().nullable() }),
  }),
  'instances.log': query({
    summary:
      'The newest lines that a machine’s container wrote; may hold what its owner keeps secret, so it is not stored',
    input: z.strictObject({ id: instanceIdInput, lines: z.number().int().min(1).max(10_000).default(200) }),
    output: z.object({ id: instanceIdSchema, text: z.string() }),
  }),
  'instances.series': query({
    summary: 'What each machine did and cost over the last minutes, and what the fleet has spent today (UTC)',
    input: z.strictObject({ minutes: z.number().int().min(1).max(1440).default(30) }),
    output: fleetSeriesSchema,
  }),
  'instances.history': query({
    summary: 'What happened to one machine, newest first: commands, states, jobs and events',
    input: z.strictObject({ id: instanceIdInput, limit: z.number().int().min(1).max(500).default(200) }),
    output: z.object({ id: instanceIdSchema, items: z.array(machineMomentSchema) }),
  }),
  'instances.record': query({
    summary: 'Machines that are gone, with what each has cost; newest first',
    input: z.strictObject({ limit: z.number().int().min(1).max(500).default(100) }),
    output: machineRecordsSchema,
  }),
  'instances.stop': job({
    summary: 'Stops a machine and proves it by reading back; the disk is kept and billed',
    input: z.strictObject({
      id: instanceIdInput,
      /** `pull` copies what is new first; `skip` needs `confirm`. */
      snapshot: z.enum(['pull', 'skip']).default('pull'),
      /** When a step before the stop fails: ask a person (nothing is stopped), or stop all the same. */
      onFailure: z.enum(['ask', 'stop_anyway']).default('ask'),
      confirm: typedId,
      /** How long to wait for the proof. */
      timeoutSeconds,
    }),
    output: z.object({
      id: instanceIdSchema,
      state: z.enum(['stopped', 'gone']),
      because: z.string(),
      provedAt: isoTimeSchema,
      /** What goes on being billed, dollars an hour; null when not known. */
      storageRatePerHourUsd: z.number().nullable(),
      /** Facts beside the proof. */
      quiesced: z.string(),
      copied: z.string(),
      mirrored: z.string(),
      ssh: z.string(),
      billing: z.string(),
    }),
  }),
  'instances.destroy': job({
    summary: 'Destroys a machine with everything on its disk, and proves that it is gone',
    input: z.strictObject({
      id: instanceIdInput,
      confirm: typedId,
      /** `lose <id>`, typed: needed when the last pull of the machine did not end in a verified snapshot. */
      confirmLoss: z.string().max(60).optional(),
      timeoutSeconds,
    }),
    output: z.object({ id: instanceIdSchema, state: z.literal('gone'), because: z.string(), goneAt: isoTimeSchema }),
  }),
  'instances.start': job({
    summary: 'Starts a machine and waits until it runs; cancelling takes the start back with a stop',
    input: z.strictObject({ id: instanceIdInput, timeoutSeconds }),
    output: readBack,
  }),
  'instances.reboot': job({
    summary: 'Restarts the container of a machine; what runs in it ends',
    input: z.strictObject({ id: instanceIdInput, confirm: typedId, timeoutSeconds }),
    output: readBack,
  }),
  'instances.label': job({
    summary: 'Gives a machine another label at the provider',
    input: z.strictObject({ id: instanceIdInput, label: z.string().max(1024) }),
    output: z.object({ id: instanceIdSchema, label: z.string().nullable() }),
  }),
  'instances.adopt': command({
    summary: 'Says whose a machine is: ours, or known to be somebody else’s until a time',
    input: z.strictObject({
      id: instanceIdInput,
      as: z.enum(['ours', 'known', 'unknown']).default('ours'),
      owner: z.string().max(200).optional(),
      until: z.iso.datetime().optional(),
      note: z.string().max(2000).optional(),
    }),
    output: fleetItemSchema,
  }),
  'budget.set': command({
    summary: 'Sets how many dollars a machine may cost, or the whole fleet in a day (UTC); 0 or less is off',
    input: z.strictObject({ instanceId: instanceIdInput.optional(), capUsd: z.number() }),
    output: budgetOutput,
  }),
  'budget.status': query({
    summary: 'What was spent against each cap, and how long it will last; without a machine, the whole fleet today',
    input: z.strictObject({ instanceId: instanceIdInput.optional() }),
    output: budgetOutput,
  }),
  'shutdown.classify': query({
    summary: 'What a shutdown command would really do to the bill: real, placeholder, power-off only or unknown',
    input: z.strictObject({ command: z.string().max(16_384).nullable() }),
    output: z.object({
      kind: z.enum(['real', 'placeholder', 'power_off_only', 'unknown', 'missing']),
      because: z.string(),
    }),
  }),
} as const;
