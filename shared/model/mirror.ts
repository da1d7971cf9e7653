import { z } from 'zod';
import { isoTimeSchema } from './ids.ts';
import { snapshotIdSchema } from './snapshot.ts';

/** The folder of a snapshot in the bucket: a UTC stamp, or a name that the old script gave, such as `latest`. */
export const mirrorTagSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);

/**
 * `mirrored`: a listing showed all of it, with sizes and SHA-1. `incomplete`: a listing showed that something is
 * missing or damaged. `failed`: a push ended before the proof. `unchecked`: seen there, and never compared.
 */
export const mirrorStateSchema = z.enum(['mirrored', 'incomplete', 'failed', 'unchecked']);

/** `room`: stored by content. `old_script`: a plain copy of a folder, never changed from here. */
export const mirrorSourceSchema = z.enum(['room', 'old_script']);

export const mirroredSnapshotSchema = z.object({
  instanceId: z.string(),
  tag: mirrorTagSchema,
  source: mirrorSourceSchema,
  /** Null for what this room knows only from the bucket. */
  snapshotId: snapshotIdSchema.nullable(),
  state: mirrorStateSchema,
  because: z.string(),
  manifestSha256: z.string().nullable(),
  fileCount: z.number().int().nullable(),
  totalBytes: z.number().nullable(),
  pushedAt: isoTimeSchema.nullable(),
  /** When the bucket was compared with the manifest last. */
  checkedAt: isoTimeSchema.nullable(),
});
export type MirroredSnapshot = z.infer<typeof mirroredSnapshotSchema>;
