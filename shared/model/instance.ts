import { z } from 'zod';
import { isoTimeSchema } from './ids.ts';

/** A Vast contract id: digits, always as text. The API writes it as a number in rows and as text elsewhere. */
export const instanceIdSchema = z.string().regex(/^[0-9]{1,19}$/, 'an instance id is digits');
export type InstanceId = z.infer<typeof instanceIdSchema>;

/**
 * What the four status fields say together. `scheduling`: start requested, waiting for the GPU.
 * `crashed`: not running although it is wanted running; it may bill again by itself.
 * `unreachable`: the host has lost its link to Vast; what it did last is not what it does now.
 */
export const instancePhaseSchema = z.enum([
  'creating',
  'loading',
  'running',
  'restarting',
  'stopping',
  'stopped',
  'scheduling',
  'crashed',
  'outbid',
  'frozen',
  'unreachable',
  'destroying',
  'other',
]);
export type InstancePhase = z.infer<typeof instancePhaseSchema>;

/** What is billed in this phase. `unknown` is treated as billed wherever money is counted. */
export const billedPartSchema = z.enum(['yes', 'no', 'unknown']);

/** One machine as the API tells of it, parsed once at the edge: units in names, sentinels and nulls as null, no secrets. */
export const instanceSchema = z.object({
  id: instanceIdSchema,
  machineId: z.string().nullable(),
  hostId: z.string().nullable(),
  label: z.string().nullable(),
  intendedStatus: z.string().nullable(),
  actualStatus: z.string().nullable(),
  currentState: z.string().nullable(),
  nextState: z.string().nullable(),
  statusMessage: z.string().nullable(),
  isInterruptible: z.boolean(),
  gpuName: z.string().nullable(),
  gpuCount: z.number().nullable(),
  gpuUtilPercent: z.number().nullable(),
  gpuTempCelsius: z.number().nullable(),
  gpuRamMb: z.number().nullable(),
  cpuCoresEffective: z.number().nullable(),
  cpuRamMb: z.number().nullable(),
  memoryUsedGb: z.number().nullable(),
  diskTotalGb: z.number().nullable(),
  diskUsedGb: z.number().nullable(),
  /** GPU part while running, dollars an hour. */
  gpuRatePerHourUsd: z.number().nullable(),
  /** GPU and storage while running, dollars an hour; the API keeps saying it while the machine is stopped. */
  runningRatePerHourUsd: z.number().nullable(),
  storageRatePerHourUsd: z.number().nullable(),
  uploadUsdPerGb: z.number().nullable(),
  downloadUsdPerGb: z.number().nullable(),
  minBidPerHourUsd: z.number().nullable(),
  startedAt: isoTimeSchema.nullable(),
  endsAt: isoTimeSchema.nullable(),
  imageName: z.string().nullable(),
  runType: z.string().nullable(),
  reliability: z.number().nullable(),
  geolocation: z.string().nullable(),
  publicAddress: z.string().nullable(),
  /** Direct first, then the proxy; empty until the machine has one. */
  sshEndpoints: z.array(z.object({ kind: z.enum(['direct', 'proxy']), host: z.string(), port: z.number().int() })),
});
export type Instance = z.infer<typeof instanceSchema>;
