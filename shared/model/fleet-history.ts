import { z } from 'zod';
import { isoTimeSchema, jobIdSchema } from './ids.ts';
import { instanceIdSchema, instancePhaseSchema, instanceSchema } from './instance.ts';

/** One look at a machine; it holds until the next one. */
export const machinePointSchema = z.object({
  at: isoTimeSchema,
  phase: instancePhaseSchema,
  /** Billed then, dollars an hour; null when not known. */
  ratePerHourUsd: z.number().nullable(),
  /** Null when the provider did not say. */
  gpuUtilPercent: z.number().nullable(),
});
export type MachinePoint = z.infer<typeof machinePointSchema>;

/** What the whole fleet has cost since midnight UTC, machines that are gone by now included. */
export const spendTodaySchema = z.object({
  since: isoTimeSchema,
  until: isoTimeSchema,
  spentUsd: z.number(),
  /** True when a part of the day was not observed, so that it is a guess or a lower bound. */
  isEstimated: z.boolean(),
  /** True when time passed of which no rate is known: it was at least this. */
  isLowerBound: z.boolean(),
  /** Sum so far at moments in order, the first at midnight and the last at `until`. */
  points: z.array(z.object({ at: isoTimeSchema, usd: z.number() })),
});
export type SpendToday = z.infer<typeof spendTodaySchema>;

export const fleetSeriesSchema = z.object({
  since: isoTimeSchema,
  until: isoTimeSchema,
  machines: z.array(z.object({ id: instanceIdSchema, points: z.array(machinePointSchema) })),
  today: spendTodaySchema,
});
export type FleetSeries = z.infer<typeof fleetSeriesSchema>;

/** Something that happened to a machine, or was asked of it. */
export const machineMomentSchema = z.object({
  at: isoTimeSchema,
  kind: z.enum(['command', 'job', 'phase', 'event', 'seen']),
  /** `open`: how it ended is not known yet. `told`: nothing to succeed or fail. */
  outcome: z.enum(['done', 'failed', 'open', 'told']),
  title: z.string(),
  detail: z.string().nullable(),
  jobId: jobIdSchema.nullable(),
  actor: z.string().nullable(),
});
export type MachineMoment = z.infer<typeof machineMomentSchema>;

export const machineRecordSchema = instanceSchema
  .pick({
    id: true,
    label: true,
    machineId: true,
    hostId: true,
    gpuName: true,
    gpuCount: true,
    runningRatePerHourUsd: true,
    imageName: true,
    geolocation: true,
    startedAt: true,
  })
  .extend({
    firstSeenAt: isoTimeSchema,
    goneAt: isoTimeSchema,
    /** Null when nothing was charged or observed. */
    spentUsd: z.number().nullable(),
    isSpentEstimated: z.boolean(),
  });
export type MachineRecord = z.infer<typeof machineRecordSchema>;

export const machineRecordsSchema = z.object({
  items: z.array(machineRecordSchema),
  totalCount: z.number().int(),
});
