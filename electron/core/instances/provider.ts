import { RoomError } from '#shared/errors.ts';
import type { FleetView } from '#shared/model/fleet.ts';
import type { SecretStore } from '../secrets/secret-store.ts';

const ownAddress = 'https://console.vast.ai';
const secretName = 'vast_api_key';

/** Where the provider is asked, and with which key. */
export type Provider = {
  /** Origin without a slash at the end. */
  readonly address: string;
  readonly isLoopback: boolean;
  /** True of the address that the provider itself publishes. */
  readonly isOwnAddress: boolean;
  readonly source: FleetView['source'];
  /** How many times faster than real time it runs; 1 unless it is a stand-in on this computer. */
  readonly speed: number;
  /** @throws RoomError key_missing. */
  readonly readKey: () => Promise<string>;
};

function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/**
 * A place that may be asked: https anywhere, plain http on this computer only.
 * @throws RoomError invalid_input for any other address, or one with a password in it.
 */
export function checkAddress(text: string, what: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new RoomError('invalid_input', `${what} is not a web address. Nothing was sent.`);
  }
  if (url.username !== '' || url.password !== '')
    throw new RoomError('invalid_input', `${what} has a name or password in it. Nothing was sent.`, {
      hint: 'The key goes into the settings or VAST_API_KEY, never into an address.',
    });
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname))) return url;
  throw new RoomError(
    'invalid_input',
    `${what} (${url.protocol}//${url.host}) is neither https nor on this computer: the key could be read on the way. Nothing was sent.`,
    { hint: 'Use an https address, or http://127.0.0.1:<port> for a stand-in.' },
  );
}

/** @throws RoomError key_refused for a key that could break out of a header. */
function checkKey(key: string): string {
  const trimmed = key.trim();
  if (/^[\x21-\x7e]{1,512}$/.test(trimmed)) return trimmed;
  throw new RoomError('key_refused', 'The API key of the provider has characters that no key has. Nothing was sent.', {
    hint: 'Set the key again: one line, without spaces.',
  });
}

/** A provider that this process simulates, with the one key that it takes. */
export type SimulatedProvider = { readonly address: string; readonly key: string };

/** How many times faster than real time a provider on this computer runs: `ROOM_VAST_SPEED`, 1 to 1000; else 1. */
export function readSpeed(environment: Readonly<Record<string, string | undefined>>): number {
  const speed = Number(environment['ROOM_VAST_SPEED'] ?? '1');
  return speed >= 1 && speed <= 1000 ? speed : 1;
}

/**
 * Reads `VAST_URL` and `VAST_API_KEY`. The key of the environment belongs to the address of the
 * environment; the stored key comes first for the provider's own address. A demo workspace takes a
 * key only for an address on this computer: it never touches a real account. A simulated provider comes
 * before all of it, and no key but its own is read.
 * @throws RoomError invalid_input for an address that may not be asked.
 */
export function readProvider(deps: {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly secrets: SecretStore;
  readonly isDemo: boolean;
  readonly simulated?: SimulatedProvider | null;
}): Provider {
  const { simulated = null } = deps;
  if (simulated !== null)
    return {
      address: simulated.address,
      isLoopback: true,
      isOwnAddress: false,
      source: 'simulated',
      speed: readSpeed(deps.environment),
      readKey: async () => simulated.key,
    };
  const wanted = deps.environment['VAST_URL']?.trim() ?? '';
  const url = checkAddress(wanted === '' ? ownAddress : wanted, 'VAST_URL');
  const isLoopback = isLoopbackHost(url.hostname);
  const inherited = deps.environment['VAST_API_KEY']?.trim() ?? '';

  return {
    address: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    isLoopback,
    isOwnAddress: url.origin === ownAddress,
    source: 'live',
    speed: isLoopback ? readSpeed(deps.environment) : 1,
    async readKey() {
      if (deps.isDemo && !isLoopback)
        throw new RoomError('key_missing', 'The demo workspace uses no real account: keys are ignored here.', {
          hint: 'Open another workspace for your machines.',
        });
      const stored = deps.isDemo ? null : await deps.secrets.get(secretName);
      const key = wanted === '' ? stored || inherited : inherited || stored;
      if (key === null || key === '')
        throw new RoomError('key_missing', 'No API key of the provider is set, so no machine can be seen.', {
          hint: 'Set the secret vast_api_key, or start the room with VAST_API_KEY in its environment.',
        });
      return checkKey(key);
    },
  };
}
