import { z } from 'zod';
import { isoTimeSchema } from '../model/ids.ts';
import {
  agentReportSchema,
  deliverySchema,
  proofStepSchema,
  scheduleSettingsSchema,
  scheduleSlotSchema,
} from '../model/schedule.ts';
import { mirrorTagSchema } from '../model/mirror.ts';
import { snapshotIdSchema, snapshotInstanceSchema } from '../model/snapshot.ts';
import { syncItemsSchema } from '../model/sync-profile.ts';
import { command, job, query } from './define.ts';
import { instanceIdInput, machineShape, namesMachine } from './inputs.ts';

const scheduleItemSchema = z.object({
  instanceId: snapshotInstanceSchema,
  settings: scheduleSettingsSchema,
  setAt: isoTimeSchema,
  setBy: z.string(),
  /** When the next slot begins; null while it is off. */
  nextSlotAt: isoTimeSchema.nullable(),
  /** Why the next slot would be skipped; null when it would run. */
  pausedBecause: z.string().nullable(),
  /** What is wrong right now; null when nothing is. */
  incident: z.object({ state: z.enum(['late', 'failing']), since: isoTimeSchema, because: z.string() }).nullable(),
  /** Newest first. */
  slots: z.array(scheduleSlotSchema),
});
export type ScheduleItem = z.infer<typeof scheduleItemSchema>;

export const scheduleMethods = {
  'schedule.set': command({
    summary: 'Says how a machine is copied by itself: how often, what, and whether it is mirrored',
    input: z.strictObject({
      instanceId: instanceIdInput,
      isOn: z.boolean().default(true),
      /** What is left out stays as it was; at first every 2 minutes, the default profile, not mirrored. */
      intervalMinutes: z.number().int().min(1).max(1440).optional(),
      profileId: z.string().max(60).nullable().optional(),
      mirror: z.boolean().optional(),
    }),
    output: scheduleItemSchema,
  }),
  'schedule.list': query({
    summary: 'Every machine that is copied by itself: settings, next slot, what is wrong, and its newest slots',
    input: z.strictObject({ slots: z.number().int().min(0).max(2000).default(60) }),
    output: z.object({ items: z.array(scheduleItemSchema) }),
  }),
  'schedule.agent': query({
    summary:
      'What runs sync.once while the room is closed: its file or crontab line, whether it is there, what would fail',
    input: z.strictObject({}),
    output: agentReportSchema,
  }),
  'schedule.installAgent': command({
    summary: 'Writes and loads the launchd agent; on Linux it refuses and says which line to put into the crontab',
    input: z.strictObject({}),
    output: agentReportSchema,
  }),
  'schedule.removeAgent': command({
    summary: 'Unloads and removes the launchd agent of this workspace',
    input: z.strictObject({}),
    output: agentReportSchema,
  }),
  'schedule.alarms': query({
    summary:
      'Who outside is told of copies that fail (webhook) and that all is well (heartbeat), and whether that worked',
    input: z.strictObject({ limit: z.number().int().min(0).max(100).default(5) }),
    output: z.object({
      items: z.array(
        z.object({
          kind: deliverySchema.shape.kind,
          /** Null when none is set. The rest of the address may be a key. */
          host: z.string().nullable(),
          /** Why nothing can be sent to what is set. */
          problem: z.string().nullable(),
          /** Newest first. */
          newest: z.array(deliverySchema),
        }),
      ),
    }),
  }),
  'schedule.testAlarm': command({
    summary: 'Sends a test to the webhook or the heartbeat; fails when it is not taken',
    input: z.strictObject({ kind: deliverySchema.shape.kind }),
    output: deliverySchema,
  }),
  'sync.once': job({
    summary: 'Copies and mirrors what is due now, once; what cron or launchd runs while the room is closed',
    input: z.strictObject({
      /** Left out: every machine that is copied by itself. */
      instanceId: instanceIdInput.optional(),
    }),
    output: z.object({ slots: z.array(scheduleSlotSchema) }),
  }),
  'sync.prove': job({
    summary: 'Copies a machine, mirrors the copy, checks the bucket and brings one file back from it: the whole chain',
    input: z
      .strictObject({
        ...machineShape,
        /** What is left out is as the machine's schedule says, or the default profile. */
        profileId: z.string().max(60).optional(),
        items: syncItemsSchema.optional(),
        /** The file that is brought back; without, the smallest result or manifest of the copy that is not empty. */
        file: z.string().min(1).max(4096).optional(),
      })
      .refine(...namesMachine)
      .refine((input) => input.profileId === undefined || input.items === undefined, 'profileId or items, not both'),
    output: z.object({
      state: z.literal('proved'),
      instanceId: snapshotInstanceSchema,
      snapshotId: snapshotIdSchema,
      tag: mirrorTagSchema,
      remote: z.string(),
      file: z.object({ path: z.string(), sizeBytes: z.number(), sha256: z.string() }),
      steps: z.array(proofStepSchema),
      provedAt: isoTimeSchema,
    }),
  }),
} as const;
