import { expect, test } from 'vitest';
import { simulated } from './simulated.ts';

const list = '/api/v1/instances/';

/** A fleet of four, and everything that a caller could see of the list. */
async function room() {
  const started = await simulated();
  for (const id of [1, 2, 3, 4]) await started.control.addMachine({ id });
  return started;
}

test('a 429 storm is text without Retry-After, or one of two other bodies, and ends after its count', async () => {
  const { client, control } = await room();
  control.setFault({ name: 'rate_limit_storm', count: 2 });
  const first = await client.send('GET', list);
  expect([first.status, first.text]).toEqual([429, 'API requests too frequent']);
  expect(first.contentType).toMatch(/^text\/plain/);
  expect(first.headers.has('retry-after')).toBe(false);
  expect((await client.stop(1)).status).toBe(429);
  expect((await client.send('GET', list)).status).toBe(200);
  expect(control.machines()[0]?.intendedStatus).toBe('running');
  control.setFault({ name: 'rate_limit_storm', body: 'detail' });
  expect((await client.send('GET', list)).json).toEqual({ detail: 'API requests too frequent' });
  control.setFault({ name: 'rate_limit_storm', body: 'code', path: '/bundles' });
  expect((await client.send('GET', list)).status).toBe(200);
  expect((await client.send('POST', '/api/v0/bundles/')).json).toMatchObject({ error: 'rate_limit_exceeded' });
});

test.each([500, 502, 503, 504] as const)('a %d is a page of HTML, and nothing is done', async (status) => {
  const { client, control } = await room();
  control.setFault({ name: 'server_error', status, count: 1 });
  const reply = await client.stop(1);
  expect([reply.status, reply.contentType]).toEqual([status, 'text/html']);
  expect(control.machines()[0]?.intendedStatus).toBe('running');
  expect((await client.send('GET', list)).status).toBe(200);
});

test('a connection that is cut has done nothing', async () => {
  const { client, control } = await room();
  control.setFault({ name: 'connection_cut' });
  await expect(client.stop(1)).rejects.toThrow();
  control.clearFaults();
  expect(control.machines()[0]?.intendedStatus).toBe('running');
});

test.each([
  ['cut', null],
  ['gateway_timeout', 504],
] as const)('a create whose answer is lost (%s) has made one machine, found by its label', async (how, status) => {
  const { client, control } = await room();
  control.setFault({ name: 'lost_answer', how, count: 1 });
  const answer = await client.create(7_410_000, { label: 'unique-1' }).catch(() => null);
  expect(answer?.status ?? null).toBe(status);
  control.advance(2);
  const query = { select_filters: { label: { eq: 'unique-1' } } };
  const { json } = await client.send('GET', list, { query });
  expect(json.instances_found).toBe(1);
});

test('an answer that hangs ends with the patience of the caller, and what was asked for is done', async () => {
  const { client, control, url } = await room();
  control.setFault({ name: 'lost_answer', operation: 'stop', how: 'hang' });
  const signal = AbortSignal.timeout(200);
  await expect(
    fetch(`${url}/api/v0/instances/1/`, {
      method: 'PUT',
      headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
      body: '{"state":"stopped"}',
      signal,
    }),
  ).rejects.toThrow();
  control.advance(20);
  expect((await client.showInstance(1)).instances.actual_status).toBe('exited');
  expect(control.requests().find(({ method }) => method === 'PUT')?.status).toBeNull();
});

test('a refused change is a 200 with success:false, and nothing is done', async () => {
  const { client, control } = await room();
  control.setFault({ name: 'refused_mutation' });
  for (const reply of [await client.stop(1), await client.destroy(1), await client.create(7_410_000)]) {
    expect([reply.status, reply.json.success]).toEqual([200, false]);
  }
  expect(control.machines()).toHaveLength(4);
  expect((await client.showInstances()).length).toBe(4);
});

test('a retired list is a 410 with its code: v0 alone, or both', async () => {
  const { client, control } = await room();
  expect((await client.send('GET', '/api/v0/instances/')).json.instances).toHaveLength(4);
  control.setFault({ name: 'retired_endpoint', versions: 'v0' });
  const old = await client.send('GET', '/api/v0/instances/');
  expect([old.status, old.json.error]).toEqual([410, 'deprecated_endpoint']);
  expect(await client.showInstances()).toHaveLength(4);
  control.setFault({ name: 'retired_endpoint' });
  const both = await client.send('GET', list);
  expect([both.status, both.json.error, both.json.instances]).toEqual([410, 'deprecated_endpoint', undefined]);
  expect((await client.showInstance(1)).instances.id).toBe(1);
});

test('half a page: torn JSON, a cut connection, a second page that fails, rows that are missing', async () => {
  const { client, control } = await room();
  control.setFault({ name: 'half_page' });
  const torn = await client.send('GET', list);
  expect([torn.status, torn.json, torn.text.startsWith('{"success":true')]).toEqual([200, undefined, true]);
  control.setFault({ name: 'half_page', how: 'cut' });
  await expect(client.send('GET', list)).rejects.toThrow();
  control.setFault({ name: 'half_page', how: 'second_page_fails' });
  await expect(client.showInstances()).rejects.toThrow('503');
  control.setFault({ name: 'half_page', how: 'rows_missing', count: 1 });
  const { json } = await client.send('GET', list);
  expect([json.instances.length, json.instances_found, json.next_token]).toEqual([2, 4, null]);
  expect(await client.showInstances()).toHaveLength(4);
});

test('rows without fields and with a status of tomorrow still have their number', async () => {
  const { client, control } = await room();
  await control.addMachine({ id: 5, status: 'stopped' });
  control.setFault({ name: 'missing_fields' });
  const rows = await client.showInstances();
  expect(rows.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
  expect(rows[4]?.actual_status).toBe('hibernated');
  expect(rows[0]).not.toHaveProperty('dph_total');
});

test('a revoked key is a 404 with auth_error everywhere, also for one machine', async () => {
  const { client, control } = await room();
  control.setFault({ name: 'revoked_key' });
  for (const reply of [
    await client.send('GET', list),
    await client.send('GET', '/api/v0/instances/1/'),
    await client.stop(1),
  ]) {
    expect([reply.status, reply.json.error, reply.json.msg]).toEqual([404, 'auth_error', 'Invalid user key']);
  }
});

test('a clock that is an hour off shows in the header and in the rows alike', async () => {
  const { client, control } = await room();
  const before = await client.send('GET', list);
  control.setFault({ name: 'clock_skew' });
  const after = await client.send('GET', list);
  const date = (reply: typeof before): number => Date.parse(reply.headers.get('date') ?? '');
  expect(date(after) - date(before)).toBe(3_600_000);
  expect(after.json.instances[0].start_date - before.json.instances[0].start_date).toBe(3600);
});

test('an offer that vanished: a code of its own with cancel_unavail, the code of a bad call without', async () => {
  const { client, control } = await room();
  const [offer] = await client.searchOffers({});
  control.setFault({ name: 'offer_gone' });
  const strict = await client.create(offer.id, { cancel_unavail: true });
  expect([strict.status, strict.json.error]).toEqual([410, 'no_such_ask']);
  const loose = await client.create(offer.id);
  expect([loose.status, loose.json.error]).toEqual([404, 'invalid_args']);
  expect(loose.json.msg).toContain('no_such_ask');
});

test('a rented offer without cancel_unavail leaves a machine that waits and costs its storage', async () => {
  const { client, control } = await room();
  await client.create(7_410_000);
  const second = await client.create(7_410_000);
  expect(second.json.success).toBe(true);
  control.advance(600);
  const { instances: row } = await client.showInstance(second.json.new_contract);
  expect([row.intended_status, row.actual_status, row.next_state]).toEqual(['running', 'exited', 'running']);
  expect(row.instance.totalHour).toBeGreaterThan(0);
  expect((await client.create(7_410_000, { cancel_unavail: true })).status).toBe(410);
});

test.each(['scheduling', 'stopped'] as const)('outbid, looking %s: it is still meant to run', async (looks) => {
  const { client, control } = await room();
  await control.addMachine({ id: 9, bidPerHourUsd: 0.3 });
  control.setFault({ name: 'outbid', looks });
  control.advance(300);
  const { instances: row } = await client.showInstance(9);
  expect(row).toMatchObject({ intended_status: 'running', actual_status: 'exited', cur_state: 'stopped' });
  expect(row.next_state).toBe(looks === 'stopped' ? 'stopped' : 'running');
  expect(row.min_bid).toBeGreaterThan(0.3);
  // Those that were rented on demand run on.
  expect((await client.showInstance(1)).instances.actual_status).toBe('running');
  await client.start(9);
  control.advance(300);
  expect((await client.showInstance(9)).instances.actual_status).toBe('exited');
  await client.changeBid(9, 1);
  control.advance(60);
  expect((await client.showInstance(9)).instances.actual_status).toBe('running');
});

test('outbid, then it runs and costs again by itself, unless it was stopped in between', async () => {
  const { client, control } = await room();
  await control.addMachine({ id: 9, bidPerHourUsd: 0.3 });
  await control.addMachine({ id: 10, bidPerHourUsd: 0.3 });
  control.setFault({ name: 'outbid_then_resumed', afterSeconds: 100 });
  await client.stop(10);
  control.advance(90);
  expect((await client.showInstance(9)).instances.actual_status).toBe('exited');
  control.advance(60);
  expect((await client.showInstance(9)).instances.actual_status).toBe('running');
  expect((await client.showInstance(10)).instances).toMatchObject({
    actual_status: 'exited',
    intended_status: 'stopped',
  });
});

test('stuck in loading, and a GPU that was taken: for ever, until it is over', async () => {
  const { client, control } = await room();
  await control.addMachine({ id: 5, status: 'loading' });
  await control.addMachine({ id: 6, status: 'stopped' });
  control.setFault({ name: 'stuck_in_loading', instanceId: 5 });
  control.setFault({ name: 'gpu_taken', instanceId: 6 });
  await client.start(6);
  control.advance(20_000);
  expect((await client.showInstance(5)).instances.actual_status).toBe('loading');
  expect((await client.showInstance(6)).instances).toMatchObject({ actual_status: 'exited', next_state: 'running' });
  control.clearFaults();
  control.advance(30);
  expect((await client.showInstance(5)).instances.actual_status).toBe('running');
  expect((await client.showInstance(6)).instances.actual_status).toBe('running');
});

test('a host that is offline bills nothing, does nothing, and comes back as it was', async () => {
  const { client, control } = await room();
  control.setFault({ name: 'host_offline', instanceId: 1 });
  await client.stop(1);
  const [before] = control.machines();
  control.advance(3600);
  expect((await client.showInstance(1)).instances).toMatchObject({ actual_status: 'offline', ports: null });
  expect(control.machines()[0]).toMatchObject({ isBilledForGpu: false, spentUsd: before?.spentUsd });
  control.clearFaults('host_offline');
  control.advance(1);
  expect((await client.showInstance(1)).instances.actual_status).toBe('exited');
});

test('without credit everything is stopped; a payment lets it start again', async () => {
  const { client, control } = await room();
  control.setFault({ name: 'credit_gone' });
  control.advance(30);
  const rows = await client.showInstances();
  expect(rows.map((row) => `${row.intended_status} ${row.actual_status}`)).toEqual(Array(4).fill('stopped exited'));
  expect((await client.start(1)).json).toMatchObject({ success: false, error: 'missing_billing' });
  control.clearFaults('credit_gone');
  expect((await client.start(1)).status).toBe(200);
});

test('a stop that is accepted and never done goes on costing', async () => {
  const { client, control } = await room();
  control.setFault({ name: 'stop_ignored', instanceId: 1 });
  expect((await client.stop(1)).json.success).toBe(true);
  control.advance(7200);
  expect((await client.showInstance(1)).instances).toMatchObject({
    intended_status: 'stopped',
    actual_status: 'running',
  });
  expect(control.machines()[0]).toMatchObject({ isBilledForGpu: true });
  expect((await client.stop(2)).json.success).toBe(true);
  control.advance(20);
  expect((await client.showInstance(2)).instances.actual_status).toBe('exited');
});

test('a destroy that is accepted and never done leaves the row', async () => {
  const { client, control } = await room();
  control.setFault({ name: 'destroy_ignored' });
  expect((await client.destroy(1)).json.success).toBe(true);
  control.advance(7200);
  expect((await client.showInstance(1)).instances.actual_status).toBe('running');
});

test('a container that died is exited and still meant to run', async () => {
  const { client, control } = await room();
  control.setFault({ name: 'exited_while_running', instanceId: 1 });
  control.advance(3600);
  expect((await client.showInstance(1)).instances).toMatchObject({
    intended_status: 'running',
    actual_status: 'exited',
    cur_state: 'running',
    next_state: 'running',
  });
  expect((await client.showInstance(2)).instances.actual_status).toBe('running');
});

test('one fault for two machines, and one that ends for all of them', async () => {
  const { client, control } = await room();
  control.setFault({ name: 'host_offline', instanceId: 1 });
  control.setFault({ name: 'host_offline', instanceId: 2 });
  const offline = async (): Promise<number[]> =>
    (await client.showInstances()).filter((row) => row.actual_status === 'offline').map(({ id }) => id);
  expect(await offline()).toEqual([1, 2]);
  control.clearFaults('host_offline');
  expect(await offline()).toEqual([]);
});
