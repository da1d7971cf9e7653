import { z } from 'zod';
import { clipIdSchema, isoTimeSchema, mediaIdSchema, runIdSchema } from '../model/ids.ts';
import { triageKinds } from '../rules/triage.ts';
import { query } from './define.ts';

const triageKindSchema = z.enum(triageKinds);

/** A clip, or a run with failed gates, that waits for a person; the most urgent reason first. */
const triageItemSchema = z.object({
  runId: runIdSchema,
  runName: z.string(),
  /** Null: it is about the run. */
  clipId: clipIdSchema.nullable(),
  mediaId: mediaIdSchema.nullable(),
  clipName: z.string().nullable(),
  variantName: z.string().nullable(),
  role: z.string().nullable(),
  path: z.string().nullable(),
  reasons: z.array(z.object({ kind: triageKindSchema, because: z.string() })).min(1),
  /** When its run was seen last. */
  seenAt: isoTimeSchema,
});
export type TriageItem = z.infer<typeof triageItemSchema>;

export const triageMethods = {
  'triage.list': query({
    summary: 'Clips and runs of all runs that wait for a person, the most urgent first, and why',
    input: z.strictObject({
      kinds: z.array(triageKindSchema).optional(),
      runId: runIdSchema.optional(),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(2000).default(500),
    }),
    output: z.object({
      items: z.array(triageItemSchema),
      /** Items that match. */
      matchCount: z.number().int(),
      /** Items of each kind, whatever was asked for; an item with two reasons counts in both. */
      counts: z.record(triageKindSchema, z.number().int()),
      totalCount: z.number().int(),
    }),
  }),
} as const;
