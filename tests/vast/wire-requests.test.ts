import { expect, test } from 'vitest';
import type { SeenRequest } from '#core/demo/vast/control.ts';
import { simulated, type Simulated } from './simulated.ts';

type Row = {
  readonly command: string;
  readonly run: (room: Simulated) => Promise<unknown>;
  readonly seen: Partial<SeenRequest>;
};

const listQuery = { select_filters: '{}', order_by: '[{"col":"id","dir":"asc"}]', limit: '25' };
const day = { gte: 1786300000, lte: 1786400000 };

/** What the service's own command line was seen to send, and that each of it is answered as it expects. */
const rows: readonly Row[] = [
  {
    command: 'show instances --raw',
    run: async ({ client }) => expect((await client.showInstances()).map(({ id }) => id)).toEqual([1, 2]),
    seen: { method: 'GET', path: '/api/v1/instances/', query: listQuery, body: null, contentType: null },
  },
  {
    command: 'show instances (the filter values)',
    run: async ({ client }) => {
      const { json } = await client.send('GET', '/api/v0/instances/filters/');
      expect(json.filters).toEqual([{ actual_status: 'running', verification: 'verified', gpu_name: 'RTX 4090' }]);
    },
    seen: { method: 'GET', path: '/api/v0/instances/filters/' },
  },
  {
    command: 'show instances --limit 5 --raw',
    run: async ({ client }) => {
      const { json } = await client.send('GET', '/api/v1/instances/', { query: { select_filters: {}, limit: 5 } });
      expect(json).toMatchObject({
        success: true,
        instances_found: 2,
        total_instances: 2,
        label_counts: { '': 2 },
        next_token: null,
      });
    },
    seen: { method: 'GET', path: '/api/v1/instances/', query: { select_filters: '{}', limit: '5' } },
  },
  {
    command: 'show instance 1 --raw',
    run: async ({ client }) => expect((await client.showInstance(1)).instances.id).toBe(1),
    seen: { method: 'GET', path: '/api/v0/instances/1/', query: { owner: 'me' } },
  },
  {
    command: 'show instance 9 --raw (missing)',
    run: async ({ client }) => expect(await client.showInstance(9)).toEqual({ instances: null }),
    seen: { method: 'GET', path: '/api/v0/instances/9/', status: 200 },
  },
  {
    command: 'start instance 1',
    run: async ({ client }) => expect((await client.start(1)).json).toMatchObject({ success: true }),
    seen: { method: 'PUT', path: '/api/v0/instances/1/', body: { state: 'running' }, contentType: 'application/json' },
  },
  {
    command: 'stop instance 1',
    run: async ({ client }) => expect((await client.stop(1)).json).toMatchObject({ success: true }),
    seen: { method: 'PUT', path: '/api/v0/instances/1/', body: { state: 'stopped' } },
  },
  {
    command: 'stop instances 1 2',
    run: async ({ client, control }) => {
      expect((await client.stopMany([1, 2])).json).toMatchObject({ success: true });
      expect(control.machines().map(({ intendedStatus }) => intendedStatus)).toEqual(['stopped', 'stopped']);
    },
    seen: { method: 'PUT', path: '/api/v0/instances/', body: { state: 'stopped', ids: [1, 2] } },
  },
  {
    command: 'label instance 1 hello',
    run: async ({ client }) => {
      await client.label(1, 'hello');
      expect((await client.showInstance(1)).instances.label).toBe('hello');
    },
    seen: { method: 'PUT', path: '/api/v0/instances/1/', body: { label: 'hello' } },
  },
  {
    command: 'reboot instance 1',
    run: async ({ client }) => {
      await client.reboot(1);
      expect((await client.showInstance(1)).instances.actual_status).toBe('rebooting');
    },
    seen: { method: 'PUT', path: '/api/v0/instances/reboot/1/', body: {} },
  },
  {
    command: 'recycle instance 1',
    run: async ({ client }) => {
      await client.recycle(1);
      expect((await client.showInstance(1)).instances.actual_status).toBe('recycling');
    },
    seen: { method: 'PUT', path: '/api/v0/instances/recycle/1/', body: {} },
  },
  {
    command: 'change bid 3 (without a price)',
    run: async ({ client, control }) => {
      await control.addMachine({ id: 3, bidPerHourUsd: 0.3 });
      expect((await client.changeBid(3)).json).toMatchObject({ success: true });
    },
    seen: { method: 'PUT', path: '/api/v0/instances/bid_price/3/', body: { client_id: 'me', price: null } },
  },
  {
    command: 'destroy instance 1 -y',
    run: async ({ client, control }) => {
      expect((await client.destroy(1)).json).toMatchObject({ success: true });
      control.advance(10);
      expect(await client.showInstance(1)).toEqual({ instances: null });
    },
    seen: { method: 'DELETE', path: '/api/v0/instances/1/', body: {} },
  },
  {
    command: 'destroy instances 1 2, six times as the command line does',
    run: async ({ client, control }) => {
      for (let time = 0; time < 6; time++) {
        expect((await client.destroyMany([1, 2])).json).toMatchObject({ success: true });
        control.advance(2);
      }
      expect(control.machines()).toEqual([]);
    },
    seen: { method: 'DELETE', path: '/api/v0/instances/', body: { instance_ids: [1, 2] } },
  },
  {
    command: 'ssh-url 1',
    run: async ({ client }) => expect(await client.sshUrl(1)).toMatch(/^ssh:\/\/root@127\.0\.0\.1:\d+$/),
    seen: { method: 'GET', path: '/api/v1/instances/', query: listQuery },
  },
  {
    command: 'logs 1 --tail 5',
    run: async ({ client, control, url }) => {
      control.changeMachine(1, { log: Array.from({ length: 9 }, (_, line) => `line ${line}\n`).join('') });
      const { json } = await client.requestLogs(1, '5');
      const resultPath = (json.result_url as string).slice(url.length);
      // Not there yet: the command line asks again.
      expect((await client.send('GET', resultPath, { key: null })).status).toBe(404);
      control.advance(3);
      expect((await client.send('GET', resultPath, { key: null })).text).toBe(
        'line 4\nline 5\nline 6\nline 7\nline 8\n',
      );
      expect(control.requests().at(-1)?.key).toBe('none');
      control.clearRequests();
      await client.requestLogs(1, '5');
    },
    seen: { method: 'PUT', path: '/api/v0/instances/request_logs/1/', body: { tail: '5' } },
  },
  {
    command: "execute 1 'ls'",
    run: async ({ client, control, url }) => {
      const { json } = await client.execute(1, 'ls');
      control.advance(3);
      const result = await client.send('GET', (json.result_url as string).slice(url.length), { key: null });
      expect(result.text.replaceAll(json.writeable_path as string, '')).toContain('/workspace/run_all.log');
      await client.execute(1, 'ls');
    },
    seen: { method: 'PUT', path: '/api/v0/instances/command/1/', body: { command: 'ls' } },
  },
  {
    command: "search offers 'num_gpus>=1' --raw",
    run: async ({ client }) =>
      expect((await client.searchOffers({ num_gpus: { gte: '1' } })).length).toBeGreaterThan(5),
    seen: { method: 'POST', path: '/api/v0/bundles/' },
  },
  {
    command: 'create instance … --image x --ssh --direct --raw',
    run: async ({ client }) => {
      const [offer] = await client.searchOffers({});
      const { json } = await client.create(offer.id, { label: 'mine' });
      expect(json).toEqual({
        success: true,
        new_contract: expect.any(Number),
        instance_api_key: expect.any(String),
      });
      expect((await client.showInstances()).find(({ id }) => id === json.new_contract)).toBeUndefined();
      await client.create(7_410_000, { runtype: 'ssh_direc ssh_proxy' });
    },
    seen: { method: 'PUT', path: '/api/v0/asks/7410000/' },
  },
  {
    command: 'show user --raw',
    run: async ({ client }) => expect(await client.showUser()).toMatchObject({ credit: 100, username: 'demo-team' }),
    seen: { method: 'GET', path: '/api/v0/users/current' },
  },
  {
    command: 'show invoices-v1 --charges …',
    run: async ({ client }) => expect((await client.charges(day.gte, day.lte)).json).toMatchObject({ success: true }),
    seen: {
      method: 'GET',
      path: '/api/v0/charges/',
      query: { select_filters: JSON.stringify({ day }), latest_first: 'false', limit: '20', format: 'table' },
    },
  },
  {
    command: 'any command, before it begins',
    run: async ({ client }) => {
      const { json } = await client.send('GET', '/api/v0/gpu_names/unique/', { key: null });
      expect(json.gpu_names).toContain('RTX 4090');
    },
    seen: { method: 'GET', path: '/api/v0/gpu_names/unique/', key: 'none' },
  },
];

test.each(rows)('$command', async ({ run, seen }) => {
  const room = await simulated();
  await room.control.addMachine({ id: 1 });
  await room.control.addMachine({ id: 2 });
  await run(room);
  const [last] = room.control
    .requests()
    .filter(({ path, method }) => path === seen.path && method === (seen.method ?? method))
    .slice(-1);
  expect(last).toMatchObject({ userAgent: 'vastai-cli/0.0.0', status: 200, keyInUrl: false, ...seen });
});

test('a path with and without its slash at the end is the same', async () => {
  const { client, control } = await simulated();
  await control.addMachine({ id: 1 });
  for (const path of ['/api/v1/instances', '/api/v0/instances/1', '/api/v0/users/current', '/api/v0/ssh']) {
    const [bare, slashed] = await Promise.all([client.send('GET', path), client.send('GET', `${path}/`)]);
    expect([bare.status, bare.contentType], path).toEqual([200, 'application/json']);
    expect(bare.text).toBe(slashed.text);
  }
});

test('the log of requests holds no key, no variable and no script', async () => {
  const { client, control, url } = await simulated();
  await client.create(7_410_000, {
    env: { HF_TOKEN: 'hf_verysecret', '-p 8080:8080': '1' },
    onstart: 'export SECRET=verysecret',
    image_login: '-u me -p verysecret',
  });
  await fetch(`${url}/api/v0/users/current/?api_key=verysecret`);
  const seen = control.requests();
  expect(JSON.stringify(seen)).not.toContain('verysecret');
  expect(JSON.stringify(seen)).not.toContain('test-key');
  expect(seen[0]?.body).toMatchObject({ env: { HF_TOKEN: '<redacted>', '-p 8080:8080': '1' } });
  expect(seen[1]).toMatchObject({ key: 'wrong', keyInUrl: true, query: {} });
});
