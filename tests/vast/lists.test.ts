import { expect, test } from 'vitest';
import { simulated } from './simulated.ts';

async function idsByPage(
  room: Awaited<ReturnType<typeof simulated>>,
  query: Record<string, unknown>,
): Promise<number[][]> {
  const pages: number[][] = [];
  for (let token: string | null = null; ;) {
    const { json } = await room.client.send('GET', '/api/v1/instances/', {
      query: { ...query, ...(token === null ? {} : { after_token: token }) },
    });
    pages.push(json.instances.map(({ id }: { id: number }) => id));
    token = json.next_token;
    if (token === null) return pages;
  }
}

async function withMachines(count: number): Promise<Awaited<ReturnType<typeof simulated>>> {
  const room = await simulated();
  for (let id = 1; id <= count; id++)
    await room.control.addMachine({ id, label: id % 3 === 0 ? null : `run-${id % 3}`, gpuName: `GPU ${id % 2}` });
  return room;
}

test('pages follow one another by key, and never hold more than 25', async () => {
  const room = await withMachines(28);
  const pages = await idsByPage(room, { limit: 500, order_by: [{ col: 'id', dir: 'asc' }] });
  expect(pages.map((page) => page.length)).toEqual([25, 3]);
  expect(pages.flat()).toEqual(Array.from({ length: 28 }, (_, index) => index + 1));
  expect((await idsByPage(room, { limit: 0 }))[0]).toHaveLength(5);
  const descending = await idsByPage(room, {
    limit: 10,
    order_by: [
      { col: 'gpu_name', dir: 'asc' },
      { col: 'id', dir: 'desc' },
    ],
  });
  expect(descending.flat().slice(0, 3)).toEqual([28, 26, 24]);
  expect(new Set(descending.flat()).size).toBe(28);
});

test('a machine that goes between two pages moves no other', async () => {
  const room = await withMachines(8);
  const query = { limit: 4 };
  const first = (await room.client.send('GET', '/api/v1/instances/', { query })).json;
  room.control.destroyElsewhere(2);
  const rest = await room.client.send('GET', '/api/v1/instances/', {
    query: { ...query, after_token: first.next_token },
  });
  expect(rest.json.instances.map(({ id }: { id: number }) => id)).toEqual([5, 6, 7, 8]);
});

test('filters take operators, and no label is null there and "" in the counts', async () => {
  const room = await withMachines(7);
  const found = async (filters: unknown): Promise<number[]> =>
    (await idsByPage(room, { select_filters: filters, limit: 25 })).flat();
  expect(await found({ id: { gt: '5' } })).toEqual([6, 7]);
  expect(await found({ label: { in: [null] } })).toEqual([3, 6]);
  expect(await found({ label: { notin: ['run-1', null] } })).toEqual([2, 5]);
  expect(await found({ gpu_name: { eq: 'GPU 1' }, id: { lte: 3 } })).toEqual([1, 3]);
  expect(await found({ actual_status: { neq: 'running' } })).toEqual([]);
  const { json } = await room.client.send('GET', '/api/v1/instances/', {
    query: { select_filters: { id: { eq: 1 } } },
  });
  expect(json).toMatchObject({
    instances_found: 1,
    total_instances: 7,
    label_counts: { '': 2, 'run-1': 3, 'run-2': 2 },
  });
});

test.each([
  [{ after_token: 'nonsense' }, 'invalid_token'],
  [{ select_filters: { dph_total: { gt: 1 } } }, 'invalid_args'],
  [{ select_filters: { id: { like: 1 } } }, 'invalid_args'],
  [{ order_by: [{ col: 'num_gpus', dir: 'asc' }] }, 'invalid_args'],
  [{ select_filters: '{' }, 'invalid_args'],
])('the list refuses %j', async (query, error) => {
  const { client } = await simulated();
  const { status, json } = await client.send('GET', '/api/v1/instances/', { query });
  expect([status, json.success, json.error]).toEqual([400, false, error]);
});

test('chosen columns come alone, and an unknown one is null', async () => {
  const room = await withMachines(1);
  const query = { select_cols: ['id', 'tomorrow'] };
  const { json } = await room.client.send('GET', '/api/v1/instances/', { query });
  expect(json.instances).toEqual([{ id: 1, tomorrow: null }]);
});

test('a search coerces text, knows operators and orders, and prices the storage asked for', async () => {
  const { client } = await simulated();
  const many = await client.searchOffers({ num_gpus: { gte: '4' }, reliability: { gt: '0.9' }, limit: 3 });
  expect(many.length).toBeGreaterThan(0);
  expect(many.length).toBeLessThanOrEqual(3);
  for (const offer of many) expect(offer.num_gpus).toBeGreaterThanOrEqual(4);
  const cheap = await client.searchOffers({ gpu_name: { in: ['RTX 4090'] }, order: [['dph_total', 'asc']] });
  expect(cheap.map(({ dph_total: price }) => price)).toEqual(
    cheap.map(({ dph_total: price }) => price).sort((a, b) => a - b),
  );
  const [small] = await client.searchOffers({ id: { eq: String(cheap[0].id) }, allocated_storage: 0 });
  const [large] = await client.searchOffers({ id: { eq: cheap[0].id }, allocated_storage: 720 });
  expect(large.dph_total - small.dph_total).toBeCloseTo(large.storage_cost, 9);
  const [bid] = await client.searchOffers({ id: { eq: cheap[0].id }, type: 'bid' });
  expect(bid.dph_base).toBe(bid.min_bid);
  const swedish = await client.searchOffers({ geolocation: { in: ['SE', 'CZ'] } });
  expect(swedish.length).toBeGreaterThan(0);
  for (const { geolocation } of swedish) expect(geolocation).toMatch(/, (?:SE|CZ)$/);
  expect(await client.searchOffers({ driver_version: { gte: '571000000' } })).toEqual([]);
  expect((await client.searchOffers({ driver_version: { gte: 570_000_000 } })).length).toBeGreaterThan(0);
  const asks = await client.send('PUT', '/api/v0/search/asks/', { body: { select_cols: ['*'], q: { limit: 2 } } });
  expect(asks.json.offers).toHaveLength(2);
  await expect(client.searchOffers({ colour: { eq: 'red' } })).rejects.toThrow('400');
});

test('an offer that was rented is no longer found, and is back when its machine is gone', async () => {
  const { client, control } = await simulated();
  const before = (await client.searchOffers({})).length;
  const [offer] = await client.searchOffers({});
  const { json } = await client.create(offer.id);
  expect((await client.searchOffers({})).map(({ id }) => id)).not.toContain(offer.id);
  control.advance(5);
  await client.destroy(json.new_contract);
  control.advance(10);
  const after = await client.searchOffers({});
  expect(after).toHaveLength(before);
  expect(after.map(({ id }) => id)).not.toContain(offer.id);
});
