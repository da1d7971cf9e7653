import { z } from 'zod';
import { isoTimeSchema } from '../model/ids.ts';
import { instanceIdSchema } from '../model/instance.ts';
import { sshRouteSchema, sshSightSchema } from '../model/ssh.ts';
import { command, query } from './define.ts';
import { instanceIdInput } from './inputs.ts';

const hostKeySchema = z.object({
  route: sshRouteSchema,
  /** `SHA256:…`, as OpenSSH writes it. */
  fingerprint: z.string(),
  keyType: z.string(),
});

const hostKeysOutput = z.object({
  id: z.string(),
  /** Keys that count, each with why. */
  accepted: z.array(
    hostKeySchema.extend({
      how: z.enum(['typed', 'onstart_log', 'known_hosts', 'same_machine', 'first_contact']),
      acceptedAt: isoTimeSchema,
    }),
  ),
  /** Keys that were shown and do not count, each with what the user's own known_hosts says of them. */
  shown: z.array(
    hostKeySchema.extend({
      host: z.string(),
      port: z.number().int(),
      shownAt: isoTimeSchema,
      knownHosts: z.enum(['match', 'other', 'revoked', 'absent']),
    }),
  ),
});

export const sshMethods = {
  'ssh.probe': command({
    summary: 'Knocks on a machine, signs in and reads its uptime: what SSH sees, beside what the provider says',
    input: z.strictObject({ id: instanceIdInput }),
    output: sshSightSchema.extend({ id: instanceIdSchema }),
  }),
  'ssh.hostKeys': query({
    summary: 'Host keys of a machine: those that count and why, and those that were shown and do not',
    input: z.strictObject({ id: instanceIdInput }),
    output: hostKeysOutput,
  }),
  'ssh.acceptHostKey': command({
    summary: 'Says that a host key which a machine has shown is the right one; its fingerprint is typed',
    input: z.strictObject({ id: instanceIdInput, fingerprint: z.string().max(100) }),
    output: hostKeysOutput,
  }),
  'ssh.command': command({
    summary: 'The whole command for a terminal, which takes the accepted host key and no other',
    input: z.strictObject({ id: instanceIdInput }),
    output: z.object({
      id: instanceIdSchema,
      command: z.string(),
      route: sshRouteSchema,
      host: z.string(),
      port: z.number().int(),
      knownHostsFile: z.string(),
    }),
  }),
} as const;
