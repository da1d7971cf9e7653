import { expect, test } from 'vitest';
import type { WireRow } from './sheet-client.ts';
import { simulated, type Simulated } from './simulated.ts';

/** The four fields that say together what a machine does. */
async function statusOf({ client }: Simulated, id: number): Promise<readonly unknown[] | null> {
  const row = (await client.showInstance(id)).instances as WireRow | null;
  return row === null ? null : [row.intended_status, row.actual_status, row.cur_state, row.next_state];
}

test('a machine is created, loads, runs, stops and starts again, each in its time', async () => {
  const room = await simulated();
  const { client, control } = room;
  const { json } = await client.create(7_410_000, { label: 'first' });
  const id = json.new_contract as number;
  // The answer is there before the row.
  expect(await statusOf(room, id)).toBeNull();
  expect((await client.stop(id)).json.error).toBe('no_such_instance');
  control.advance(1);
  expect(await statusOf(room, id)).toEqual(['running', null, 'running', 'running']);
  control.advance(3);
  expect(await statusOf(room, id)).toEqual(['running', 'created', 'running', 'running']);
  control.advance(3);
  expect(await statusOf(room, id)).toEqual(['running', 'loading', 'running', 'running']);
  control.advance(90);
  expect(await statusOf(room, id)).toEqual(['running', 'running', 'running', 'running']);
  const { instances: running } = await client.showInstance(id);
  expect(running).toMatchObject({ label: 'first', image_runtype: 'ssh_direc ssh_proxy', is_bid: false });
  expect(running.ports['22/tcp'][0].HostPort).toMatch(/^\d+$/);

  await client.stop(id);
  expect(await statusOf(room, id)).toEqual(['stopped', 'running', 'running', 'stopped']);
  control.advance(15);
  expect(await statusOf(room, id)).toEqual(['stopped', 'exited', 'stopped', 'stopped']);

  await client.start(id);
  expect(await statusOf(room, id)).toEqual(['running', 'exited', 'stopped', 'running']);
  control.advance(5);
  expect(await statusOf(room, id)).toEqual(['running', 'loading', 'running', 'running']);
  control.advance(20);
  expect(await statusOf(room, id)).toEqual(['running', 'running', 'running', 'running']);
  const { instances: again } = await client.showInstance(id);
  // The port of a machine is another one after each start.
  expect(again.ports['22/tcp'][0].HostPort).not.toBe(running.ports['22/tcp'][0].HostPort);

  await client.destroy(id);
  control.advance(10);
  expect(await statusOf(room, id)).toBeNull();
  expect((await client.stop(id)).json).toMatchObject({ success: false, error: 'no_such_instance' });
});

test('speed is simulated seconds in a second', async () => {
  const room = await simulated({ speed: 60 });
  await room.control.addMachine({ id: 1, status: 'loading' });
  room.passWallTime(1000);
  expect((await statusOf(room, 1))?.[1]).toBe('loading');
  room.passWallTime(1000);
  const { instances: row } = await room.client.showInstance(1);
  expect(row.actual_status).toBe('running');
});

test('a stop cancels a start that waits, and a start takes back a stop', async () => {
  const room = await simulated();
  const { client, control } = room;
  await control.addMachine({ id: 1, status: 'scheduling' });
  control.advance(3600);
  expect(await statusOf(room, 1)).toEqual(['running', 'exited', 'stopped', 'running']);
  await client.stop(1);
  expect(await statusOf(room, 1)).toEqual(['stopped', 'exited', 'stopped', 'stopped']);
  await control.addMachine({ id: 2 });
  await client.stop(2);
  await client.start(2);
  control.advance(60);
  expect(await statusOf(room, 2)).toEqual(['running', 'running', 'running', 'running']);
});

test('a reboot keeps the disk, a recycle does not', async () => {
  const room = await simulated();
  const { client, control } = room;
  await control.addMachine({ id: 1, diskUsedGb: 40 });
  await client.reboot(1);
  control.advance(30);
  expect((await client.showInstance(1)).instances).toMatchObject({ actual_status: 'running', disk_usage: 40 });
  await client.recycle(1);
  control.advance(90);
  expect((await client.showInstance(1)).instances).toMatchObject({ actual_status: 'running', disk_usage: 2 });
  await client.stop(1);
  control.advance(30);
  expect((await client.reboot(1)).status).toBe(400);
});

test('a bid that is too low makes a machine that waits; a raise brings it up', async () => {
  const room = await simulated();
  const { client, control } = room;
  const [offer] = await client.searchOffers({ type: 'bid' });
  const { json } = await client.create(offer.id, { price: offer.min_bid / 2 });
  control.advance(60);
  expect(await statusOf(room, json.new_contract)).toEqual(['running', 'exited', 'stopped', 'running']);
  expect((await client.showInstance(json.new_contract)).instances).toMatchObject({
    is_bid: true,
    min_bid: offer.min_bid,
  });
  expect((await client.changeBid(json.new_contract, offer.min_bid * 1.5)).status).toBe(200);
  control.advance(60);
  expect(await statusOf(room, json.new_contract)).toEqual(['running', 'running', 'running', 'running']);
  expect((await client.changeBid(json.new_contract, 10_000)).json.error).toBe('invalid_price');
});

test('a contract that is over is stopped and does not start', async () => {
  const room = await simulated();
  await room.control.addMachine({ id: 1 });
  room.control.setCredit(1e6);
  room.control.advance(61 * 86_400);
  expect(await statusOf(room, 1)).toEqual(['stopped', 'exited', 'stopped', 'stopped']);
  expect((await room.client.start(1)).json.error).toBe('invalid_request');
});

test('the demo fleet is five machines in different states', async () => {
  const { client } = await simulated({ fleet: 'demo' });
  const rows = await client.showInstances();
  expect(rows.map(({ actual_status: actual, intended_status: intended }) => `${intended} ${actual}`).sort()).toEqual([
    'running exited',
    'running loading',
    'running running',
    'running running',
    'stopped exited',
  ]);
});

test('a machine at work shows a load that moves, an idle one does not', async () => {
  const { client, control } = await simulated({ fleet: 'demo' });
  const loads = new Map<number, Set<unknown>>();
  for (let minute = 0; minute < 5; minute++) {
    for (const { id, gpu_util: load } of await client.showInstances()) {
      if (load !== null) loads.set(id, (loads.get(id) ?? new Set()).add(load));
    }
    control.advance(60);
  }
  expect(loads.get(32_182_944)?.size).toBeGreaterThan(2);
  expect([...(loads.get(32_182_930) ?? [])]).toEqual([0]);
});

test('keys attached to a machine are told as JSON inside JSON', async () => {
  const { client, control } = await simulated();
  await control.addMachine({ id: 1 });
  const body = { ssh_key: 'ssh-ed25519 AAAAC3Nz test' };
  expect((await client.send('POST', '/api/v0/instances/1/ssh/', { body })).json).toMatchObject({ success: true });
  const { json } = await client.send('GET', '/api/v0/instances/1/ssh/');
  const [key] = JSON.parse(json.ssh_keys as string) as { id: number; public_key: string }[];
  expect(key?.public_key).toBe('ssh-ed25519 AAAAC3Nz test');
  const path = `/api/v0/instances/1/ssh/${key?.id}/`;
  expect((await client.send('DELETE', path)).status).toBe(200);
  expect((await client.send('DELETE', path)).json.error).toBe('no_such_ssh_key');
  expect((await client.send('POST', '/api/v0/ssh/', { body })).json.key.public_key).toBe('ssh-ed25519 AAAAC3Nz test');
  expect((await client.send('GET', '/api/v0/ssh/')).json).toHaveLength(1);
});
