import { z } from 'zod';
import { isoTimeSchema } from './ids.ts';

/** How a machine is reached: straight at its own address, or through the provider's proxy. */
export const sshRouteSchema = z.enum(['direct', 'proxy']);
export type SshRoute = z.infer<typeof sshRouteSchema>;

/**
 * What a knock on a machine's SSH door gave. `answers`: signed in with the pinned host key. `silent`: no
 * answer. `refused`: it answers and does not take our key. `key_unknown`: its host key was never accepted.
 * `key_changed`: another key than the pinned one. `not_tried`: nobody has knocked yet.
 */
export const sshStateSchema = z.enum(['answers', 'silent', 'refused', 'key_unknown', 'key_changed', 'not_tried']);
export type SshState = z.infer<typeof sshStateSchema>;

/** The third part of the ledger: what SSH sees, beside what was asked and what the API says. */
export const sshSightSchema = z.object({
  state: sshStateSchema,
  /** When it was tried last; null while nobody has. */
  at: isoTimeSchema.nullable(),
  /** Time of one round trip; null unless it answers. */
  roundTripMs: z.number().nullable(),
  /** Uptime of the container as read over SSH; null unless it answers. */
  upSeconds: z.number().nullable(),
  /** One sentence for people. */
  because: z.string(),
});
export type SshSight = z.infer<typeof sshSightSchema>;

export const sshNotTried: SshSight = {
  state: 'not_tried',
  at: null,
  roundTripMs: null,
  upSeconds: null,
  because: 'SSH was not tried yet.',
};
