import { z } from 'zod';
import { isoTimeSchema } from './ids.ts';

/** Opaque, unique in a workspace. */
export const snapshotIdSchema = z.string().min(1).max(64);

/** When a snapshot was taken, UTC, as the old scripts stamp theirs: `20260301T120000Z`, with milliseconds at will. */
export const snapshotTagSchema = z
  .string()
  .regex(/^\d{8}T\d{6}(?:\d{3})?Z$/, 'a tag is a UTC stamp like 20260301T120000Z');

/** The folder of a machine in backups and in the bucket. Never a path. */
export const snapshotInstanceSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, dot, dash and underscore, 100 at most');

/**
 * `verified`: every file was compared with what the machine said it had. `unverified`: nobody compared (made by
 * the old script, or a check is due). `held`: the source had shrunk, and a person has to say that it may.
 */
export const snapshotStateSchema = z.enum(['verified', 'unverified', 'held']);
export type SnapshotState = z.infer<typeof snapshotStateSchema>;

export const snapshotSchema = z.object({
  id: snapshotIdSchema,
  instanceId: snapshotInstanceSchema,
  tag: snapshotTagSchema,
  /** Absolute folder; the manifest is `manifest.json` in it. */
  path: z.string(),
  state: snapshotStateSchema,
  takenAt: isoTimeSchema,
  /** When its files were last found to be what the manifest says; null while that never happened. */
  verifiedAt: isoTimeSchema.nullable(),
  fileCount: z.number().int().nonnegative(),
  totalBytes: z.number().nonnegative(),
  /** Of the bytes of `manifest.json`, lower-case hex; null for a folder without one. */
  manifestSha256: z.string().nullable(),
});
export type Snapshot = z.infer<typeof snapshotSchema>;
