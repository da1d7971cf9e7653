import { z } from 'zod';
import { command, query } from './define.ts';

/** The secrets that a person may set here, and nothing else under any other name. */
export const secretNames = [
  'vast_api_key',
  'ssh_private_key',
  'ssh_key_passphrase',
  // the mirror
  'b2_application_key_id',
  'b2_application_key',
  'b2_prune_key_id',
  'b2_prune_key',
  // whole addresses: a token may be in their path
  'webhook_url',
  'heartbeat_url',
  // what launch presets hand to a machine
  'HF_TOKEN',
  'GOOGLE_GENAI_API_KEY',
] as const;
const secretNameSchema = z.enum(secretNames);
export type SecretName = z.infer<typeof secretNameSchema>;

/** Whether a secret is there; never what it is. */
const secretStatusSchema = z.object({
  /** Where values are kept: `memory` is gone with the room. */
  kind: z.enum(['keychain', 'file', 'environment', 'memory']),
  items: z.array(z.object({ name: secretNameSchema, isSet: z.boolean() })),
});

export const secretMethods = {
  'secrets.status': query({
    summary: 'Which secrets are set and where they are kept; never a value',
    input: z.strictObject({}),
    output: secretStatusSchema,
  }),
  'secrets.set': command({
    summary: 'Sets a secret; not from a command line, whose arguments every account of the computer can read',
    input: z.strictObject({ name: secretNameSchema, value: z.string().min(1).max(20_000) }),
    output: secretStatusSchema,
  }),
  'secrets.remove': command({
    summary: 'Removes a secret',
    input: z.strictObject({ name: secretNameSchema }),
    output: secretStatusSchema,
  }),
} as const;
