import { RoomError } from '#shared/errors.ts';
import type { Database } from '../db/database.ts';
import { openConnection } from './connect.ts';
import type { ConnectOptions } from './connect-endpoint.ts';
import type { AuthMaterial, ConnectPlan, SshEndpoint } from './connect-plan.ts';
import type { Connection } from './connection.ts';
import type { AcceptedHow } from './host-key-fold.ts';
import { askKnownHosts, revokedFor, type KnownHost } from './known-hosts.ts';
import type { SshTarget } from './machine-shell.ts';
import type { ShownKey } from './shown-key.ts';
import { hostKeyError, isKeyError, type KeyErrorDetails } from './ssh-error.ts';

/** A machine as SSH needs it, read anew before each connection. */
export type Located = {
  readonly endpoints: readonly SshEndpoint[];
  /** Fingerprints that the log of a machine launched here shows; null when it was not launched here. */
  readonly launchedFingerprints: (() => Promise<readonly string[]>) | null;
};

export type SignInDeps = {
  readonly database: Database;
  readonly now: () => number;
  /** Name of this computer, for the events. */
  readonly hostName: string;
  readonly defaultUser: () => string;
  /** @throws RoomError not_found, or why the ledger can not be read. */
  readonly locate: (instanceId: string) => Promise<Located>;
  readonly readAuth: (onlyKeyFile: string | null) => Promise<AuthMaterial>;
  /** The user's own file, read anew; empty when there is none. */
  readonly readKnownHosts: () => Promise<readonly KnownHost[]>;
  readonly onChanged: () => void;
  readonly connectOptions?: ConnectOptions;
};

export type Prepared = { readonly plan: ConnectPlan; readonly auth: AuthMaterial };

export type SignIn = {
  /** Plan and keys for one target, as of now. */
  prepare(target: SshTarget): Promise<Prepared>;
  /** Connects, and decides about host keys that are shown for the first time. */
  signIn(target: SshTarget, signal?: AbortSignal): Promise<Connection>;
};

/** Each route may bring one key that turns out to be acceptable. */
const mostAcceptances = 2;

export function createSignIn(deps: SignInDeps): SignIn {
  const { database } = deps;
  const nowIso = (): string => new Date(deps.now()).toISOString();

  async function prepare(target: SshTarget): Promise<Prepared> {
    const { instanceId } = target;
    const [{ endpoints }, pinned, answered, known, auth] = await Promise.all([
      locate(target),
      database.read('ssh.hostKeys', { instanceId }),
      database.read('ssh.answeredEndpoint', { instanceId }),
      deps.readKnownHosts(),
      deps.readAuth(target.kind === 'address' ? target.keyFile : null),
    ]);
    const plan: ConnectPlan = {
      instanceId,
      user: target.kind === 'address' ? target.user : deps.defaultUser(),
      endpoints: inOrder(endpoints, answered),
      pinned: pinned.map(({ route, fingerprint, keyType }) => ({ route, fingerprint, keyType })),
      revoked: [...new Set(endpoints.flatMap((endpoint) => revokedFor(known, endpoint)))],
    };
    return { plan, auth };
  }

  async function locate(target: SshTarget): Promise<Located> {
    if (target.kind === 'instance') return deps.locate(target.instanceId);
    return { endpoints: [{ kind: 'direct', host: target.host, port: target.port }], launchedFingerprints: null };
  }

  async function accept(
    instanceId: string,
    accepted: { readonly endpoint: SshEndpoint; readonly key: ShownKey; readonly how: AcceptedHow },
  ): Promise<void> {
    await database.write('ssh.acceptKey', {
      hostKey: deps.hostName,
      actor: 'the room',
      wallTime: nowIso(),
      accepted: { instanceId, route: accepted.endpoint.kind, key: accepted.key, how: accepted.how, replaces: null },
    });
    deps.onChanged();
  }

  /** Why a key that was never seen counts all the same; null when nothing speaks for it. @throws host_key_changed. */
  async function evidenceFor(target: SshTarget, details: KeyErrorDetails): Promise<AcceptedHow | null> {
    const { shown, host, port } = details;
    const answer = askKnownHosts(await deps.readKnownHosts(), { host, port }, shown.fingerprint);
    if (answer === 'match') return 'known_hosts';
    if (target.kind === 'address') return target.acceptNewHostKey ? 'first_contact' : null;
    const { launchedFingerprints } = await deps.locate(target.instanceId);
    const told = launchedFingerprints === null ? [] : await launchedFingerprints();
    if (told.includes(shown.fingerprint)) return 'onstart_log';
    if (told.length === 0) return null;
    throw hostKeyError(
      'changed',
      {
        instanceId: target.instanceId,
        pinned: told.map((fingerprint) => ({ route: details.route, fingerprint, keyType: '' })),
      },
      { kind: details.route, host, port },
      shown,
    );
  }

  async function signIn(target: SshTarget, signal?: AbortSignal): Promise<Connection> {
    for (let acceptances = 0; ; acceptances++) {
      const { plan, auth } = await prepare(target);
      try {
        const options = { ...deps.connectOptions, ...(signal === undefined ? {} : { signal }) };
        const connection = await openConnection(plan, auth, options);
        const { endpoint, shown, verdict } = connection;
        if (verdict === 'same_machine') await accept(plan.instanceId, { endpoint, key: shown, how: 'same_machine' });
        await database.write('ssh.answered', { instanceId: plan.instanceId, endpoint, at: nowIso() });
        return connection;
      } catch (thrown) {
        if (!isKeyError(thrown)) throw thrown;
        const { details } = thrown;
        const endpoint: SshEndpoint = { kind: details.route, host: details.host, port: details.port };
        await database.write('ssh.keyShown', {
          instanceId: plan.instanceId,
          endpoint,
          key: details.shown,
          at: nowIso(),
        });
        if (thrown.code !== 'host_key_unknown' || acceptances >= mostAcceptances) throw thrown;
        const how = await evidenceFor(target, details);
        if (how === null) throw thrown;
        await accept(plan.instanceId, { endpoint, key: details.shown, how });
      }
    }
  }

  return { prepare, signIn };
}

/** Direct first; of two spellings of a proxy port the one that answered last time. */
function inOrder(endpoints: readonly SshEndpoint[], answered: SshEndpoint | null): readonly SshEndpoint[] {
  const rank = ({ kind, host, port }: SshEndpoint): number => {
    if (kind === 'direct') return 0;
    return answered?.kind === 'proxy' && answered.host === host && answered.port === port ? 1 : 2;
  };
  return endpoints.toSorted((a, b) => rank(a) - rank(b));
}

/** The first words of what `RoomError` says of a machine that is gone. */
export const goneError = (instanceId: string, goneAt: string): RoomError =>
  new RoomError('not_found', `Machine ${instanceId} is gone since ${goneAt}: there is nobody to talk to.`);
