import type { Delivery } from '#shared/model/schedule.ts';
import type { Ports } from '../ports.ts';

type AddressDeps = Pick<Ports, 'environment' | 'secrets'>;

/**
 * Where something is sent to. The whole address may be a key (a token in its path), so that it comes from the secret
 * store or the environment, and only its host is ever shown.
 */
export type OutsideAddress =
  | { readonly state: 'none' }
  | { readonly state: 'unfit'; readonly problem: string }
  | { readonly state: 'set'; readonly url: URL; readonly host: string };

const names = {
  webhook: { stored: 'webhook_url', env: 'ROOM_WEBHOOK_URL' },
  heartbeat: { stored: 'heartbeat_url', env: 'ROOM_HEARTBEAT_URL' },
} as const;

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Reads an address anew, so that one that was set a moment ago counts. What is wrong with it is said without it. */
export async function readOutsideAddress(
  kind: Delivery['kind'],
  { environment, secrets }: AddressDeps,
): Promise<OutsideAddress> {
  const { stored, env } = names[kind];
  let text = environment[env]?.trim() ?? '';
  if (text === '') {
    try {
      text = (await secrets.get(stored))?.trim() ?? '';
    } catch {
      return { state: 'unfit', problem: `The secret ${stored} could not be read.` };
    }
  }
  if (text === '') return { state: 'none' };
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return { state: 'unfit', problem: 'It is not a web address.' };
  if (url.username !== '' || url.password !== '')
    return { state: 'unfit', problem: 'It has a name or password in it: use an address with a token in its path.' };
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback.test(url.hostname)))
    return { state: 'unfit', problem: 'It is neither https nor on this computer: it could be read on the way.' };
  return { state: 'set', url, host: url.host };
}
