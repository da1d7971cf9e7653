import { z } from 'zod';
import { isoTimeSchema } from './ids.ts';
import { snapshotIdSchema, snapshotInstanceSchema, snapshotTagSchema } from './snapshot.ts';

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
const sha1Schema = z.string().regex(/^[0-9a-f]{40}$/);

/** A path inside of a snapshot: parts joined by `/`, none of them empty, `.` or `..`, no NUL. */
export const relativePathSchema = z
  .string()
  .min(1)
  .max(4096)
  .refine(
    (path) => !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'a relative path without empty, "." and ".." parts',
  );

/**
 * Where the bytes of a file come from. `pulled`: in this pull. `unchanged`: the same as in the snapshot before.
 * `carried`: it kept changing while it was read, so this is its newest verified version. `prefix`: it grows, and
 * this is its verified beginning of `prefixBytes`.
 */
export const fileOriginSchema = z.enum(['pulled', 'unchanged', 'carried', 'prefix']);

export const manifestFileSchema = z.object({
  /** Below the snapshot's folder, as this computer can hold it: odd names are escaped (see rules/plan-names). */
  path: relativePathSchema,
  /** Where it was on the machine. Bytes that are no UTF-8 are escaped the same way. */
  remotePath: z.string(),
  kind: z.enum(['file', 'symlink', 'dir']),
  sizeBytes: z.number().int().nonnegative(),
  /** Whole nanoseconds since 1970 as text: more digits than a number holds. */
  mtimeNs: z.string().regex(/^-?\d{1,20}$/),
  /** Lower-case hex; null for links and folders. */
  sha256: sha256Schema.nullable(),
  sha1: sha1Schema.nullable(),
  /** Of a symbolic link, as it was on the machine; else null. */
  linkTarget: z.string().nullable(),
  origin: fileOriginSchema,
  prefixBytes: z.number().int().nonnegative().nullable(),
});
export type ManifestFile = z.infer<typeof manifestFileSchema>;

/** `manifest.json` of a snapshot: what is in it, what is not and why, and what it was made with. */
export const snapshotManifestSchema = z.object({
  schema: z.literal(1),
  snapshotId: snapshotIdSchema,
  instanceId: snapshotInstanceSchema,
  tag: snapshotTagSchema,
  takenAt: isoTimeSchema,
  /** What the machine said its time was, and how far from ours that is; null when it was not asked. */
  remoteClock: z.object({ at: isoTimeSchema, skewMs: z.number() }).nullable(),
  /** What was pulled, and where it went. */
  items: z.array(z.object({ remote: z.string(), local: z.string() })).optional(),
  files: z.array(manifestFileSchema),
  totals: z.object({ fileCount: z.number().int().nonnegative(), totalBytes: z.number().nonnegative() }),
  skipped: z.array(z.object({ path: z.string(), why: z.string() })),
  /** Files of a known format that can not be opened, although they are what the machine had. */
  unparsed: z.array(z.object({ path: z.string(), why: z.string() })).optional(),
  /** Large files that were still on their way: it has an earlier version of them, or none. */
  pending: z
    .array(z.object({ path: z.string(), sizeBytes: z.number().int().nonnegative(), mtimeNs: z.string() }))
    .optional(),
  /** Paths of the snapshot before that are gone from the machine. */
  removed: z.array(z.string()),
  /** Why it was held: the source had shrunk (see rules/shrink). Missing or empty for one that was not. */
  held: z.array(z.object({ code: z.string(), message: z.string(), paths: z.array(z.string()) })).optional(),
  /** Versions of what made it, by name. */
  tools: z.record(z.string(), z.string()),
});
export type SnapshotManifest = z.infer<typeof snapshotManifestSchema>;
