import { z } from 'zod';
import { isoTimeSchema } from '../model/ids.ts';
import { mirroredSnapshotSchema, mirrorSourceSchema, mirrorTagSchema } from '../model/mirror.ts';
import { snapshotIdSchema, snapshotInstanceSchema } from '../model/snapshot.ts';
import { job, query } from './define.ts';

/** One of the two: a snapshot of this workspace, or a snapshot's folder with its manifest. */
const whichSnapshot = z
  .strictObject({ snapshotId: snapshotIdSchema.optional(), path: z.string().min(1).max(4000).optional() })
  .refine((input) => (input.snapshotId === undefined) !== (input.path === undefined), 'snapshotId or path, not both');

const damageSchema = z.object({ name: z.string(), because: z.string() });

export const mirrorMethods = {
  'mirror.push': job({
    summary: 'Stores a verified snapshot in the bucket, new bytes only, and proves it by a listing',
    input: whichSnapshot,
    output: z.object({
      state: z.literal('mirrored'),
      instanceId: snapshotInstanceSchema,
      tag: mirrorTagSchema,
      snapshotId: snapshotIdSchema,
      /** Where it is, without secrets. */
      remote: z.string(),
      fileCount: z.number().int(),
      totalBytes: z.number(),
      uploadedObjects: z.number().int(),
      uploadedBytes: z.number(),
      reusedObjects: z.number().int(),
      /** When a listing showed every new object and the manifest. */
      provedAt: isoTimeSchema,
      /** When everything in the bucket was listed last: what older objects rest on. */
      listedAt: isoTimeSchema,
    }),
  }),
  'mirror.check': job({
    summary: 'Lists the bucket, compares it with every manifest, and reads objects back that are due',
    input: z.strictObject({
      instanceId: snapshotInstanceSchema,
      /** `due`: what was not read for `readBackDays`, a share of it each time. */
      readBack: z.enum(['none', 'due', 'all']).default('due'),
      readBackDays: z.number().int().min(1).max(3650).default(30),
    }),
    output: z.object({
      remote: z.string(),
      listedAt: isoTimeSchema,
      objectCount: z.number().int(),
      objectBytes: z.number(),
      snapshots: z.array(mirroredSnapshotSchema),
      damaged: z.array(damageSchema),
      readBack: z.object({ count: z.number().int(), bytes: z.number(), oldestAt: isoTimeSchema.nullable() }),
    }),
  }),
  'mirror.repair': job({
    summary: 'Puts a good version over each object of a snapshot that is missing or damaged in the bucket',
    input: whichSnapshot,
    output: z.object({ replaced: z.array(damageSchema), provedAt: isoTimeSchema }),
  }),
  'mirror.pull': job({
    summary: 'Brings a snapshot back from the bucket into a new folder and verifies every file',
    input: z.strictObject({
      instanceId: snapshotInstanceSchema,
      tag: mirrorTagSchema,
      source: mirrorSourceSchema.default('room'),
      /** A folder that does not exist yet; beside the workspace's other snapshots without. */
      path: z.string().min(1).max(4000).optional(),
      /** Only these files of it, into a folder that `path` names; it does not become a snapshot of the workspace. */
      files: z.array(z.string().min(1).max(4096)).min(1).max(1000).optional(),
    }),
    output: z.object({
      instanceId: snapshotInstanceSchema,
      tag: mirrorTagSchema,
      source: mirrorSourceSchema,
      path: z.string(),
      fileCount: z.number().int(),
      totalBytes: z.number(),
      /** By SHA-256 against the manifest; a copy of the old script has none, so only size and SHA-1 were compared. */
      verified: z.boolean(),
      /** Its id among the workspace's snapshots; null for one that the workspace has elsewhere, for a part, and for an old copy. */
      snapshotId: snapshotIdSchema.nullable(),
    }),
  }),
  'mirror.list': query({
    summary: 'What is in the bucket as far as this room saw it; works without a network',
    input: z.strictObject({ instanceId: snapshotInstanceSchema.optional() }),
    output: z.object({
      items: z.array(
        mirroredSnapshotSchema.extend({
          remote: z.string(),
          /** True when this computer has the same snapshot. */
          isHere: z.boolean(),
        }),
      ),
      listings: z.array(
        z.object({
          remote: z.string(),
          instanceId: z.string(),
          listedAt: isoTimeSchema,
          objectCount: z.number().int(),
          objectBytes: z.number(),
          /** The object that was read back longest ago, or never. */
          oldestReadAt: isoTimeSchema.nullable(),
        }),
      ),
    }),
  }),
  'mirror.prune': job({
    summary:
      'Says what removing snapshots from the bucket would free; with the machine’s id typed and the same plan, does it',
    input: z.strictObject({
      instanceId: snapshotInstanceSchema,
      tags: z.array(mirrorTagSchema).min(1).max(10_000),
      /** Of the preview that a person saw. */
      planId: z.string().max(64).optional(),
      /** The machine’s id once more. */
      confirm: z.string().max(100).optional(),
    }),
    output: z.object({
      state: z.enum(['planned', 'pruned']),
      planId: z.string(),
      tags: z.array(z.string()),
      objectCount: z.number().int(),
      objectBytes: z.number(),
      keptTags: z.array(z.string()),
    }),
  }),
} as const;
