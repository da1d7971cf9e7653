import { expect, test } from 'vitest';
import { simulated } from './simulated.ts';

const statuses = [
  'creating',
  'loading',
  'running',
  'stopped',
  'scheduling',
  'outbid',
  'crashed',
  'frozen',
  'offline',
] as const;

test('faithful rows have the nulls, sentinels and stray spaces of the service', async () => {
  const { client, control } = await simulated();
  await control.addMachine({ id: 1 });
  await control.addMachine({ id: 2, status: 'stopped' });
  const [up, down] = await client.showInstances();
  expect(up.public_ipaddr).toBe(' 127.0.0.1\n');
  expect(up.status_msg).toMatch(/\n$/);
  expect(up.local_ipaddrs).toMatch(/^\S+ \S+\n$/);
  expect(up.uptime_mins).toBeNull();
  expect(up.ports['22/tcp']).toEqual([
    { HostIp: '0.0.0.0', HostPort: expect.stringMatching(/^\d+$/) },
    { HostIp: '::', HostPort: expect.stringMatching(/^\d+$/) },
  ]);
  expect(down).toMatchObject({ ports: null, gpu_util: null, disk_usage: -1, disk_util: -1, direct_port_start: -1 });
  await expect(client.sshUrl(2)).rejects.toThrow('ports is null');
});

test('CLI-safe rows hold nothing that the command line falls over, in any state', async () => {
  const { client, control } = await simulated({ mode: 'cli-safe' });
  for (const [index, status] of statuses.entries()) await control.addMachine({ id: index + 1, status });
  const rows = await client.showInstances();
  expect(rows).toHaveLength(statuses.length);
  for (const row of rows) {
    expect(typeof row.start_date, `instance ${row.id}`).toBe('number');
    expect(typeof row.image_runtype).toBe('string');
    expect(row.ports, `instance ${row.id}`).toBeTypeOf('object');
    expect(row.ports).not.toBeNull();
    expect(await client.sshUrl(row.id)).toMatch(/^ssh:\/\/root@127\.0\.0\.1:\d+$/);
  }
});

test('CLI-safe: a machine can be read at once, and nothing is too frequent', async () => {
  const { client } = await simulated({ mode: 'cli-safe', rateLimits: undefined as never });
  const [offer] = await client.searchOffers({});
  const { json } = await client.create(offer.id, { label: 'now', env: { A: 'b', '-p 8080:8080': '1' } });
  const { instances: row } = await client.showInstance(json.new_contract);
  expect(row).toMatchObject({
    id: json.new_contract,
    label: 'now',
    extra_env: [
      ['A', 'b'],
      ['-p 8080:8080', '1'],
    ],
  });
  for (let time = 0; time < 5; time++) expect(await client.showInstances()).toHaveLength(1);
});

test('a published port is in the row once the machine runs', async () => {
  const { client, control } = await simulated();
  const { json } = await client.create(7_410_000, { env: { '-p 8080:8080': '1', '-p 5000:5000/udp': '1' } });
  control.advance(200);
  const { instances: row } = await client.showInstance(json.new_contract);
  expect(Object.keys(row.ports).sort()).toEqual(['22/tcp', '5000/udp', '8080/tcp']);
});

test('every row says what a search and an instance call differently', async () => {
  const { client, control } = await simulated();
  await control.addMachine({ id: 1, gpuCount: 2 });
  const [row] = await client.showInstances();
  const [offer] = await client.searchOffers({});
  expect([row.gpu_totalram, row.gpu_total_ram]).toEqual([row.gpu_ram * 2, undefined]);
  expect(offer.gpu_total_ram).toBe(offer.gpu_ram * offer.num_gpus);
  expect(row.dph_total).toBeCloseTo(row.dph_base + row.storage_total_cost, 12);
  expect(row.storage_total_cost).toBeCloseTo((row.storage_cost * row.disk_space) / 720, 12);
});
