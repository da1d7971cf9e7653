import { z } from 'zod';
import { instancePhaseSchema, instanceIdSchema } from '../model/instance.ts';
import { isoTimeSchema } from '../model/ids.ts';
import { gateOverrideSchema, launchPlanSchema, launchRecordSchema, planIdSchema } from '../model/launch.ts';
import { configProblemSchema, presetIdSchema, presetViewSchema } from '../model/launch-preset.ts';
import { offerFiltersSchema, offerIdSchema, pricedOfferSchema } from '../model/offer.ts';
import { sshStateSchema } from '../model/ssh.ts';
import { command, job, query } from './define.ts';

/** Ids are text; a number is taken too, because the API and people write them so. */
const offerIdInput = z
  .union([offerIdSchema, z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)])
  .transform(String);
const instanceIdInput = z
  .union([instanceIdSchema, z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)])
  .transform(String);

const diskGb = z.number().int().min(8).max(100_000);

export const launchMethods = {
  'offers.search': query({
    summary: 'Machines that can be rented now, with what each costs an hour and a day; ten searches a minute',
    input: offerFiltersSchema.extend({
      /** Prices are for this disk. */
      diskGb: diskGb.default(100),
      sort: z.enum(['price', 'reliability', 'download', 'duration', 'performance_per_dollar']).default('price'),
      limit: z.number().int().min(1).max(500).default(50),
    }),
    output: z.object({
      items: z.array(pricedOfferSchema),
      observedAt: isoTimeSchema,
      /** True when there are more than these. */
      isCut: z.boolean(),
      /** The whole answer in words; with no offers, that the search was complete. */
      words: z.string(),
      /** With no offers: how many there would be without one of the filters, most first; null when it was not told. */
      without: z.array(z.object({ filter: z.string(), words: z.string(), offerCount: z.number().int() })).nullable(),
    }),
  }),
  'offers.gpuNames': query({
    summary: 'Names of all GPUs on the market, as the provider spells them',
    input: z.strictObject({}),
    output: z.object({ items: z.array(z.string()), observedAt: isoTimeSchema }),
  }),
  'presets.list': query({
    summary: 'Launch presets of the room and of this workspace, and files that could not be used',
    input: z.strictObject({}),
    output: z.object({ items: z.array(presetViewSchema), problems: z.array(configProblemSchema) }),
  }),
  'launch.plan': command({
    summary: 'Plans a launch: exact offer, prices, stop time, guards and gates; nothing is rented',
    input: z.strictObject({
      presetId: presetIdSchema,
      offerId: offerIdInput,
      diskGb: diskGb.optional(),
      /** In place of the preset's prefix; the rest of the label is made here. */
      labelPrefix: z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'a prefix is a-z, 0-9 and dashes')
        .optional(),
      maxRunHours: z.number().positive().max(720).optional(),
      /** Makes it interruptible, dollars an hour for the whole machine. */
      bidPerHourUsd: z.number().min(0.001).max(10_000).optional(),
      /** Dollars that the machine may cost; 0 is off. */
      capUsd: z.number().optional(),
    }),
    output: launchPlanSchema,
  }),
  'launch.apply': job({
    summary: 'Rents the machine of a plan, once, and waits until it runs; refuses when price or state has moved',
    input: z.strictObject({
      planId: planIdSchema,
      /** The plan's `confirm`, typed. */
      confirm: z.string().max(100),
      overrides: z.array(gateOverrideSchema).max(20).default([]),
      /** How long to wait until it runs. */
      timeoutMinutes: z.number().int().min(1).max(240).default(30),
    }),
    output: z.object({
      instanceId: instanceIdSchema,
      label: z.string(),
      planId: planIdSchema,
      phase: instancePhaseSchema,
      because: z.string(),
      hostId: z.string().nullable(),
      ratePerHourUsd: z.number().nullable(),
      cap: z.string(),
      deadlineAt: isoTimeSchema,
      ssh: z.object({ state: sshStateSchema, because: z.string() }),
    }),
  }),
  'launch.list': query({
    summary: 'Everything that was ever launched here, newest first, with its plan; machines that are gone too',
    input: z.strictObject({
      instanceId: instanceIdInput.optional(),
      limit: z.number().int().min(1).max(500).default(50),
    }),
    output: z.object({ items: z.array(launchRecordSchema) }),
  }),
} as const;
