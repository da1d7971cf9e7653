import { z } from 'zod';
import { isoTimeSchema } from './ids.ts';

/** What to do when a step before a stop fails: stop all the same (the disk is kept), or ask a person. */
export const stopPolicySchema = z.enum(['stop_anyway', 'ask']);
export type StopPolicy = z.infer<typeof stopPolicySchema>;

/** Why a guard stops a machine. */
export const guardReasonSchema = z.enum(['idle', 'finished', 'budget', 'deadline']);
export type GuardReason = z.infer<typeof guardReasonSchema>;

/** What a person chose for the room's guard of a machine. */
export const guardSettingsSchema = z.object({
  /** Stop after this long with nothing going on; null is off. */
  idleMinutes: z.number().nullable(),
  /** Stop once the run is over. */
  stopWhenFinished: z.boolean(),
  /** Stop at this time, whatever happens; null is off. */
  deadlineAt: isoTimeSchema.nullable(),
  policy: stopPolicySchema,
});
export type GuardSettings = z.infer<typeof guardSettingsSchema>;

/** The first layer: this room watches the machine and stops it. */
export const roomGuardSchema = guardSettingsSchema.extend({
  isArmed: z.boolean(),
  armedAt: isoTimeSchema.nullable(),
});
export type RoomGuard = z.infer<typeof roomGuardSchema>;

/** The second layer: the dead man's lease that lives on the machine, as it was last read over SSH. */
export const leaseViewSchema = z.object({
  /** `needs_restart`: it runs without our onstart and its key can not be seen, so nothing there can stop it. */
  state: z.enum(['armed', 'not_armed', 'needs_restart', 'unknown']),
  readAt: isoTimeSchema.nullable(),
  leaseLeftSeconds: z.number().nullable(),
  maxLeftSeconds: z.number().nullable(),
  /** Null when it is off, or was not read. */
  idleLimitSeconds: z.number().nullable(),
  quietSeconds: z.number().nullable(),
  because: z.string(),
});
export type LeaseView = z.infer<typeof leaseViewSchema>;

/** The fire drill: the machine's own key was tried from inside, with a start that changes nothing. */
export const drillViewSchema = z.object({
  state: z.enum(['passed', 'failed', 'overridden', 'never']),
  at: isoTimeSchema.nullable(),
  because: z.string(),
});
export type DrillView = z.infer<typeof drillViewSchema>;

/** Both layers of a machine, and what will stop it by itself. */
export const guardViewSchema = z.object({
  /** `not_needed`: no GPU is billed. `stop_not_confirmed`: a guard has asked for a stop that is not proved. */
  state: z.enum(['armed', 'part_armed', 'none', 'not_needed', 'unknown', 'stopping', 'stop_not_confirmed']),
  words: z.string(),
  room: roomGuardSchema,
  lease: leaseViewSchema,
  drill: drillViewSchema,
  /** The next stop that comes by itself; null when nothing will stop it. */
  nextStop: z
    .object({ at: isoTimeSchema, reason: z.enum(['idle', 'budget', 'deadline', 'lease', 'max_run_time']) })
    .nullable(),
});
export type GuardView = z.infer<typeof guardViewSchema>;

/** Nothing is armed: true of every machine that nobody armed. */
export const nothingArmed: GuardView = {
  state: 'none',
  words: 'Nothing is armed: nothing stops this machine by itself.',
  room: { isArmed: false, armedAt: null, idleMinutes: null, stopWhenFinished: false, deadlineAt: null, policy: 'ask' },
  lease: {
    state: 'unknown',
    readAt: null,
    leaseLeftSeconds: null,
    maxLeftSeconds: null,
    idleLimitSeconds: null,
    quietSeconds: null,
    because: 'The lease was not read from this machine.',
  },
  drill: { state: 'never', at: null, because: 'No fire drill was made on this machine.' },
  nextStop: null,
};
