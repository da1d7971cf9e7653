import { z } from 'zod';
import { stopPolicySchema } from './guard.ts';
import { isoTimeSchema, jobIdSchema } from './ids.ts';
import { instanceIdSchema } from './instance.ts';
import { presetIdSchema, variableViewSchema } from './launch-preset.ts';
import { pricedOfferSchema, rentalKindSchema } from './offer.ts';

export const planIdSchema = z.string().min(1).max(64);

/** One condition of a launch, with what was seen. `failed` holds the launch, unless it may be and is overridden. */
export const gateResultSchema = z.object({
  id: z.string().regex(/^[a-z0-9_]{1,60}$/),
  title: z.string(),
  state: z.enum(['passed', 'failed', 'warning', 'not_checked']),
  /** What was read, with its figures. */
  evidence: z.string(),
  /** What it means for this launch. */
  because: z.string(),
  /** May a person launch all the same, by naming the gate and saying why? */
  canOverride: z.boolean(),
});
export type GateResult = z.infer<typeof gateResultSchema>;

/** What stops the machine once it is there: the room's guard, as it is stored with the launch. */
export const launchGuardSchema = z.object({
  idleMinutes: z.number().nullable(),
  stopWhenFinished: z.boolean(),
  maxRunHours: z.number(),
  leaseMinutes: z.number(),
  policy: stopPolicySchema,
  /** When its time is over, counted from the create; null while it is not created. */
  deadlineAt: isoTimeSchema.nullable(),
});
export type LaunchGuard = z.infer<typeof launchGuardSchema>;

export const launchPlanSchema = z.object({
  id: planIdSchema,
  /** SHA-256 over everything that will be sent and every price it rests on. */
  hash: z.string(),
  createdAt: isoTimeSchema,
  expiresAt: isoTimeSchema,
  /** What has to be typed to apply it: the GPU and its price. */
  confirm: z.string(),
  preset: z.object({ id: presetIdSchema, title: z.string(), source: z.enum(['shipped', 'workspace']) }),
  /** Exactly as it was read. */
  offer: pricedOfferSchema,
  offerReadAt: isoTimeSchema,
  kind: rentalKindSchema,
  /** Null on demand. */
  bidPerHourUsd: z.number().nullable(),
  image: z.string(),
  diskGb: z.number(),
  runtype: z.string(),
  label: z.string(),
  ports: z.array(z.number().int()),
  variables: z.array(variableViewSchema),
  onstart: z.object({
    /** Null when it can not be built: a gate says why. */
    characters: z.number().int().nullable(),
    maxCharacters: z.number().int(),
  }),
  cost: z.object({
    perHourUsd: z.number().nullable(),
    perDayUsd: z.number().nullable(),
    /** Until the stop time, without traffic. */
    untilStopUsd: z.number().nullable(),
    /** What its disk goes on costing after the stop. */
    storagePerDayAfterStopUsd: z.number().nullable(),
    words: z.string(),
  }),
  maxRunHours: z.number(),
  /** When its time is over, if it is applied at once. */
  stopsAt: isoTimeSchema,
  cap: z.object({ capUsd: z.number().nullable(), words: z.string() }),
  /** The two layers that stop it, in words. */
  layers: z.object({ room: z.string(), lease: z.string() }),
  guard: launchGuardSchema,
  gatedRepositories: z.array(z.string()),
  gates: z.array(gateResultSchema),
  /** True when no gate has failed that can not be overridden. */
  mayApply: z.boolean(),
});
export type LaunchPlan = z.infer<typeof launchPlanSchema>;

/** A person launches although a gate failed. */
export const gateOverrideSchema = z.strictObject({
  gate: z.string().max(60),
  because: z.string().trim().min(3, 'say why').max(500),
});
export type GateOverride = z.infer<typeof gateOverrideSchema>;

/**
 * `prepared`: written down, nothing sent. `sent`: the create is on its way, or its answer was lost.
 * `created`: the machine is known. `refused`: the provider said no. `not_created`: the answer was lost, and no
 * machine of this label came.
 */
export const launchStateSchema = z.enum(['prepared', 'sent', 'created', 'refused', 'not_created']);
export type LaunchState = z.infer<typeof launchStateSchema>;

/** What was launched, kept for good: the machine may be long gone. */
export const launchRecordSchema = z.object({
  id: z.string(),
  planId: planIdSchema,
  jobId: jobIdSchema,
  label: z.string(),
  state: launchStateSchema,
  actor: z.string(),
  instanceId: instanceIdSchema.nullable(),
  preparedAt: isoTimeSchema,
  sentAt: isoTimeSchema.nullable(),
  settledAt: isoTimeSchema.nullable(),
  message: z.string().nullable(),
  guard: launchGuardSchema,
  overrides: z.array(gateOverrideSchema),
  plan: launchPlanSchema,
});
export type LaunchRecord = z.infer<typeof launchRecordSchema>;
