import { z } from 'zod';
import { errorPayloadSchema } from '../errors.ts';
import { roomEvents, type RoomEvent } from './index.ts';

/**
 * Frames between a page (or the command line) and an engine, as JSON: one frame per WebSocket
 * message, or one per line on a socket. `id` is chosen by the caller and comes back in the answer.
 */
export const callFrameSchema = z.strictObject({
  t: z.literal('call'),
  id: z.number().int(),
  method: z.string().max(100),
  input: z.unknown(),
});
export type CallFrame = z.infer<typeof callFrameSchema>;

export const answerFrameSchema = z.object({
  t: z.literal('answer'),
  id: z.number().int(),
  envelope: z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), value: z.unknown() }),
    z.object({ ok: z.literal(false), error: errorPayloadSchema }),
  ]),
});
export type AnswerFrame = z.infer<typeof answerFrameSchema>;

const eventNames = Object.keys(roomEvents) as [keyof typeof roomEvents, ...(keyof typeof roomEvents)[]];
export const eventFrameSchema = z.object({
  t: z.literal('event'),
  event: z.object({ name: z.enum(eventNames), payload: z.unknown() }),
});
export type EventFrame = { readonly t: 'event'; readonly event: RoomEvent };

export const serverFrameSchema = z.discriminatedUnion('t', [answerFrameSchema, eventFrameSchema]);
