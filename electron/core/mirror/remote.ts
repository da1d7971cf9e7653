import { createHash } from 'node:crypto';
import type { Settings } from '#shared/contract/room.ts';
import { RoomError } from '#shared/errors.ts';
import { checkAddress } from '../instances/provider.ts';
import type { SecretStore } from '../secrets/secret-store.ts';

/** Which key is used: `mirror` can list, read and write; `prune` is another one, and the only one that can delete. */
export type KeyRole = 'mirror' | 'prune';

/** A bucket and how rclone reaches it. */
export type MirrorRemote = {
  /** The same bucket and prefix have the same id, whoever reaches it with which key. */
  readonly id: string;
  /** For people, without secrets: `b2:bucket/prefix`. */
  readonly label: string;
  readonly bucket: string;
  /** The folder of a machine, as an argument of rclone. */
  rootOf(instanceId: string): string;
  /** Only for the environment of a child: holds the key. */
  readonly environment: Readonly<Record<string, string>>;
  /** Texts that must not appear in anything that is shown or stored. */
  readonly secrets: readonly string[];
};

/** The old script's, so that what it mirrored is found. */
const defaultPrefix = 'blueprint-validation/vast';
const ephemeralName = 'b2ephem';

const secretNames = {
  mirror: {
    stored: ['b2_application_key_id', 'b2_application_key'],
    env: ['B2_APPLICATION_KEY_ID', 'B2_APPLICATION_KEY'],
  },
  prune: { stored: ['b2_prune_key_id', 'b2_prune_key'], env: ['B2_PRUNE_KEY_ID', 'B2_PRUNE_KEY'] },
} as const;

export type RemoteDeps = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly secrets: SecretStore;
  readonly settings: Pick<Settings, 'mirrorBucket' | 'mirrorPrefix' | 'mirrorRemote'>;
  readonly isDemo: boolean;
};

/** True when a bucket is named: somebody means what is here to be there as well. */
export const isBucketSet = (
  environment: RemoteDeps['environment'],
  settings: Pick<Settings, 'mirrorBucket'>,
): boolean => (environment['B2_BUCKET']?.trim() || settings.mirrorBucket || '') !== '';

/**
 * Reads `B2_BUCKET`, `B2_PREFIX`, `B2_ENDPOINT` and the key of the environment, then the settings and the stored key.
 * A remote that is configured in rclone (`mirrorRemote`) is used as it is, with its own key.
 * @throws RoomError key_missing or invalid_input: nothing was sent.
 */
export async function openRemote(role: KeyRole, deps: RemoteDeps): Promise<MirrorRemote> {
  const { environment, settings } = deps;
  const bucket = checkBucket(environment['B2_BUCKET']?.trim() || settings.mirrorBucket || '');
  const prefix = checkPrefix(environment['B2_PREFIX']?.trim() || settings.mirrorPrefix || defaultPrefix);
  const endpoint = readEndpoint(environment['B2_ENDPOINT']);
  if (deps.isDemo && (endpoint === null || endpoint.protocol !== 'http:'))
    throw new RoomError('key_missing', 'The demo workspace uses no real bucket: keys are ignored here.', {
      hint: 'Open another workspace for your snapshots.',
    });
  const label = `b2:${bucket}/${prefix}`;
  const named = role === 'mirror' && endpoint === null ? settings.mirrorRemote : null;
  const id = createHash('sha256')
    .update(`${named ?? endpoint?.origin ?? 'b2'}\n${bucket}\n${prefix}`)
    .digest('hex')
    .slice(0, 16);
  const rootAt = (name: string) => (instanceId: string) => `${name}:${bucket}/${prefix}/${instanceId}`;
  if (named !== null) {
    return {
      id,
      label: label.replace('b2', named),
      bucket,
      rootOf: rootAt(checkName(named)),
      environment: {},
      secrets: [],
    };
  }
  const [keyId, key] = await readKey(role, deps);
  const upper = ephemeralName.toUpperCase();
  return {
    id,
    label,
    bucket,
    rootOf: rootAt(ephemeralName),
    environment: {
      RCLONE_CONFIG: '/dev/null',
      [`RCLONE_CONFIG_${upper}_TYPE`]: 'b2',
      [`RCLONE_CONFIG_${upper}_ACCOUNT`]: keyId,
      [`RCLONE_CONFIG_${upper}_KEY`]: key,
      ...(endpoint === null ? {} : { [`RCLONE_CONFIG_${upper}_ENDPOINT`]: endpoint.origin }),
    },
    secrets: [key, keyId],
  };
}

async function readKey(
  role: KeyRole,
  { environment, secrets, isDemo }: RemoteDeps,
): Promise<readonly [string, string]> {
  const names = secretNames[role];
  const inherited = names.env.map((name) => environment[name]?.trim() ?? '');
  // A pair belongs together: half of one is not made up with half of the other.
  const pair = inherited.every((value) => value !== '')
    ? inherited
    : isDemo
      ? ['', '']
      : await Promise.all(names.stored.map(async (name) => (await secrets.get(name))?.trim() ?? ''));
  const [keyId = '', key = ''] = pair;
  if (keyId === '' || key === '')
    throw new RoomError(
      'key_missing',
      role === 'mirror'
        ? 'No key of the bucket is set, so nothing can be mirrored.'
        : 'No key that may delete is set, so nothing can be pruned.',
      { hint: `Set the secrets ${names.stored.join(' and ')}, or start the room with ${names.env.join(' and ')}.` },
    );
  if (!/^[\x21-\x7e]{1,200}$/.test(keyId) || !/^[\x21-\x7e]{1,200}$/.test(key))
    throw new RoomError('key_refused', 'The key of the bucket has characters that no key has. Nothing was sent.');
  return [keyId, key];
}

function readEndpoint(text: string | undefined): URL | null {
  const wanted = text?.trim() ?? '';
  return wanted === '' ? null : checkAddress(wanted, 'B2_ENDPOINT');
}

function checkBucket(bucket: string): string {
  if (bucket === '')
    throw new RoomError('key_missing', 'No bucket is set, so nothing can be mirrored.', {
      hint: 'Set the bucket in Settings, or start the room with B2_BUCKET.',
    });
  if (/^[A-Za-z0-9][A-Za-z0-9.-]{2,62}$/.test(bucket)) return bucket;
  throw new RoomError('invalid_input', 'The name of the bucket is not one that a bucket can have. Nothing was sent.');
}

function checkPrefix(prefix: string): string {
  const parts = prefix.replace(/^\/+|\/+$/g, '').split('/');
  if (parts.every((part) => /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/.test(part))) return parts.join('/');
  throw new RoomError(
    'invalid_input',
    'The prefix has a part that can not be a folder of the bucket. Nothing was sent.',
    {
      hint: 'Use letters, digits, dot, dash and underscore between the slashes.',
    },
  );
}

function checkName(name: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(name)) return name;
  throw new RoomError('invalid_input', 'The name of the rclone remote in Settings is not one that rclone takes.');
}
