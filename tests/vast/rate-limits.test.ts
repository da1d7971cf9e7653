import { expect, test } from 'vitest';
import type { Reply } from './sheet-client.ts';
import { simulated, type Simulated } from './simulated.ts';

type Row = readonly [name: string, seconds: number, send: (room: Simulated) => Promise<Reply>];

const rows: readonly Row[] = [
  ['list', 1, ({ client }) => client.send('GET', '/api/v1/instances/')],
  ['one instance', 2, ({ client }) => client.send('GET', '/api/v0/instances/1/')],
  ['start, stop, label', 1, ({ client }) => client.start(1)],
  ['reboot, recycle', 1, ({ client }) => client.reboot(1)],
  ['destroy', 3, ({ client }) => client.destroyMany([9])],
  ['change of a bid', 5.5, ({ client }) => client.changeBid(2, 0.5)],
  ['execute', 1.5, ({ client }) => client.execute(1, 'ls')],
  ['charges', 1, ({ client }) => client.charges(0, 4e9)],
  ['invoices', 3, ({ client }) => client.send('GET', '/api/v1/invoices/')],
];

test.each(rows)('%s: one in %d s', async (_name, seconds, send) => {
  const room = await simulated({ rateLimits: 'on', speed: 100 });
  await room.control.addMachine({ id: 1 });
  await room.control.addMachine({ id: 2, bidPerHourUsd: 0.4 });
  expect((await send(room)).status).toBe(200);
  const early = await send(room);
  expect([early.status, early.json, early.headers.has('retry-after')]).toEqual([429, undefined, false]);
  expect(early.contentType).toMatch(/^text\/plain/);
  expect(early.text).toMatch(/^API requests too frequent endpoint threshold=\d\.\d$/);
  // The wall clock counts, however fast the simulated one runs.
  room.passWallTime(seconds * 1000 - 100);
  expect((await send(room)).status).toBe(429);
  room.passWallTime(100);
  expect((await send(room)).status).toBe(200);
});

test('two endpoints, and two keys, do not wait for one another', async () => {
  const { client } = await simulated({ rateLimits: 'on' });
  expect((await client.send('GET', '/api/v1/instances/')).status).toBe(200);
  expect((await client.send('GET', '/api/v0/instances/1/')).status).toBe(200);
  expect((await client.send('GET', '/api/v1/instances/', { key: 'test-read-key' })).status).toBe(200);
  expect((await client.send('GET', '/api/v1/instances/')).status).toBe(429);
});

test('a create that comes too early is refused for twelve seconds', async () => {
  const room = await simulated({ rateLimits: 'on' });
  expect((await room.client.create(7_410_000)).status).toBe(200);
  room.passWallTime(4400);
  expect((await room.client.create(7_410_013)).status).toBe(429);
  room.passWallTime(4600);
  expect(room.control.machines()).toHaveLength(1);
  room.passWallTime(7400);
  expect((await room.client.create(7_410_013)).status).toBe(200);
});

test('ten searches in a minute', async () => {
  const room = await simulated({ rateLimits: 'on' });
  const search = (): Promise<Reply> => room.client.send('POST', '/api/v0/bundles/', { body: { limit: 1 } });
  for (let time = 0; time < 10; time++) expect((await search()).status).toBe(200);
  expect((await search()).status).toBe(429);
  room.passWallTime(60_000);
  expect((await search()).status).toBe(200);
});
