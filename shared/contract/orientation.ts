import { z } from 'zod';
import { clipIdSchema, runIdSchema } from '../model/ids.ts';
import {
  orientationCheckSchema,
  orientationCountsSchema,
  orientationItemSchema,
  orientationOverrideSchema,
} from '../model/orientation.ts';
import { orientationVerdictSchema } from '../rules/orientation/verdict.ts';
import { command, job, query } from './define.ts';

export const orientationMethods = {
  'orientation.check': job({
    summary: 'Measures which way the control depth of clips lies against the depth that went in; needs ffmpeg',
    input: z.union([
      z.strictObject({ runId: runIdSchema }),
      z.strictObject({ clipId: clipIdSchema }),
      /** Clips whose depth files were never checked as they are now. */
      z.strictObject({ everything: z.literal('new') }),
    ]),
    output: z.object({
      checkedCount: z.number().int(),
      counts: orientationCountsSchema.omit({ not_checked: true }),
      runIds: z.array(runIdSchema),
      /** What there is to say when nothing was checked. */
      note: z.string().nullable(),
    }),
  }),
  'orientation.list': query({
    summary: 'Enriched clips of a run with the verdict that stands on their depth, measured and overruled',
    input: z.strictObject({ runId: runIdSchema }),
    output: z.object({ items: z.array(orientationItemSchema), counts: orientationCountsSchema }),
  }),
  'orientation.get': query({
    summary: 'Depth of one enriched clip: every check with all scores and thresholds, and every override',
    input: z.strictObject({ clipId: clipIdSchema }),
    output: z.object({
      item: orientationItemSchema,
      /** Newest first; the first one stands if it was of the bytes that are there now. */
      checks: z.array(orientationCheckSchema),
      overrides: z.array(orientationOverrideSchema),
    }),
  }),
  'orientation.override': command({
    summary: 'Puts a person’s word in place of the measured verdict, with a reason; both stay',
    input: z.strictObject({
      clipId: clipIdSchema,
      /** Null takes an earlier word back. */
      verdict: orientationVerdictSchema.nullable(),
      reason: z.string().trim().min(1).max(2000),
    }),
    output: orientationItemSchema,
  }),
} as const;
