import { z } from 'zod';
import { eventIdSchema, isoTimeSchema } from './ids.ts';

/** What a decision is about. A clip decision names the media version too: "given on an earlier encoding" needs it. */
export const decisionSubjectSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run'), runId: z.string() }),
  z.strictObject({
    kind: z.literal('clip'),
    clipId: z.string(),
    mediaId: z.string().nullable(),
    frame: z.number().int().nullable(),
    frameEnd: z.number().int().nullable(),
  }),
  z.strictObject({
    kind: z.literal('pair'),
    leftClipId: z.string(),
    rightClipId: z.string(),
    frame: z.number().int().nullable(),
  }),
]);
export type DecisionSubject = z.infer<typeof decisionSubjectSchema>;

export const decisionValueSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('verdict'),
    verdict: z.enum(['accepted', 'rejected', 'unsure']),
    note: z.string().max(4000),
  }),
  z.strictObject({ kind: z.literal('note'), note: z.string().min(1).max(4000) }),
]);
export type DecisionValue = z.infer<typeof decisionValueSchema>;

export const decisionSchema = z.object({
  eventId: eventIdSchema,
  deviceId: z.string(),
  actor: z.string(),
  decidedAt: isoTimeSchema,
  subject: decisionSubjectSchema,
  value: decisionValueSchema,
  /** True when the clip's file was replaced by an in-place conversion after this was said. */
  onEarlierEncoding: z.boolean(),
});
export type Decision = z.infer<typeof decisionSchema>;
