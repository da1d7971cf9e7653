import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MethodOutput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import { writeAtomically } from '../workspace/workspace.ts';
import type { ConnectPlan, SshEndpoint } from './connect-plan.ts';
import { shellQuote } from './shell-quote.ts';

/** The name under which OpenSSH looks a machine's key up: never an address, which many machines use over time. */
const aliasOf = (instanceId: string): string => `vast-${instanceId}`;

/**
 * The command that a person types to get a shell on a machine. It reads a known_hosts file of the room's own,
 * written here from the accepted keys, takes no key that is not in it, and holds no secret.
 * @throws RoomError host_key_unknown as long as no key of the machine was accepted.
 */
export function makeSshCommand(
  plan: ConnectPlan,
  facts: {
    readonly keys: readonly { readonly instanceId: string; readonly keyType: string; readonly publicKey: string }[];
    readonly answered: SshEndpoint | null;
    readonly workspacePath: string;
    readonly keyFile: string | null;
  },
): MethodOutput<'ssh.command'> {
  const { instanceId, endpoints, user } = plan;
  if (!facts.keys.some((key) => key.instanceId === instanceId))
    throw new RoomError('host_key_unknown', `No host key of machine ${instanceId} was accepted yet.`, {
      hint: `Knock on it first: ssh.probe {"id":"${instanceId}"}`,
    });
  const isSame = (endpoint: SshEndpoint): boolean =>
    endpoint.host === facts.answered?.host && endpoint.port === facts.answered.port;
  const endpoint = endpoints.find(isSame) ?? endpoints[0];
  if (endpoint === undefined)
    throw new RoomError('ssh_unreachable', `Machine ${instanceId} has no address for SSH.`, {
      hint: 'A machine gets one while it loads.',
    });
  const folder = join(facts.workspacePath, 'ssh');
  const knownHostsFile = join(folder, 'known_hosts');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeAtomically(
    knownHostsFile,
    facts.keys.map((key) => `${aliasOf(key.instanceId)} ${key.keyType} ${key.publicKey}\n`).join(''),
  );
  const options = [
    `HostKeyAlias=${aliasOf(instanceId)}`,
    `UserKnownHostsFile=${configPath(knownHostsFile)}`,
    'GlobalKnownHostsFile=/dev/null',
    'StrictHostKeyChecking=yes',
    'UpdateHostKeys=no',
  ];
  const words = [
    'ssh',
    ...options.flatMap((option) => ['-o', option]),
    ...(facts.keyFile === null || facts.keyFile.trim() === '' ? [] : ['-i', facts.keyFile.trim()]),
    '-p',
    String(endpoint.port),
    '--',
    `${user}@${endpoint.host}`,
  ];
  return {
    id: instanceId,
    command: words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : shellQuote(word))).join(' '),
    route: endpoint.kind,
    host: endpoint.host,
    port: endpoint.port,
    knownHostsFile,
  };
}

/** A path inside a value of ssh_config: there a space ends it, and % begins a token. */
const configPath = (path: string): string => `"${path.replaceAll('%', '%%')}"`;
