import { z } from 'zod';
import { guardViewSchema } from './guard.ts';
import { isoTimeSchema } from './ids.ts';
import { instancePhaseSchema, instanceSchema } from './instance.ts';
import { sshSightSchema } from './ssh.ts';

/**
 * `ours`: made or adopted in this workspace. `known`: somebody said whose it is. `unknown`: on the
 * account, billed, and nobody's here.
 */
export const ownershipSchema = z.enum(['ours', 'known', 'unknown']);
export type Ownership = z.infer<typeof ownershipSchema>;

/** What a person should look at; the code is for programs. */
export const fleetAlertSchema = z.object({
  code: z.enum([
    'asked_otherwise',
    'ownership_unknown',
    'outbid',
    'crashed',
    'unreachable',
    'scheduling_long',
    'rate_unknown',
    'command_unfinished',
    /** A machine of ours is billed and nothing would stop it. */
    'unguarded',
    /** Billed, and nothing goes on there. */
    'billed_idle',
    'lease_unreadable',
    /** A guard has asked for a stop that is not proved. */
    'guard_stop_not_confirmed',
    'ssh_silent',
    'ssh_key_changed',
  ]),
  message: z.string(),
});
export type FleetAlert = z.infer<typeof fleetAlertSchema>;

/** One machine as this room knows it: what the API says, what was asked, what it costs. */
export const fleetItemSchema = instanceSchema.extend({
  phase: instancePhaseSchema,
  phaseBecause: z.string(),
  phaseSince: isoTimeSchema.nullable(),
  /** Answers over SSH; null while nobody has tried. `running` alone does not mean it. */
  reachable: z.boolean().nullable(),
  ssh: sshSightSchema,
  guard: guardViewSchema,
  /** What is billed now, dollars an hour; null when it is not known. */
  burnRatePerHourUsd: z.number().nullable(),
  burnBecause: z.string(),
  /** True when a part is counted although it is not known to be billed. */
  isBurnAssumed: z.boolean(),
  /** What it has cost since `spentSince`: as charged, and from there on as observed; null when it is not known. */
  spentUsd: z.number().nullable(),
  spentSince: isoTimeSchema.nullable(),
  /** True when a part of the time was not observed, so that it is a guess. */
  isSpentEstimated: z.boolean(),
  /** Where SSH is tried first; null until the machine has an address. */
  endpoint: instanceSchema.shape.sshEndpoints.element.nullable(),
  ownership: ownershipSchema,
  owner: z.string().nullable(),
  /** What this room last asked of it. */
  asked: z.enum(['running', 'stopped', 'destroyed']).nullable(),
  askedAt: isoTimeSchema.nullable(),
  firstSeenAt: isoTimeSchema,
  lastSeenAt: isoTimeSchema,
  /** When it was proved to be gone; null while it is there. */
  goneAt: isoTimeSchema.nullable(),
  alerts: z.array(fleetAlertSchema),
});
export type FleetItem = z.infer<typeof fleetItemSchema>;

export const fleetSchema = z.object({
  items: z.array(fleetItemSchema),
  /** `simulated`: the provider of the demo, inside this room; no machine exists and nothing is billed. */
  source: z.enum(['live', 'simulated']),
  /** Where the provider is asked when that is not its own address; null when it is. */
  address: z.string().nullable(),
  /** When the newest whole list came. */
  observedAt: isoTimeSchema,
  /** True when a newer list was tried and failed, or when it is old: the machines may be different by now. */
  stale: z.boolean(),
  staleBecause: z.string().nullable(),
  /** The error that stands in the way of a newer list; null when none does. */
  staleCode: z.string().nullable(),
  creditUsd: z.number().nullable(),
  creditAt: isoTimeSchema.nullable(),
  /** Sum over the machines; null when the rate of one that may be billed is not known. */
  burnRatePerHourUsd: z.number().nullable(),
  /** Until the credit is used up at this rate; null when it is not known or nothing burns. */
  creditHoursLeft: z.number().nullable(),
  /** The clock of the provider minus ours; null when it was not asked. */
  clockSkewMs: z.number().nullable(),
});
export type FleetView = z.infer<typeof fleetSchema>;

/** A cap against what was spent; `instanceId` null is the whole fleet. */
export const budgetStatusSchema = z.object({
  instanceId: z.string().nullable(),
  /** Over which time the cap holds: the life of a machine, or a UTC day of the whole fleet. */
  period: z.enum(['machine_life', 'utc_day']),
  state: z.enum(['off', 'ok', 'warn_50', 'warn_80', 'warn_95', 'over', 'unknown']),
  words: z.string(),
  /** Null when it is off: no number stands for "no limit". */
  capUsd: z.number().nullable(),
  spentUsd: z.number(),
  isSpentEstimated: z.boolean(),
  ratePerHourUsd: z.number().nullable(),
  shareOfCap: z.number().nullable(),
  hoursToCap: z.number().nullable(),
  hoursToStop: z.number().nullable(),
  /** The cap is reached: it has to be stopped now. */
  mustStop: z.boolean(),
});
export type BudgetStatus = z.infer<typeof budgetStatusSchema>;
