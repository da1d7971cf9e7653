import { z } from 'zod';
import { ok, refuse } from '../answer.ts';
import { shownSeconds } from '../instance-row.ts';
import { newId, type SshKey, type World } from '../world.ts';
import { machineOf, readBody, type Route } from './route.ts';

const userId = 288_011;
const keyBody = z.object({ ssh_key: z.string().regex(/^(?:ssh|ecdsa|sk)-\S+ \S+/, 'not a public key') });

function accountKeyRow(world: World, key: SshKey): Record<string, unknown> {
  const createdAt = shownSeconds(world, key.createdAtMs);
  return { id: key.id, user_id: userId, created_at: createdAt, deleted_at: null };
}

function accountKey(world: World, id: string | undefined): SshKey {
  const key = world.accountKeys.get(Number(id));
  if (key === undefined) throw refuse(404, 'no_such_ssh_key', `error 404/2204: no_such_ssh_key ${id ?? ''}`);
  return key;
}

const user: Route = {
  method: 'GET',
  path: /^\/api\/v0\/users\/current$/,
  pace: null,
  right: 'read',
  handle: ({ world }) => ({
    status: 200,
    body: {
      id: userId,
      username: 'demo-team',
      email: 'demo-team@example.com',
      fullname: 'Demo Team',
      credit: world.creditUsd,
      balance: Math.min(0, world.creditUsd),
      balance_threshold: 5,
      balance_threshold_enabled: true,
      can_pay: true,
      has_billing: true,
      ssh_key: [...world.accountKeys.values()][0]?.publicKey ?? null,
      api_key: 'account-secret-of-the-simulator',
    },
  }),
};

const accountKeys: readonly Route[] = [
  {
    method: 'GET',
    path: /^\/api\/v0\/ssh$/,
    pace: null,
    right: 'read',
    handle: ({ world }) => ({
      status: 200,
      body: [...world.accountKeys.values()].map((key) => ({ ...accountKeyRow(world, key), key: key.publicKey })),
    }),
  },
  {
    method: 'POST',
    path: /^\/api\/v0\/ssh$/,
    pace: 'ssh_key',
    right: 'write',
    handle: (call) => {
      const { world } = call;
      const key = { id: newId(world), publicKey: readBody(call, keyBody).ssh_key, createdAtMs: world.atMs };
      world.accountKeys.set(key.id, key);
      return ok({ key: { ...accountKeyRow(world, key), public_key: key.publicKey } });
    },
  },
  {
    method: 'PUT',
    path: /^\/api\/v0\/ssh\/(\d+)$/,
    pace: 'ssh_key',
    right: 'write',
    handle: (call) => {
      const key = accountKey(call.world, call.parts[0]);
      call.world.accountKeys.set(key.id, { ...key, publicKey: readBody(call, keyBody).ssh_key });
      return ok();
    },
  },
  {
    method: 'DELETE',
    path: /^\/api\/v0\/ssh\/(\d+)$/,
    pace: 'ssh_detach',
    right: 'write',
    handle: ({ world, parts }) => {
      world.accountKeys.delete(accountKey(world, parts[0]).id);
      return ok();
    },
  },
];

const machineKeys: readonly Route[] = [
  {
    // The list is JSON inside JSON.
    method: 'GET',
    path: /^\/api\/v0\/instances\/(\d+)\/ssh$/,
    pace: null,
    right: 'read',
    handle: (call) => {
      const keys = call.world.machineKeys.get(machineOf(call).id) ?? [];
      const rows = keys.map(({ id, publicKey }) => ({ id, name: `key-${id}`, public_key: publicKey }));
      return ok({ ssh_keys: JSON.stringify(rows) });
    },
  },
  {
    method: 'POST',
    path: /^\/api\/v0\/instances\/(\d+)\/ssh$/,
    pace: 'ssh_key',
    right: 'write',
    handle: (call) => {
      const { world } = call;
      const { id } = machineOf(call);
      const key = { id: newId(world), publicKey: readBody(call, keyBody).ssh_key, createdAtMs: world.atMs };
      world.machineKeys.set(id, [...(world.machineKeys.get(id) ?? []), key]);
      return ok({ msg: 'SSH key added.' });
    },
  },
  {
    method: 'DELETE',
    path: /^\/api\/v0\/instances\/(\d+)\/ssh\/(\d+)$/,
    pace: 'ssh_detach',
    right: 'write',
    handle: (call) => {
      const { id } = machineOf(call);
      const keys = call.world.machineKeys.get(id) ?? [];
      const left = keys.filter((key) => key.id !== Number(call.parts[1]));
      if (left.length === keys.length)
        throw refuse(404, 'no_such_ssh_key', `error 404/2204: no_such_ssh_key ${call.parts[1] ?? ''}`);
      call.world.machineKeys.set(id, left);
      return ok();
    },
  },
];

export const accountRoutes: readonly Route[] = [user, ...accountKeys, ...machineKeys];
