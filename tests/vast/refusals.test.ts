import { expect, test } from 'vitest';
import { simulated, type Simulated } from './simulated.ts';
import type { Reply } from './sheet-client.ts';

type Row = readonly [
  what: string,
  send: (room: Simulated) => Promise<Reply>,
  status: number,
  error: string | undefined,
];

const ssh = { ssh_key: 'ssh-ed25519 AAAAC3Nz test' };

const rows: readonly Row[] = [
  ['no key', ({ client }) => client.send('GET', '/api/v1/instances/', { key: null }), 403, 'auth_error'],
  ['a wrong key', ({ client }) => client.send('GET', '/api/v1/instances/', { key: 'x' }), 404, 'auth_error'],
  [
    'a key of an instance that is gone',
    ({ client }) => client.send('PUT', '/api/v0/instances/9/', { key: 'instance-key-9' }),
    404,
    'auth_error',
  ],
  [
    'a key that may only read',
    ({ client }) => client.send('PUT', '/api/v0/instances/1/', { key: 'test-read-key', body: { state: 'stopped' } }),
    403,
    'not_authorized',
  ],
  [
    "another instance's key",
    ({ client }) => client.send('PUT', '/api/v0/instances/1/', { key: 'instance-key-2', body: { state: 'stopped' } }),
    403,
    'not_authorized',
  ],
  [
    "an instance's key for the list",
    ({ client }) => client.send('GET', '/api/v1/instances/', { key: 'instance-key-1' }),
    403,
    'not_authorized',
  ],
  ['a stop of nothing', ({ client }) => client.stop(9), 404, 'no_such_instance'],
  ['a destroy of nothing', ({ client }) => client.destroy(9), 404, 'no_such_instance'],
  ['a stop of many, one of them nothing', ({ client }) => client.stopMany([1, 9]), 404, 'no_such_instance'],
  [
    'a state of its own',
    ({ client }) => client.send('PUT', '/api/v0/instances/1/', { body: { state: 'paused' } }),
    400,
    'invalid_args',
  ],
  ['a label that is too long', ({ client }) => client.label(1, 'x'.repeat(1025)), 400, 'label_too_long'],
  ['a bid on what was rented on demand', ({ client }) => client.changeBid(1, 0.4), 400, 'invalid_request'],
  ['a create without an image', ({ client }) => client.create(7_410_000, { image: null }), 400, 'invalid_args'],
  [
    'a create with docker flags for env',
    ({ client }) => client.create(7_410_000, { env: '-e A=1' }),
    400,
    'invalid_args',
  ],
  ['a create with too small a disk', ({ client }) => client.create(7_410_000, { disk: 7 }), 400, 'invalid_args'],
  [
    'a create with too long a label',
    ({ client }) => client.create(7_410_000, { label: 'x'.repeat(257) }),
    400,
    'label_too_long',
  ],
  [
    'a create with too long an onstart',
    ({ client }) => client.create(7_410_000, { onstart: 'x'.repeat(4097) }),
    400,
    'invalid_args',
  ],
  ['a create with a bid beyond reason', ({ client }) => client.create(7_410_000, { price: 500 }), 400, 'invalid_price'],
  ['a create of no offer', ({ client }) => client.create(1), 404, 'invalid_args'],
  [
    'a log with a number for its tail',
    ({ client }) => client.send('PUT', '/api/v0/instances/request_logs/1/', { body: { tail: 5 } }),
    400,
    'invalid_args',
  ],
  ['a command that is not allowed', ({ client }) => client.execute(1, 'cat /etc/passwd'), 400, 'invalid_args'],
  ['a command that is too long', ({ client }) => client.execute(1, `ls ${'x'.repeat(520)}`), 400, 'invalid_args'],
  [
    'an SSH key that is none',
    ({ client }) => client.send('POST', '/api/v0/ssh/', { body: { ssh_key: 'hello' } }),
    400,
    'invalid_args',
  ],
  [
    'an SSH key for nothing',
    ({ client }) => client.send('POST', '/api/v0/instances/9/ssh/', { body: ssh }),
    404,
    'no_such_instance',
  ],
  ['an address that is not there', ({ client }) => client.send('GET', '/api/v0/nothing/'), 404, 'not_found'],
];

test.each(rows)('%s is refused as the service does', async (_what, send, status, error) => {
  const room = await simulated();
  await room.control.addMachine({ id: 1 });
  await room.control.addMachine({ id: 2 });
  const reply = await send(room);
  expect([reply.status, reply.json?.success, reply.json?.error, typeof reply.json?.msg]).toEqual([
    status,
    false,
    error,
    'string',
  ]);
  expect(room.control.machines().map(({ intendedStatus }) => intendedStatus)).toEqual(['running', 'running']);
});

test('a body that is no JSON is a 400, and a 483 for a command', async () => {
  const { url, control } = await simulated();
  await control.addMachine({ id: 1 });
  const send = async (path: string): Promise<number> => {
    const headers = { authorization: 'Bearer test-key', 'content-type': 'application/json' };
    return (await fetch(`${url}${path}`, { method: 'PUT', headers, body: '{"command":' })).status;
  };
  expect(await send('/api/v0/instances/1/')).toBe(400);
  expect(await send('/api/v0/instances/command/1/')).toBe(483);
});

test('an Authorization that is no bearer key is a 401', async () => {
  const { url } = await simulated();
  const reply = await fetch(`${url}/api/v1/instances/`, { headers: { authorization: 'Basic eDp5' } });
  expect(reply.status).toBe(401);
});

test("an instance's own key starts, stops, reads and destroys that instance", async () => {
  const { client, control } = await simulated();
  const { json } = await client.create(7_410_000);
  const id = json.new_contract as number;
  const key = json.instance_api_key as string;
  control.advance(120);
  const path = `/api/v0/instances/${id}/`;
  expect((await client.send('PUT', path, { key, body: { state: 'running' } })).json.success).toBe(true);
  expect((await client.send('PUT', path, { key, body: { state: 'stopped' } })).json.success).toBe(true);
  control.advance(20);
  expect((await client.send('GET', path, { key })).json.instances).toMatchObject({ id, actual_status: 'exited' });
  expect((await client.send('DELETE', path, { key })).json.success).toBe(true);
});

test('a page of a browser is refused, and so is a name that only points here', async () => {
  const { url, control } = await simulated();
  const origin = await fetch(`${url}/__control/faults`, {
    method: 'PUT',
    headers: { origin: 'https://example.com' },
    body: '{"name":"revoked_key"}',
  });
  expect(origin.status).toBe(403);
  expect(control.requests()).toEqual([]);
});
