import { expect, test } from 'vitest';
import { simulated, type Simulated } from './simulated.ts';

const hour = 3600;

/** Of one hour from now, by kind. */
async function costOfAnHour({ client, control }: Simulated): Promise<{ gpu: number; disk: number }> {
  const sums = async (): Promise<Record<string, number>> => {
    const { json } = await client.charges(0, 4e9);
    const all: Record<string, number> = { gpu: 0, disk: 0 };
    for (const result of json.results)
      for (const { type, amount } of result.items) all[type] = (all[type] ?? 0) + amount;
    return all;
  };
  const before = await sums();
  control.advance(hour);
  const after = await sums();
  return { gpu: after['gpu']! - before['gpu']!, disk: after['disk']! - before['disk']! };
}

const price = { gpuPerHourUsd: 2, storagePerGbMonthUsd: 0.72, diskGb: 100 } as const;

test.each([
  ['running', 2, 0.1],
  ['frozen', 2, 0.1],
  ['stopped', 0, 0.1],
  ['scheduling', 0, 0.1],
  ['outbid', 0, 0.1],
  ['crashed', 0, 0.1],
  ['offline', 0, 0],
] as const)('an hour %s costs %d for the GPU and %d for storage', async (status, gpu, disk) => {
  const room = await simulated();
  await room.control.addMachine({ id: 1, status, ...price });
  const cost = await costOfAnHour(room);
  expect(cost.gpu).toBeCloseTo(gpu, 9);
  expect(cost.disk).toBeCloseTo(disk, 9);
  const user = await room.client.showUser();
  expect(user['credit']).toBeCloseTo(100 - gpu - disk, 9);
  const [row] = await room.client.showInstances();
  expect(row.instance.totalHour).toBeCloseTo(gpu + disk, 9);
  // The running price stays where it was, whatever the machine does.
  expect(row.dph_total).toBeCloseTo((status === 'outbid' ? 0.2 : 2) + 0.1, 9);
});

test('loading costs storage only, and the GPU begins when the container is up', async () => {
  const room = await simulated();
  await room.control.addMachine({ id: 1, status: 'loading', ...price });
  room.control.setFault({ name: 'stuck_in_loading' });
  expect((await costOfAnHour(room)).gpu).toBe(0);
  room.control.clearFaults();
  const cost = await costOfAnHour(room);
  expect(cost.gpu).toBeCloseTo(2, 2);
});

test('a jump over a stop is billed to the second of it', async () => {
  const room = await simulated();
  await room.control.addMachine({ id: 1, ...price });
  await room.client.stop(1);
  const cost = await costOfAnHour(room);
  expect(cost.gpu).toBeCloseTo((2 * 8) / 3600, 9);
  expect(cost.disk).toBeCloseTo(0.1, 9);
});

test('charges are a line for each day, in pages, and stay when the machine is gone', async () => {
  const room = await simulated();
  await room.control.addMachine({ id: 7, label: 'mine', ...price });
  room.control.advance(40 * hour);
  room.control.destroyElsewhere(7);
  room.control.advance(hour);
  const { json } = await room.client.charges(0, 4e9);
  expect(json).toMatchObject({ success: true, total: 3, next_token: null });
  expect(json.results[0]).toMatchObject({ type: 'instance', source: 'instance-7', description: 'Instance 7 (mine)' });
  const sum = json.results.reduce((total: number, { amount }: { amount: number }) => total + amount, 0);
  expect(sum).toBeCloseTo(40 * 2.1, 6);
  const query = { select_filters: { day: { gte: 0, lte: 4e9 } }, limit: 2, latest_first: true };
  const first = (await room.client.send('GET', '/api/v0/charges/', { query })).json;
  const second = await room.client.send('GET', '/api/v0/charges/', {
    query: { ...query, after_token: first.next_token },
  });
  const starts = [...first.results, ...second.json.results].map(({ start }: { start: number }) => start);
  expect(starts).toEqual([...starts].sort((a, b) => b - a));
  expect(starts).toHaveLength(3);
});

test('bytes that leave are charged', async () => {
  const { client, control } = await simulated();
  await control.addMachine({ id: 1 });
  control.changeMachine(1, { egressGb: 100 });
  const [row] = await client.showInstances();
  const { json } = await client.charges(0, 4e9);
  expect(json.results[0]?.items.find(({ type }) => type === 'bwu')?.amount).toBeCloseTo(row.inet_up_cost * 100, 9);
});

test('at the end of the credit everything stops, storage goes on, and nothing starts', async () => {
  const { client, control } = await simulated();
  await control.addMachine({ id: 1, ...price });
  control.setCredit(2.1);
  control.advance(3 * hour);
  expect(control.machines()[0]).toMatchObject({ actualStatus: 'exited', intendedStatus: 'stopped' });
  const credit = Number((await client.showUser())['credit']);
  // Two hours of storage, and the seconds that the stop took.
  expect(credit).toBeLessThan(-0.19);
  expect(credit).toBeGreaterThan(-0.22);
  expect((await client.start(1)).json.error).toBe('missing_billing');
  expect((await client.create(7_410_000)).json).toMatchObject({ success: false, error: 'missing_billing' });
});

test('charges and invoices without a range are refused, each in its own way', async () => {
  const { client } = await simulated();
  const charges = await client.send('GET', '/api/v0/charges/');
  expect([charges.status, charges.json.error]).toEqual([400, 'invalid_args']);
  const invoices = await client.send('GET', '/api/v1/invoices/');
  expect([invoices.status, invoices.json.success]).toEqual([200, false]);
  const query = { select_filters: { when: { gte: 0, lte: 4e9 } } };
  const paid = (await client.send('GET', '/api/v1/invoices/', { query })).json;
  expect(paid).toMatchObject({ success: true, total: 1, results: [{ amount: 100 }] });
});
