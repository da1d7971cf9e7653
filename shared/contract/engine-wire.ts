import { z } from 'zod';
import { errorPayloadSchema, type Envelope } from '../errors.ts';
import type { RoomEvent } from './index.ts';
import { answerFrameSchema, callFrameSchema, eventFrameSchema } from './wire.ts';

/**
 * Messages between the desktop shell and its engine process, structurally cloned. `id` is chosen by
 * whoever asks and comes back in the answer; calls, media, folders and secrets count separately.
 */
const id = z.number().int();
export const secretKinds = ['keychain', 'file', 'environment', 'memory'] as const;
const secretKindSchema = z.enum(secretKinds);
const folders = z.strictObject({
  configsFolder: z.string(),
  demoFolder: z.string().nullable(),
  remoteFolder: z.string(),
});

/** What makes one call of this room from outside of it: the app's own binary by its absolute path, and its first arguments. */
const program = z.array(z.string()).min(1);

/** False where the desktop shows no notifications: a notice then reaches nobody by itself. */
const canNotify = z.boolean();

/** A resident engine on a workspace; null: the one that was open last, else the demo. */
const startRoomSchema = z.strictObject({
  t: z.literal('start_room'),
  version: z.string(),
  folders,
  program,
  workspacePath: z.string().nullable(),
  isDemo: z.boolean(),
  secretKind: secretKindSchema,
  canNotify,
});
/** An errand: one call of the command line, then the end. */
const startErrandSchema = z.strictObject({
  t: z.literal('start_errand'),
  version: z.string(),
  folders,
  program,
  args: z.array(z.string()),
  calledIn: z.string(),
  secretKind: secretKindSchema,
  canNotify,
});

const openMediaSchema = z.strictObject({
  t: z.literal('media.open'),
  id,
  mediaId: z.string(),
  method: z.string(),
  rangeHeader: z.string().nullable(),
  ifRangeHeader: z.string().nullable(),
  ifNoneMatchHeader: z.string().nullable(),
});

export const toEngineSchema = z.discriminatedUnion('t', [
  startRoomSchema,
  startErrandSchema,
  callFrameSchema,
  openMediaSchema,
  /** The next piece, please: none is sent unasked, so a slow reader holds the file and not the memory. */
  z.strictObject({ t: z.literal('media.pull'), id }),
  z.strictObject({ t: z.literal('media.abort'), id }),
  z.strictObject({ t: z.literal('folder.picked'), id, path: z.string().nullable() }),
  z.strictObject({
    t: z.literal('secret.answer'),
    id,
    kind: secretKindSchema,
    outcome: z.discriminatedUnion('ok', [
      z.strictObject({ ok: z.literal(true), value: z.union([z.string(), z.boolean()]).nullable() }),
      z.strictObject({ ok: z.literal(false), error: errorPayloadSchema }),
    ]),
  }),
  z.strictObject({ t: z.literal('interrupt') }),
  z.strictObject({ t: z.literal('stop') }),
]);
export type ToEngine = z.infer<typeof toEngineSchema>;
export type StartMessage = z.infer<typeof startRoomSchema> | z.infer<typeof startErrandSchema>;
export type OpenMedia = z.infer<typeof openMediaSchema>;

export const secretRequestSchema = z.strictObject({
  t: z.literal('secret'),
  id,
  verb: z.enum(['get', 'set', 'has', 'delete']),
  name: z.string().min(1).max(200),
  value: z.string().nullable(),
});
export type SecretRequest = z.infer<typeof secretRequestSchema>;

const bytesSchema = z.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array);

export const fromEngineSchema = z.discriminatedUnion('t', [
  /** The room is open; said again when another workspace took its place. */
  z.object({ t: z.literal('ready'), workspacePath: z.string() }),
  /** It could not be opened; the process ends after this. `link` opens the room that holds the workspace. */
  z.object({ t: z.literal('failed'), error: errorPayloadSchema, link: z.string().nullable() }),
  answerFrameSchema,
  eventFrameSchema,
  z.object({
    t: z.literal('media.head'),
    id,
    status: z.number().int(),
    headers: z.record(z.string(), z.string()),
    hasBody: z.boolean(),
  }),
  z.object({ t: z.literal('media.piece'), id, bytes: bytesSchema }),
  z.object({ t: z.literal('media.end'), id, isWhole: z.boolean() }),
  z.object({ t: z.literal('folder.pick'), id, title: z.string() }),
  secretRequestSchema,
  /** Shown outside of the window, whether or not somebody looks at the room. */
  z.object({
    t: z.literal('notice'),
    title: z.string(),
    body: z.string(),
    urgency: z.enum(['normal', 'critical']),
  }),
  z.object({ t: z.literal('print'), stream: z.enum(['stdout', 'stderr']), text: z.string() }),
  z.object({ t: z.literal('done'), exitCode: z.number().int() }),
]);
export type FromEngine =
  | Exclude<z.infer<typeof fromEngineSchema>, { t: 'answer' } | { t: 'event' }>
  | EngineAnswer
  | EngineEvent;
type EngineAnswer = { readonly t: 'answer'; readonly id: number; readonly envelope: Envelope<unknown> };
type EngineEvent = { readonly t: 'event'; readonly event: RoomEvent };
