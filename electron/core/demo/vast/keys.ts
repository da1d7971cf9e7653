import { refuse } from './answer.ts';
import type { World } from './world.ts';

/** Who calls. A `read` key has `instance_read` and `user_read` only; an instance's key is for that instance. */
export type Caller =
  | { readonly kind: 'account' | 'read'; readonly name: string }
  | { readonly kind: 'instance'; readonly instanceId: number; readonly name: string }
  | { readonly kind: 'nobody'; readonly name: 'none' | 'wrong' | 'malformed' };

export const readKey = 'test-read-key';

/** The key that a create answers with. It is minted from the id, so that a test can name it. */
export function instanceKeyOf(instanceId: number): string {
  return `instance-key-${instanceId}`;
}

/** Reads the bearer key, or the `api_key` of the address as older clients send it. */
export function identify(accountKey: string, authorization: string | undefined, keyInUrl: string | null): Caller {
  const bearer = authorization === undefined ? null : (/^Bearer\s+(\S+)$/i.exec(authorization)?.[1] ?? '');
  if (bearer === '') return { kind: 'nobody', name: 'malformed' };
  const key = bearer ?? keyInUrl;
  if (key === null) return { kind: 'nobody', name: 'none' };
  if (key === accountKey) return { kind: 'account', name: 'account' };
  if (key === readKey) return { kind: 'read', name: 'read' };
  const instanceId = /^instance-key-(\d+)$/.exec(key)?.[1];
  if (instanceId !== undefined)
    return { kind: 'instance', instanceId: Number(instanceId), name: `instance-${instanceId}` };
  return { kind: 'nobody', name: 'wrong' };
}

/** What the service says to a key that is missing, wrong, revoked or not for this. */
export function admit(
  world: World,
  caller: Caller,
  route: { readonly right: 'read' | 'write'; readonly ownInstance: number | null },
): void {
  if (caller.kind === 'nobody') {
    if (caller.name === 'malformed') throw refuse(401, 'unauthorized', 'Please log in or sign up.');
    if (caller.name === 'none') throw refuse(403, 'auth_error', 'This action requires login.');
    throw refuse(404, 'auth_error', 'Invalid user key');
  }
  if (world.faults.get('revoked_key') !== null) throw refuse(404, 'auth_error', 'Invalid user key');
  if (caller.kind === 'read' && route.right === 'write') {
    throw refuse(403, 'not_authorized', 'error 403/5002: this key lacks the permission instance_write');
  }
  if (caller.kind !== 'instance') return;
  // The key of a machine that is gone is gone with it.
  if (!world.machines.has(caller.instanceId)) throw refuse(404, 'auth_error', 'Invalid user key');
  if (route.ownInstance !== caller.instanceId) {
    throw refuse(403, 'not_authorized', 'error 403/5003: this key is for another instance');
  }
}
