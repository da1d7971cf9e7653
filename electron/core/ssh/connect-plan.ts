import type { Instance } from '#shared/model/instance.ts';
import type { SshRoute } from '#shared/model/ssh.ts';
import type { ShownKey } from './shown-key.ts';

export type SshEndpoint = Instance['sshEndpoints'][number];

export type PinnedKey = { readonly route: SshRoute } & Pick<ShownKey, 'fingerprint' | 'keyType'>;

/**
 * How to reach one machine: plain data without a secret, so that a worker thread can connect by itself. The
 * host key is judged by `pinned` alone: whoever connects with a plan can not be talked into another key.
 */
export type ConnectPlan = {
  /** Whose host keys these are. */
  readonly instanceId: string;
  readonly user: string;
  /** In the order in which they are tried. */
  readonly endpoints: readonly SshEndpoint[];
  readonly pinned: readonly PinnedKey[];
  /** Fingerprints that the user's own known_hosts revokes for one of the endpoints. */
  readonly revoked: readonly string[];
};

export type Identity =
  | { readonly kind: 'agent'; readonly name: string; readonly socketPath: string }
  /** A private key as text, without a passphrase any more. */
  | { readonly kind: 'key'; readonly name: string; readonly privateKey: string };

/**
 * What is signed in with: holds key material. It goes from memory to memory (a message to a thread) and
 * never into a file, an argument, a log or an error.
 */
export type AuthMaterial = {
  readonly identities: readonly Identity[];
  /** Keys that are there and can not be used, each with why, in words. */
  readonly unusable: readonly { readonly name: string; readonly why: string; readonly needsPassphrase: boolean }[];
};

/** How an endpoint is called in words. */
export const nameOf = ({ kind, host, port }: SshEndpoint): string => `${host}:${port} (${kind})`;
