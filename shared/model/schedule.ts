import { z } from 'zod';
import { isoTimeSchema } from './ids.ts';
import { snapshotInstanceSchema } from './snapshot.ts';

/** How one machine is copied by itself. */
export const scheduleSettingsSchema = z.object({
  isOn: z.boolean(),
  intervalMinutes: z.number().int().min(1).max(1440),
  /** Null: the default profile. */
  profileId: z.string().max(60).nullable(),
  /** Each good copy is stored in the bucket as well. */
  mirror: z.boolean(),
});
export type ScheduleSettings = z.infer<typeof scheduleSettingsSchema>;

/**
 * `running`: its copy is under way. `done`: the copy is good. `held`: the source had shrunk. `failed`: it was tried.
 * `skipped`: it was not, for a reason. `missed`: nobody was there. `interrupted`: the room ended meanwhile.
 */
export const slotStateSchema = z.enum(['running', 'done', 'held', 'failed', 'skipped', 'missed', 'interrupted']);
export type SlotState = z.infer<typeof slotStateSchema>;

/** `waiting`: the upload is under way. `off`: not asked for, or there was nothing to upload. */
export const slotMirrorSchema = z.enum(['off', 'waiting', 'mirrored', 'failed']);

/** One entry of the ledger: a slot, or slots in a row with the same fate (`count` of them). */
export const scheduleSlotSchema = z.object({
  instanceId: snapshotInstanceSchema,
  /** Its wall-clock moment, UTC; of the first one when there are several. */
  slotAt: isoTimeSchema,
  /** The last one; the same as `slotAt` for a single slot. */
  untilAt: isoTimeSchema,
  count: z.number().int().positive(),
  state: slotStateSchema,
  because: z.string(),
  /** Why it was skipped, for a rule; null for any other state, and when a person cancelled its copy. */
  skip: z.enum(['paused', 'busy', 'backed_off']).nullable(),
  /** The first copy after a gap. */
  isCatchUp: z.boolean(),
  startedAt: isoTimeSchema.nullable(),
  finishedAt: isoTimeSchema.nullable(),
  jobId: z.string().nullable(),
  snapshotId: z.string().nullable(),
  mirror: slotMirrorSchema,
  mirrorBecause: z.string().nullable(),
  mirrorJobId: z.string().nullable(),
});
export type ScheduleSlot = z.infer<typeof scheduleSlotSchema>;

/** One link of the chain that a proof walks, with the job that did it. */
export const proofStepSchema = z.object({
  name: z.enum(['copy', 'mirror', 'check', 'restore']),
  state: z.enum(['done', 'failed', 'not_reached']),
  /** What was found, in a sentence; why it failed. */
  words: z.string(),
  jobId: z.string().nullable(),
  startedAt: isoTimeSchema.nullable(),
  finishedAt: isoTimeSchema.nullable(),
});
export type ProofStep = z.infer<typeof proofStepSchema>;

/** The links in the order in which they are walked, as a person reads them. */
export const proofTitles: Readonly<Record<ProofStep['name'], string>> = {
  copy: 'Copy the machine',
  mirror: 'Mirror the copy',
  check: 'Check the bucket',
  restore: 'Bring one file back',
};

/** How the system runs `sync.once` while the room is closed. */
export const agentReportSchema = z.object({
  manager: z.enum(['launchd', 'cron']),
  /** `differs`: something of this workspace is there, and it is not what it should be now. */
  state: z.enum(['installed', 'differs', 'absent', 'could_not_tell']),
  because: z.string(),
  /** The agent's file; null where a person puts the line in. */
  file: z.string().nullable(),
  /** The whole file, or the line of the crontab. No key is in it. */
  text: z.string(),
  /** False where a person puts it in by hand. */
  canInstall: z.boolean(),
  intervalMinutes: z.number().int(),
  /** What it copies, and where each was reached last. */
  machines: z.array(z.object({ instanceId: snapshotInstanceSchema, name: z.string(), address: z.string().nullable() })),
  /** What would fail inside it although it works here. */
  problems: z.array(z.object({ words: z.string(), fix: z.string() })),
  logFile: z.string(),
});
export type AgentReport = z.infer<typeof agentReportSchema>;

/** One try to reach somebody outside: what it was for, and what came of it. Never the address, which may be a key. */
export const deliverySchema = z.object({
  at: isoTimeSchema,
  kind: z.enum(['webhook', 'heartbeat']),
  purpose: z.enum(['alarm', 'good', 'test']),
  host: z.string(),
  isTaken: z.boolean(),
  words: z.string(),
});
export type Delivery = z.infer<typeof deliverySchema>;
