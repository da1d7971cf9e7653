import { connect as connectSocket, type Socket } from 'node:net';
import type { AnyAuthMethod, AuthenticationType, Client } from 'ssh2';
import type { RoomError } from '#shared/errors.ts';
import { hostKeyAlgorithms, sshAlgorithms } from './algorithms.ts';
import { nameOf, type AuthMaterial, type ConnectPlan, type Identity, type SshEndpoint } from './connect-plan.ts';
import { createConnection, type Connection } from './connection.ts';
import { judgeHostKey, type HostKeyVerdict } from './host-key-verdict.ts';
import { shownKeyOf, type ShownKey } from './shown-key.ts';
import { abortReason, hostKeyError, refusedError, unreachableError } from './ssh-error.ts';

export type ConnectOptions = {
  readonly signal?: AbortSignal;
  /** Until somebody picks up at the address. Default: 6 s. */
  readonly tcpTimeoutMs?: number;
  /** From there until signed in; an agent may ask its owner first. Default: 25 s. */
  readonly signInTimeoutMs?: number;
};

/** Three missed answers and the connection counts as lost. */
const keepAliveIntervalMs = 10_000;
const keepAliveMisses = 3;

/** What became of one try: `turnedAway` ended because of too many keys, with some of ours not tried yet. */
type Attempt =
  | { readonly kind: 'connected'; readonly connection: Connection }
  | { readonly kind: 'failed'; readonly error: RoomError }
  | { readonly kind: 'turned_away'; readonly triedCount: number };

/**
 * Connects to one address and signs in. The host key is judged before anything of ours is sent.
 * @throws RoomError ssh_unreachable, ssh_refused, host_key_unknown, host_key_changed, cancelled.
 */
export async function connectEndpoint(
  plan: ConnectPlan,
  endpoint: SshEndpoint,
  auth: AuthMaterial,
  options: ConnectOptions = {},
): Promise<Connection> {
  const refused: string[] = [];
  let from = 0;
  for (;;) {
    const attempt = await attemptOnce(plan, endpoint, auth, { ...options, from, refused });
    if (attempt.kind === 'connected') return attempt.connection;
    if (attempt.kind === 'failed') throw attempt.error;
    from += attempt.triedCount;
  }
}

async function attemptOnce(
  plan: ConnectPlan,
  endpoint: SshEndpoint,
  auth: AuthMaterial,
  options: ConnectOptions & { readonly from: number; readonly refused: string[] },
): Promise<Attempt> {
  const { signal, refused } = options;
  if (signal?.aborted === true) throw abortReason(signal);
  const { Client: ClientOf } = (await import('ssh2')).default;
  const socket = await openSocket(endpoint, options);
  const client = new ClientOf();
  const left = auth.identities.slice(options.from);
  const keys = watchHostKey(plan, endpoint);
  const walk = walkIdentities(plan.user, left, refused);

  return new Promise<Attempt>((resolve) => {
    const settle = (attempt: Attempt): void => {
      signal?.removeEventListener('abort', onAbort);
      client.removeListener('error', onError).removeListener('close', onClose);
      if (attempt.kind !== 'connected') {
        client.on('error', () => undefined);
        client.destroy();
        socket.destroy();
      }
      resolve(attempt);
    };
    const fail = (error: RoomError): void => settle({ kind: 'failed', error });
    const onAbort = (): void => fail(abortReason(signal!));
    const onClose = (): void =>
      fail(unreachableError(`${nameOf(endpoint)} closed the connection before it was signed in.`));
    const onError = (error: Error & { readonly level?: string }): void => {
      const { shown, verdict } = keys.seen();
      // An agent that does not answer is one identity that does not work: the others are tried.
      if (error.level === 'agent') return walk.noteFault(error.message);
      if (shown !== null && verdict !== null && verdict !== 'known' && verdict !== 'same_machine')
        return fail(hostKeyError(verdict, plan, endpoint, shown));
      if (error.level === 'client-authentication') {
        // A key that can not sign is followed by the next one.
        if (/sign/i.test(error.message)) return;
        return fail(refusedError(plan, endpoint, auth, refused));
      }
      if (walk.triedCount() > 0 && /too many authentication failures/i.test(error.message)) {
        walk.markRefused();
        if (walk.triedCount() < left.length) return settle({ kind: 'turned_away', triedCount: walk.triedCount() });
        return fail(refusedError(plan, endpoint, auth, refused));
      }
      fail(unreachableError(`${nameOf(endpoint)}: ${wordsOf(error)}.`));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    client
      .on('error', onError)
      .on('close', onClose)
      .once('ready', () => {
        const { shown, verdict } = keys.seen();
        if (shown === null || (verdict !== 'known' && verdict !== 'same_machine'))
          return fail(unreachableError(`${nameOf(endpoint)} signed in without a host key.`));
        const connection = createConnection(client, { endpoint, shown, verdict });
        settle({ kind: 'connected', connection });
      })
      .connect({
        sock: socket,
        username: plan.user,
        readyTimeout: options.signInTimeoutMs ?? 25_000,
        keepaliveInterval: keepAliveIntervalMs,
        keepaliveCountMax: keepAliveMisses,
        algorithms: {
          ...mutable(sshAlgorithms),
          serverHostKey: hostKeyAlgorithms(plan.pinned.map((key) => key.keyType)) ?? [],
        },
        hostVerifier: keys.verify,
        authHandler: walk.next,
      } satisfies Parameters<Client['connect']>[0]);
  });
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };
const mutable = <T extends object>(value: T): Mutable<T> => value as Mutable<T>;

/** Looks at the key before the library signs in: a wrong one ends the handshake there. */
function watchHostKey(
  plan: ConnectPlan,
  endpoint: SshEndpoint,
): {
  readonly verify: (key: Buffer) => boolean;
  readonly seen: () => { readonly shown: ShownKey | null; readonly verdict: HostKeyVerdict | null };
} {
  let shown: ShownKey | null = null;
  let verdict: HostKeyVerdict | null = null;
  return {
    verify(key) {
      shown = shownKeyOf(key);
      verdict = judgeHostKey(plan, endpoint.kind, shown.fingerprint);
      return verdict === 'known' || verdict === 'same_machine';
    },
    seen: () => ({ shown, verdict }),
  };
}

/** False ends the walk: the library's types know the callback only, its code takes the answer. */
type NextAuth = (left: AuthenticationType[], partialSuccess: boolean) => AnyAuthMethod | false;

/** Hands the identities to the library one after the other, and notes which of them were refused. */
function walkIdentities(
  user: string,
  identities: readonly Identity[],
  refused: string[],
): {
  readonly next: NextAuth;
  readonly triedCount: () => number;
  readonly markRefused: () => void;
  /** The identity that is being tried does not work, and why. */
  readonly noteFault: (why: string) => void;
} {
  let tried = 0;
  let fault: string | null = null;
  const markRefused = (wasTaken = false): void => {
    const last = identities[tried - 1];
    if (last === undefined) return;
    const why = wasTaken ? 'taken, but the server wants more than a key' : fault;
    const words = why === null ? last.name : `${last.name} (${why})`;
    fault = null;
    if (!refused.includes(words)) refused.push(words);
  };
  return {
    triedCount: () => tried,
    markRefused,
    noteFault: (why) => {
      fault = why;
    },
    next: (_left, partialSuccess) => {
      markRefused(partialSuccess);
      const identity = identities[tried];
      if (identity === undefined) return false;
      tried += 1;
      return identity.kind === 'agent'
        ? { type: 'agent', username: user, agent: identity.socketPath }
        : { type: 'publickey', username: user, key: identity.privateKey };
    },
  };
}

/** @throws RoomError ssh_unreachable, cancelled. */
async function openSocket(endpoint: SshEndpoint, options: ConnectOptions): Promise<Socket> {
  const { signal } = options;
  const timeoutMs = options.tcpTimeoutMs ?? 6000;
  const socket = connectSocket({ host: endpoint.host, port: endpoint.port });
  socket.setNoDelay(true);
  const onAbort = (): void => void socket.destroy(abortReason(signal!));
  const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return socket;
  } catch (thrown) {
    socket.destroy();
    if (signal?.aborted === true) throw abortReason(signal);
    throw unreachableError(`${nameOf(endpoint)}: ${wordsOf(thrown as Error)}.`);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

const socketWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'the host can not be reached',
  ENETUNREACH: 'there is no network to it',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
};

/** A fault in words; what a server sent is cut short and stripped of control characters. */
function wordsOf(error: Error & { readonly code?: unknown }): string {
  const known = typeof error.code === 'string' ? socketWords[error.code] : undefined;
  if (known !== undefined) return known;
  if (/timed out while waiting for handshake/i.test(error.message)) return 'it picks up and does not finish signing in';
  if (/connection lost before handshake/i.test(error.message))
    return 'the connection was cut before a host key was shown';
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  return error.message.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').slice(0, 200) || 'the connection failed';
}
