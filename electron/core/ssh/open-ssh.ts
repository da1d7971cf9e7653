import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import type { Settings } from '#shared/contract/room.ts';
import type { SshSight } from '#shared/model/ssh.ts';
import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import type { KnockOnMachine } from '../instances/action.ts';
import type { OpenFleet } from '../instances/open-fleet.ts';
import { createTimer } from '../instances/timer.ts';
import type { Ports } from '../ports.ts';
import type { TaskPool } from '../tasks/task-pool.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { createAuthReader } from './auth-material.ts';
import type { ConnectOptions } from './connect-endpoint.ts';
import { knock } from './knock.ts';
import { parseKnownHosts, type KnownHost } from './known-hosts.ts';
import { createShellPool, type ShellPool } from './pool.ts';
import { probeMachine } from './probe.ts';
import { readLaunchFingerprints } from './launch-fingerprints.ts';
import { createSignIn, goneError, type Located, type SignIn } from './sign-in.ts';

export type Ssh = SignIn & {
  readonly shell: ShellPool;
  readonly readKnownHosts: () => Promise<readonly KnownHost[]>;
  /** Knocks and keeps what was seen. @throws RoomError not_found, or why its address can not be read. */
  probe(instanceId: string, signal?: AbortSignal): Promise<SshSight>;
  /** Who answers at these addresses, by the host keys of the machine; nothing is signed in with. */
  readonly knock: KnockOnMachine;
  /** A host key was accepted: the next call connects by it. */
  keysChanged(instanceId: string): void;
  close(): void;
};

/** SSH of one workspace: nothing is connected before somebody asks for it. */
export function openSsh(deps: {
  readonly ports: Ports;
  readonly database: Database;
  readonly workspace: Workspace;
  readonly openFleet: OpenFleet;
  readonly tasks: TaskPool;
  readonly emit: EmitEvent;
  readonly settings: () => Settings;
  /** What a login shell said of the agent, where one was asked; null otherwise. */
  readonly shellAgentSocket: () => Promise<string | null>;
  readonly connectOptions?: ConnectOptions;
}): Ssh {
  const { ports, database, settings } = deps;
  const readKnownHosts = async (): Promise<readonly KnownHost[]> => {
    try {
      return parseKnownHosts(await readFile(join(ports.homeFolder, '.ssh', 'known_hosts'), 'utf8'));
    } catch {
      // It is one of several witnesses: without it the others decide.
      return [];
    }
  };
  const signIn = createSignIn({
    database,
    now: ports.clock.now,
    hostName: hostname(),
    defaultUser: () => settings().sshUser,
    locate: (instanceId) => locate(instanceId, deps),
    readKnownHosts,
    readAuth: createAuthReader({
      homeFolder: ports.homeFolder,
      secrets: ports.secrets,
      keyFile: () => settings().sshKeyFile,
      agentSocket: async () => ports.environment['SSH_AUTH_SOCK'] || (await deps.shellAgentSocket()),
      unlock: (text, passphrase) => deps.tasks.call('ssh.unlockKey', { text, passphrase }),
    }),
    onChanged: () => deps.emit({ name: 'ssh.changed', payload: {} }),
    ...(deps.connectOptions === undefined ? {} : { connectOptions: deps.connectOptions }),
  });
  const shell = createShellPool({
    signIn: (target, signal) => signIn.signIn(target, signal),
    timer: createTimer(ports.clock),
  });
  const changed = (): void => {
    deps.emit({ name: 'ssh.changed', payload: {} });
    deps.emit({ name: 'instances.changed', payload: {} });
  };
  return {
    ...signIn,
    shell,
    readKnownHosts,
    async probe(instanceId, signal) {
      const seen = await probeMachine(shell, { kind: 'instance', instanceId }, signal);
      const sight: SshSight = { ...seen, at: new Date(ports.clock.now()).toISOString() };
      await database.write('ssh.saw', { instanceId, at: sight.at!, sight: seen });
      changed();
      return sight;
    },
    async knock(instanceId, endpoints, signal) {
      const pinned = await database.read('ssh.hostKeys', { instanceId });
      const plan = { instanceId, user: settings().sshUser, endpoints, pinned, revoked: [] };
      const answer = await knock(plan, { ...deps.connectOptions, signal });
      return { at: new Date(ports.clock.now()).toISOString(), answer };
    },
    keysChanged(instanceId) {
      shell.reset(instanceId);
      changed();
    },
    close: () => shell.close(),
  };
}

/** Where a machine is now, by the newest list of the provider, or the last known one where that can not be read. */
async function locate(
  instanceId: string,
  deps: { readonly openFleet: OpenFleet; readonly workspace: Workspace },
): Promise<Located> {
  const { fleet } = deps.openFleet();
  const { item } = await fleet.viewOne(instanceId);
  if (item.goneAt !== null) throw goneError(instanceId, item.goneAt);
  if (item.sshEndpoints.length === 0)
    throw new RoomError('ssh_unreachable', `Machine ${instanceId} has no address for SSH: it is ${item.phase}.`, {
      hint: 'A machine gets an address while it loads. Start it, or wait.',
    });
  const isLaunchedHere = item.label?.includes(deps.workspace.id) === true;
  return {
    endpoints: item.sshEndpoints,
    launchedFingerprints: isLaunchedHere ? () => readLaunchFingerprints(instanceId, fleet.client) : null,
  };
}
