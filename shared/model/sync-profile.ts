import { z } from 'zod';

/** Where an item goes below a snapshot; the names at the top that the room writes itself are taken. */
const localPathSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/,
    'letters, digits, dot, dash and underscore, parts joined by slashes',
  )
  .max(200)
  .refine((path) => !/^(?:manifest\.json|sync_manifest\.txt)(?:$|\/)/i.test(path), 'the room writes this name itself');

const remotePathSchema = z
  .string()
  .max(4000)
  .regex(/^\/[^\0]*$/, 'an absolute path on the machine')
  .refine((path) => !path.split('/').includes('..'), 'a path without ".."')
  .transform((path) => (path === '/' ? path : path.replace(/\/+$/, '')));

export const syncItemSchema = z.strictObject({
  /** File or folder on the machine. */
  remote: remotePathSchema,
  local: localPathSchema,
  /** Patterns below it that stay on the machine: `*` in a name, `**` over folders; a name without a slash anywhere. */
  excludes: z.array(z.string().min(1).max(500)).max(200).default([]),
  /** One that is missing is a failure; one that is not required may be missing as long as it always was. */
  required: z.boolean().default(true),
});
export type SyncItem = z.infer<typeof syncItemSchema>;

/** Items whose places overlap would write into each other. */
export const syncItemsSchema = z
  .array(syncItemSchema)
  .min(1)
  .max(50)
  .superRefine((items, context) => {
    for (const [i, item] of items.entries())
      for (const other of items.slice(0, i))
        if (`${item.local}/`.startsWith(`${other.local}/`) || `${other.local}/`.startsWith(`${item.local}/`))
          context.addIssue({ code: 'custom', path: [i, 'local'], message: `it lies in the place of ${other.remote}` });
  });

/** `configs/sync-profiles/*.yaml`: what is pulled from a machine. */
export const syncProfileSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'an id is a-z, 0-9 and dashes'),
  title: z.string().max(200),
  items: syncItemsSchema,
  /** Files above this size travel in a lane of their own. */
  largeFileMib: z.number().int().min(1).max(1_000_000).default(64),
  /** How often those are looked for while the machine is copied by itself. They also come when it is stopped. */
  largeEveryMinutes: z.number().int().min(1).max(1440).default(20),
  /** Patterns of local paths that are copied first: what people review. */
  first: z.array(z.string().min(1).max(500)).max(200).default([]),
});
export type SyncProfile = z.infer<typeof syncProfileSchema>;
