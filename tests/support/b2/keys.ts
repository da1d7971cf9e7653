import { randomBytes } from 'node:crypto';
import { Refusal, expiredToken } from './refusal.ts';

export type Capability =
  | 'listBuckets'
  | 'listFiles'
  | 'readFiles'
  | 'writeFiles'
  | 'deleteFiles'
  | 'writeBuckets'
  | 'deleteBuckets';

/** Enough to mirror, check and restore; nothing can be deleted with it. */
export const mirrorCapabilities: readonly Capability[] = ['listBuckets', 'listFiles', 'readFiles', 'writeFiles'];

export type ApplicationKey = {
  readonly keyId: string;
  readonly key: string;
  readonly capabilities: readonly Capability[];
  /** Null: every bucket and every name. */
  readonly bucketName: string | null;
  readonly namePrefix: string | null;
};

export type Keys = {
  add(options: {
    readonly capabilities: readonly Capability[];
    readonly bucketName?: string | null;
    readonly namePrefix?: string | null;
  }): ApplicationKey;
  /** Takes a key away, as when it is deleted in the console: its tokens end, too. */
  revoke(keyId: string): void;
  /** Answers a new token for the header of an authorize call. */
  authorize(header: string | undefined): { readonly key: ApplicationKey; readonly token: string };
  /** The key that a token stands for; refuses a token that is unknown or over. */
  keyOf(token: string | undefined): ApplicationKey;
  /** Every token that was given so far is over from now on. */
  expireTokens(): void;
};

export function createKeys(): Keys {
  const keys = new Map<string, ApplicationKey>();
  const tokens = new Map<string, { readonly key: ApplicationKey; isExpired: boolean }>();

  return {
    add(options) {
      const key: ApplicationKey = {
        keyId: `005${randomBytes(11).toString('hex')}`,
        key: `K005${randomBytes(20).toString('base64url')}`,
        capabilities: options.capabilities,
        bucketName: options.bucketName ?? null,
        namePrefix: options.namePrefix ?? null,
      };
      keys.set(key.keyId, key);
      return key;
    },
    revoke(keyId) {
      keys.delete(keyId);
      for (const [token, entry] of tokens) if (entry.key.keyId === keyId) tokens.delete(token);
    },
    authorize(header) {
      const [keyId, secret] = Buffer.from((header ?? '').replace(/^Basic\s+/i, ''), 'base64')
        .toString('utf8')
        .split(':');
      const key = keys.get(keyId ?? '');
      if (key === undefined || key.key !== secret) throw new Refusal(401, 'unauthorized', 'invalid application key');
      const token = `4_005_${randomBytes(24).toString('base64url')}_acct`;
      tokens.set(token, { key, isExpired: false });
      return { key, token };
    },
    keyOf(token) {
      const entry = tokens.get(token ?? '');
      if (entry === undefined) throw new Refusal(401, 'bad_auth_token', 'invalid authorization token');
      if (entry.isExpired) throw expiredToken();
      return entry.key;
    },
    expireTokens() {
      for (const entry of tokens.values()) entry.isExpired = true;
    },
  };
}

/** @throws Refusal 401 when the key may not do this, here. */
export function demand(
  key: ApplicationKey,
  capability: Capability,
  place: { readonly bucketName?: string; readonly name?: string } = {},
): void {
  const isHere = key.bucketName === null || place.bucketName === undefined || key.bucketName === place.bucketName;
  const isNamed = key.namePrefix === null || place.name === undefined || place.name.startsWith(key.namePrefix);
  if (!key.capabilities.includes(capability) || !isHere || !isNamed)
    throw new Refusal(401, 'unauthorized', `not entitled: ${capability}`);
}
