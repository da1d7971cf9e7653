import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instanceSchema } from '#shared/model/instance.ts';
import { parseInstanceRow } from './instance-row.ts';

const row = {
  id: 32182955,
  machine_id: 7,
  host_id: 9,
  label: '  night run ',
  actual_status: 'Running',
  intended_status: 'running',
  cur_state: 'running',
  next_state: 'running',
  status_msg: 'success, running image\n',
  ssh_host: 'ssh4.vast.ai',
  ssh_port: 12954,
  public_ipaddr: ' 203.0.113.5 \n',
  ports: { '22/tcp': [{ HostIp: '0.0.0.0', HostPort: '40022' }], '8080/tcp': [{ HostIp: '0.0.0.0', HostPort: '1' }] },
  gpu_name: 'RTX 4090',
  num_gpus: 2,
  gpu_util: -1,
  gpu_temp: null,
  disk_space: 100,
  disk_usage: -1,
  dph_base: 0.4,
  dph_total: 0.45,
  storage_total_cost: 0.05,
  internet_up_cost_per_tb: 20,
  start_date: 1_764_000_000.25,
  end_date: null,
  is_bid: false,
  image_uuid: 'pytorch/pytorch',
  image_runtype: 'jupyter_direc ssh_direc ssh_proxy',
  reliability2: 0.99,
  geolocation: ', US',
  jupyter_token: 'secret',
  something_new: { a: 1 },
};

test('a row becomes one instance: trimmed, sentinels to null, units in names, unknown keys let go', () => {
  const instance = parseInstanceRow(row);
  expect(instanceSchema.safeParse(instance).success).toBe(true);
  expect(instance).toMatchObject({
    id: '32182955',
    machineId: '7',
    label: 'night run',
    actualStatus: 'running',
    statusMessage: 'success, running image',
    gpuUtilPercent: null,
    diskUsedGb: null,
    diskTotalGb: 100,
    uploadUsdPerGb: 0.02,
    startedAt: '2025-11-24T16:00:00.250Z',
    endsAt: null,
    geolocation: 'US',
    publicAddress: '203.0.113.5',
  });
  expect(JSON.stringify(instance)).not.toContain('secret');
});

test('direct first, then the proxy, then one above it for jupyter', () => {
  expect(parseInstanceRow(row)?.sshEndpoints).toEqual([
    { kind: 'direct', host: '203.0.113.5', port: 40022 },
    { kind: 'proxy', host: 'ssh4.vast.ai', port: 12954 },
    { kind: 'proxy', host: 'ssh4.vast.ai', port: 12955 },
  ]);
  const plain = parseInstanceRow({ ...row, ports: null, image_runtype: 'ssh_proxy' });
  expect(plain?.sshEndpoints).toEqual([{ kind: 'proxy', host: 'ssh4.vast.ai', port: 12954 }]);
});

test.each([
  { ports: {} },
  { ports: null },
  { ports: [] },
  { ports: 'x' },
  { ports: { '22/tcp': null } },
  { ports: undefined },
])('no direct endpoint from %j', (change) => {
  expect(parseInstanceRow({ ...row, ...change })?.sshEndpoints[0]?.kind).toBe('proxy');
});

test('a host that could be read as an option or a command is none', () => {
  const instance = parseInstanceRow({ ...row, ssh_host: '-oProxyCommand=x', public_ipaddr: '$(x)' });
  expect(instance?.sshEndpoints).toEqual([]);
});

test('an id is enough; without one there is no row', () => {
  expect(parseInstanceRow({ id: 1 })).toMatchObject({
    id: '1',
    actualStatus: null,
    isInterruptible: false,
    sshEndpoints: [],
  });
  expect(parseInstanceRow({ id: '12' })?.id).toBe('12');
  for (const bad of [{}, null, [], 'x', { id: null }, { id: -1 }, { id: '../1' }, { id: 1.5 }])
    expect(parseInstanceRow(bad)).toBeNull();
});

test('whatever stands in the fields, the result is an instance or nothing', () => {
  const anything = fc.record(
    Object.fromEntries(Object.keys(row).map((key) => [key, fc.oneof(fc.jsonValue(), fc.constant(undefined))])),
  );
  fc.assert(
    fc.property(anything, fc.nat(), (fields, id) => {
      const instance = parseInstanceRow({ ...fields, id });
      expect(instanceSchema.safeParse(instance).success).toBe(true);
    }),
    { numRuns: 300 },
  );
});
