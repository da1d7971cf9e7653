import { z } from 'zod';
import { isoTimeSchema } from './ids.ts';
import { snapshotInstanceSchema } from './snapshot.ts';

const packageSchema = z.object({
  name: z.string(),
  version: z.string().nullable(),
  /** Torch and what is built for it: every file by its content, the others by names and sizes. */
  isNative: z.boolean(),
  hash: z.string(),
  installer: z.string().nullable(),
  /** When its folder was last written, seconds since 1970 by the machine's clock. */
  changedAt: z.number().nullable(),
});

export const importProbeSchema = z.object({ module: z.string(), isGood: z.boolean(), because: z.string().nullable() });

/** What the probe on the machine answers. */
export const fingerprintSchema = z.object({
  v: z.literal(1),
  interpreter: z.string(),
  python: z.string(),
  folders: z.array(z.string()),
  packages: z.array(packageSchema),
  loose: z.array(z.tuple([z.string(), z.string()])),
  gpus: z.array(
    z.object({ name: z.string(), driver: z.string(), totalMb: z.number().nullable(), freeMb: z.number().nullable() }),
  ),
  cuda: z.string().nullable(),
  toolkit: z.string().nullable(),
  imports: z.array(importProbeSchema),
});
export type Fingerprint = z.infer<typeof fingerprintSchema>;

export const environmentChangeSchema = z.object({
  name: z.string(),
  kind: z.enum(['added', 'removed', 'changed', 'broken', 'mended']),
  isNative: z.boolean(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** What probably did it; null when nothing tells. */
  by: z.string().nullable(),
});
export type EnvironmentChange = z.infer<typeof environmentChangeSchema>;

export const environmentLookSchema = z.object({
  hash: z.string(),
  takenAt: isoTimeSchema,
  moment: z.enum(['before', 'after', 'probe']),
  stepId: z.string().nullable(),
});

export const environmentWordSchema = z.object({
  hash: z.string(),
  name: z.string(),
  actor: z.string(),
  at: isoTimeSchema,
});

/** The environment of a machine, held against the state that counts as good there. */
export const environmentViewSchema = z.object({
  instanceId: snapshotInstanceSchema,
  /** `unseen`: nobody has looked. `drifted`: launches are blocked until it is accepted by name or put back. */
  state: z.enum(['unseen', 'good', 'drifted']),
  words: z.string(),
  current: environmentLookSchema.nullable(),
  /** The first state seen, or the one accepted last. */
  baseline: environmentWordSchema.nullable(),
  changes: z.array(environmentChangeSchema),
  /** Known good states, of any machine, newest first. */
  pins: z.array(environmentWordSchema.extend({ instanceId: z.string() })),
  summary: z
    .object({
      interpreter: z.string(),
      python: z.string(),
      cuda: z.string().nullable(),
      driver: z.string().nullable(),
      packageCount: z.number().int(),
      torch: z.string().nullable(),
      imports: z.array(importProbeSchema),
    })
    .nullable(),
});
export type EnvironmentView = z.infer<typeof environmentViewSchema>;
