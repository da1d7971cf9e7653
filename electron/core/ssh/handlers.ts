import { hostname } from 'node:os';
import type { MethodOutput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { Database } from '../db/database.ts';
import type { Handlers } from '../dispatcher.ts';
import type { Clock } from '../ports.ts';
import { askKnownHosts } from './known-hosts.ts';
import type { Ssh } from './open-ssh.ts';
import { makeSshCommand } from './ssh-command.ts';

type SshMethods = 'ssh.probe' | 'ssh.hostKeys' | 'ssh.acceptHostKey' | 'ssh.command';

export function sshHandlers(deps: {
  readonly ssh: Ssh;
  readonly database: Database;
  readonly clock: Clock;
  readonly workspacePath: string;
  readonly keyFile: () => string | null;
}): Pick<Handlers, SshMethods> {
  const { ssh, database } = deps;

  async function hostKeys(id: string): Promise<MethodOutput<'ssh.hostKeys'>> {
    const [accepted, shown, known] = await Promise.all([
      database.read('ssh.hostKeys', { instanceId: id }),
      database.read('ssh.shownKeys', { instanceId: id }),
      ssh.readKnownHosts(),
    ]);
    return {
      id,
      accepted: [...accepted],
      shown: shown.map((key) => ({ ...key, knownHosts: askKnownHosts(known, key, key.fingerprint) })),
    };
  }

  async function acceptHostKey(id: string, typed: string, actor: string): Promise<void> {
    const fingerprint = typed.trim();
    const shown = await database.read('ssh.shownKeys', { instanceId: id });
    const meant = shown.filter((key) => key.fingerprint === fingerprint);
    if (meant.length === 0)
      throw new RoomError(
        shown.length === 0 ? 'not_found' : 'invalid_input',
        shown.length === 0
          ? `Machine ${id} has shown no host key that waits for a decision. Nothing was accepted.`
          : `Machine ${id} has not shown a host key with that fingerprint. Nothing was accepted.`,
        {
          hint:
            shown.length === 0
              ? `Knock on it first: ssh.probe {"id":"${id}"}`
              : `It has shown ${shown.map((key) => key.fingerprint).join(', ')}. Type the one that you have compared, whole.`,
        },
      );
    const before = await database.read('ssh.hostKeys', { instanceId: id });
    for (const { route, keyType, publicKey } of meant)
      await database.write('ssh.acceptKey', {
        hostKey: hostname(),
        actor,
        wallTime: new Date(deps.clock.now()).toISOString(),
        accepted: {
          instanceId: id,
          route,
          key: { fingerprint, keyType, publicKey },
          how: 'typed',
          replaces: before.find((key) => key.route === route)?.fingerprint ?? null,
        },
      });
    ssh.keysChanged(id);
  }

  return {
    'ssh.probe': async ({ id }) => ({ id, ...(await ssh.probe(id)) }),
    'ssh.hostKeys': async ({ id }) => hostKeys(id),
    'ssh.acceptHostKey': async ({ id, fingerprint }, caller) => {
      await acceptHostKey(id, fingerprint, caller.name);
      return hostKeys(id);
    },
    'ssh.command': async ({ id }) => {
      const { plan } = await ssh.prepare({ kind: 'instance', instanceId: id });
      return makeSshCommand(plan, {
        keys: await database.read('ssh.allHostKeys', undefined as never),
        answered: await database.read('ssh.answeredEndpoint', { instanceId: id }),
        workspacePath: deps.workspacePath,
        keyFile: deps.keyFile(),
      });
    },
  };
}
