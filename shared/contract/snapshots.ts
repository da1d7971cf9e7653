import { z } from 'zod';
import { isoTimeSchema } from '../model/ids.ts';
import { snapshotIdSchema, snapshotInstanceSchema, snapshotSchema } from '../model/snapshot.ts';
import { fileOriginSchema, manifestFileSchema } from '../model/snapshot-manifest.ts';
import { syncItemsSchema } from '../model/sync-profile.ts';
import { command, job, query } from './define.ts';
import { machineNameInput as instanceInput, targetSchema } from './inputs.ts';

const whyHeldSchema = z.object({
  code: z.string(),
  message: z.string(),
  paths: z.array(z.string()),
});
const pendingSchema = z.object({ path: z.string(), sizeBytes: z.number() });

/** What is kept how long: all, then the newest of each hour, then of each day (UTC). */
const retentionTimesSchema = z.object({
  allHours: z.number().min(1).max(8784),
  hourlyDays: z.number().min(0).max(3660),
  dailyDays: z.number().min(0).max(3660),
});

/** Files of a snapshot that are not what was stored. */
const damageSchema = z.object({
  foundAt: isoTimeSchema,
  fileCount: z.number().int().positive(),
  first: z.object({ path: z.string(), why: z.string() }),
});

export const snapshotItemSchema = snapshotSchema.extend({
  verified: z.boolean(),
  /** True for the one that `current` points to. */
  isCurrent: z.boolean(),
  /** When the machine was last found to have just this; null when it was not looked at again. */
  unchangedAt: isoTimeSchema.nullable(),
  /** Why it was held; empty for one that was not. */
  held: z.array(whyHeldSchema),
  /** When a person said that a held one is right; null otherwise. */
  acceptedAt: isoTimeSchema.nullable(),
  removedCount: z.number().int(),
  skippedCount: z.number().int(),
  carriedCount: z.number().int(),
  /** What the last check at rest found; null when it found nothing, and when there was none. */
  damage: damageSchema.nullable(),
  /** Files that were too large for the lane they would have come in. */
  pending: z.array(pendingSchema),
});
export type SnapshotItem = z.infer<typeof snapshotItemSchema>;

export const pullAttemptSchema = z.object({
  jobId: z.string(),
  startedAt: isoTimeSchema,
  finishedAt: isoTimeSchema,
  outcome: z.enum(['taken', 'unchanged', 'held', 'failed', 'cancelled']),
  /** Error code and sentence of one that did not succeed. */
  code: z.string().nullable(),
  message: z.string().nullable(),
  transferredBytes: z.number().nullable(),
});
export type PullAttempt = z.infer<typeof pullAttemptSchema>;

export const machineSnapshotsSchema = z.object({
  instanceId: snapshotInstanceSchema,
  /** When a pull last proved that the newest snapshot is what the machine has. */
  lastGoodAt: isoTimeSchema.nullable(),
  failuresInRow: z.number().int(),
  lastAttempt: pullAttemptSchema.nullable(),
  freshness: z.object({
    state: z.enum(['fresh', 'late', 'failing', 'transferring', 'final', 'unknown']),
    ageMs: z.number().nullable(),
    because: z.string(),
  }),
});
export type MachineSnapshots = z.infer<typeof machineSnapshotsSchema>;

/** A folder that an old script keeps: `latest`, which its next run overwrites and deletes from, or a stamp. */
export const oldCopySchema = z.object({
  instanceId: snapshotInstanceSchema,
  name: z.string(),
  path: z.string(),
  /** When its script says that it ran, else what its name says; null when neither does. */
  takenAt: isoTimeSchema.nullable(),
  label: z.literal('old script, unverified'),
  fileCount: z.number().int(),
  totalBytes: z.number(),
  /** False when there is more in it than was counted, or a part can not be read. */
  isCounted: z.boolean(),
  /** What is dangerous about it, in words; null when nothing is. */
  danger: z.string().nullable(),
});
export type OldCopy = z.infer<typeof oldCopySchema>;

/** The lane of large files of one machine. */
export const largeFilesSchema = z.object({
  instanceId: snapshotInstanceSchema,
  /** What the current snapshot lacks, as it says; the smallest first. */
  files: z.array(pendingSchema.extend({ arrivedBytes: z.number() })),
  pendingBytes: z.number(),
  arrivedBytes: z.number(),
  /** The job that brings them; null while none does. Rate and time left are null until they are measured. */
  job: z.object({ id: z.string(), bytesPerSecond: z.number().nullable(), etaMs: z.number().nullable() }).nullable(),
  /** What the bytes that have not come yet cost at the machine's price; null when that is not known. */
  egressUsd: z.number().nullable(),
  uploadUsdPerGb: z.number().nullable(),
  lastCopy: z
    .object({
      finishedAt: isoTimeSchema,
      outcome: z.enum(['done', 'cut', 'failed', 'cancelled']),
      message: z.string().nullable(),
      transferredBytes: z.number(),
    })
    .nullable(),
});
export type LargeFiles = z.infer<typeof largeFilesSchema>;

export const snapshotMethods = {
  'snapshots.pull': job({
    summary: 'Copies what is new on a machine into a new snapshot and compares every file with the machine',
    input: z
      .strictObject({
        /** A machine of the fleet, or the name under which the files of `target` are kept. */
        instanceId: instanceInput.optional(),
        target: targetSchema.optional(),
        profileId: z.string().max(60).optional(),
        items: syncItemsSchema.optional(),
        /** `small`: files above the profile's size that are not here yet are left pending. */
        lane: z.enum(['all', 'small']).default('all'),
        /** Take the host key of a first contact with `target`; a changed one is refused all the same. */
        acceptNewHostKey: z.boolean().default(false),
      })
      .refine((input) => input.profileId === undefined || input.items === undefined, 'profileId or items, not both')
      .refine((input) => input.instanceId !== undefined || input.target !== undefined, 'instanceId or target, or both'),
    output: snapshotItemSchema.extend({
      outcome: z.enum(['taken', 'unchanged']),
      transferredBytes: z.number(),
      resumedBytes: z.number(),
      /** What the machine’s clock said when it was listed; null when it did not say. */
      remoteClockAt: isoTimeSchema.nullable(),
      /** Runs that were read from it; null when it was not read (unchanged). */
      imported: z.object({ runCount: z.number().int(), problem: z.string().nullable() }).nullable(),
    }),
  }),
  'snapshots.pullLarge': job({
    summary: 'Copies the large files of a machine beside its pulls; those that are whole join the next snapshot',
    input: z
      .strictObject({
        instanceId: instanceInput.optional(),
        target: targetSchema.optional(),
        profileId: z.string().max(60).optional(),
        items: syncItemsSchema.optional(),
        acceptNewHostKey: z.boolean().default(false),
        /** It ends after so long; the chunks that have come stay, and the next one goes on from there. */
        limitSeconds: z.number().min(1).max(86_400).optional(),
      })
      .refine((input) => input.profileId === undefined || input.items === undefined, 'profileId or items, not both')
      .refine((input) => input.instanceId !== undefined || input.target !== undefined, 'instanceId or target, or both'),
    output: z.object({
      instanceId: snapshotInstanceSchema,
      /** Whole and verified now. */
      arrivedCount: z.number().int(),
      /** Rewritten or deleted while they were copied. */
      tornCount: z.number().int(),
      transferredBytes: z.number(),
      resumedBytes: z.number(),
      /** True when its time was over before everything had come. */
      isCut: z.boolean(),
    }),
  }),
  'snapshots.large': query({
    summary: 'Large files that the current snapshot of a machine lacks: what has come of them, rate, time left, price',
    input: z.strictObject({ instanceId: instanceInput }),
    output: largeFilesSchema,
  }),
  'snapshots.old': query({
    summary: 'Folders of the old sync scripts beside the room’s own: listed as they are, unverified, never touched',
    input: z.strictObject({ instanceId: instanceInput.optional() }),
    output: z.object({ items: z.array(oldCopySchema) }),
  }),
  'snapshots.list': query({
    summary: 'Snapshots of one machine or of all, newest first, and how fresh each machine’s newest is',
    input: z.strictObject({
      instanceId: instanceInput.optional(),
      /** How often a pull is due; what is late is told by it. As each machine's schedule says without. */
      intervalMinutes: z.number().min(1).max(1440).optional(),
      limit: z.number().int().min(1).max(1000).default(200),
    }),
    output: z.object({
      items: z.array(snapshotItemSchema),
      totalCount: z.number().int(),
      machines: z.array(machineSnapshotsSchema),
    }),
  }),
  'snapshots.files': query({
    summary: 'Files and links of one snapshot by path, a page at a time: size, hash, and where the bytes come from',
    input: z.strictObject({
      id: snapshotIdSchema,
      /** A part of the path. */
      text: z.string().max(400).default(''),
      origin: fileOriginSchema.optional(),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(2000).default(200),
    }),
    output: z.object({ items: z.array(manifestFileSchema), matchCount: z.number().int() }),
  }),
  'snapshots.get': query({
    summary: 'One snapshot: what it lacks and why, what was removed, where its bytes come from',
    input: z.strictObject({ id: snapshotIdSchema }),
    output: snapshotItemSchema.extend({
      remoteClock: z.object({ at: isoTimeSchema, skewMs: z.number() }).nullable(),
      skipped: z.array(z.object({ path: z.string(), why: z.string() })),
      removed: z.array(z.string()),
      /** Files of a known format that can not be opened, although they are what the machine had. */
      unparsed: z.array(z.object({ path: z.string(), why: z.string() })),
      /** Files and bytes by origin: pulled, unchanged, carried, prefix. */
      origins: z.record(z.string(), z.object({ fileCount: z.number().int(), totalBytes: z.number() })),
      tools: z.record(z.string(), z.string()),
      /** Bytes on this disk that it alone holds, and that other snapshots hold as well; null when it can not be read. */
      onDisk: z.object({ ownBytes: z.number(), sharedBytes: z.number() }).nullable(),
      /** Why its manifest can not be read; null when it can. */
      problem: z.string().nullable(),
    }),
  }),
  'snapshots.accept': command({
    summary: 'Says that a held snapshot is right: it becomes the current one. Older ones stay as they are',
    input: z.strictObject({ id: snapshotIdSchema, confirm: z.string().max(100).optional() }),
    output: snapshotItemSchema,
  }),
  'snapshots.verify': job({
    summary: 'Reads every file of a snapshot again and compares it with the manifest',
    input: z.strictObject({ id: snapshotIdSchema }),
    output: snapshotItemSchema.extend({ checkedFiles: z.number().int(), checkedBytes: z.number() }),
  }),
  'snapshots.restore': job({
    summary: 'Pushes a snapshot to a machine; a dry run unless told otherwise, and nothing is deleted unless typed',
    input: z.strictObject({
      id: snapshotIdSchema,
      instanceId: instanceInput,
      target: targetSchema.optional(),
      acceptNewHostKey: z.boolean().default(false),
      /** Only these places of the snapshot, e.g. `work_dir`; all of them when left out. */
      items: z.array(z.string().max(200)).min(1).max(50).optional(),
      dryRun: z.boolean().default(true),
      /** Delete what the machine has and the snapshot has not: needs `confirm`. */
      delete: z.boolean().default(false),
      confirm: z.string().max(100).optional(),
    }),
    output: z.object({
      id: snapshotIdSchema,
      instanceId: snapshotInstanceSchema,
      isDryRun: z.boolean(),
      /** What is or would be written, overwritten and deleted, the first thousand of each. */
      created: z.array(z.string()),
      overwritten: z.array(z.string()),
      deleted: z.array(z.string()),
      createdCount: z.number().int(),
      overwrittenCount: z.number().int(),
      deletedCount: z.number().int(),
      /** Only on the machine, and left there. */
      extraCount: z.number().int(),
      totalBytes: z.number(),
      verifiedFiles: z.number().int(),
    }),
  }),
  'snapshots.retention': command({
    summary: 'Which snapshots of a machine may go and why; removes what a preview showed, with the machine’s id typed',
    input: z.strictObject({
      instanceId: instanceInput,
      apply: z.boolean().default(false),
      /** The plan that was looked at, and the machine's id: both are needed to apply. */
      planId: z.string().max(64).optional(),
      confirm: z.string().max(100).optional(),
      /** Times that are not set yet, to see what they would mean. Never with `apply`. */
      times: retentionTimesSchema.optional(),
    }),
    output: z.object({
      instanceId: snapshotInstanceSchema,
      items: z.array(
        z.object({
          id: snapshotIdSchema,
          tag: z.string(),
          decision: z.enum(['keep', 'remove']),
          because: z.string(),
        }),
      ),
      /** Bytes that nothing else links to. */
      freesBytes: z.number(),
      isApplied: z.boolean(),
      /** True when old ones go by themselves after a pull. */
      isOn: z.boolean(),
      /** The times that this is judged by. */
      times: retentionTimesSchema,
      /** Of this plan: the same as long as the same ones would go by the same times. */
      planId: z.string(),
      isMirrorSetUp: z.boolean(),
      /** What no bucket was proved to hold stays: always where one is set up, elsewhere by the setting. */
      keepsUnmirrored: z.boolean(),
      /** Those that stay for that alone, and the bytes that nothing else links to. */
      waitingCount: z.number().int(),
      waitingBytes: z.number(),
    }),
  }),
  'snapshots.prune': job({
    summary: 'Removes what retention lets go and the mirror holds; after a pull the room does so by itself',
    input: z.strictObject({ instanceId: instanceInput }),
    output: z.object({
      instanceId: snapshotInstanceSchema,
      /** Tags, the oldest first. */
      removed: z.array(z.string()),
      keptCount: z.number().int(),
      /** Bytes that nothing else linked to. */
      freesBytes: z.number(),
    }),
  }),
} as const;
