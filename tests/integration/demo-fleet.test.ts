import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startVastSimulator } from '#core/demo/vast/simulator.ts';
import type { FleetView } from '#shared/model/fleet.ts';
import { room } from '../support/command-line.ts';
import { openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';
import { sourcePorts } from '../../electron/engine/source-ports.ts';

let folder: ReturnType<typeof temporaryFolder>;
let environment: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = temporaryFolder();
  environment = { VAST_API_KEY: 'the-key-of-a-real-account' };
});
afterEach(() => folder.remove());

const ids = ['32182930', '32182944', '32182955', '32183107', '32183122'];

/** The room of the demo, opened and closed as a person does. */
async function withDemo<T>(work: (core: TestCore) => Promise<T>): Promise<T> {
  const ports = sourcePorts({
    shell: 'command_line',
    mayBrowseFolders: false,
    switchWorkspace: null,
    log: () => undefined,
    environment: { ...process.env, ROOM_HOME: join(folder.path, 'home'), VAST_URL: '', ...environment },
  });
  const core = await openTestCore(join(folder.path, 'workspace'), ports, { isDemo: true });
  try {
    return await work(core);
  } finally {
    await core.close();
  }
}
const list = (core: TestCore): Promise<FleetView> => core.call('instances.list', {});
const itemOf = (view: FleetView, id: string) => view.items.find((it) => it.id === id)!;

test('the demo has a living fleet, said to be simulated, and no real key is used', async () => {
  const view = await withDemo(list);
  expect(view).toMatchObject({ source: 'simulated', stale: false });
  expect(view.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(view.items.map(({ id, phase }) => [id, phase])).toEqual([
    ['32182930', 'running'],
    ['32182944', 'running'],
    ['32182955', 'stopped'],
    ['32183107', 'outbid'],
    ['32183122', 'loading'],
  ]);
  expect([itemOf(view, '32182930').gpuUtilPercent, itemOf(view, '32182944').gpuUtilPercent! > 80]).toEqual([0, true]);
  expect(view.creditHoursLeft).toBeGreaterThan(24);
  // What a machine cost while it ran is counted after it was stopped and outbid.
  expect(itemOf(view, '32182955').spentUsd).toBeGreaterThan(3);
  expect(itemOf(view, '32183107').spentUsd).toBeGreaterThan(20);
});

test('whose the machines are and what they may cost is said once, and a person’s word stays', async () => {
  await withDemo(async (core) => {
    const view = await list(core);
    expect(view.items.map((it) => it.ownership)).toEqual(['ours', 'ours', 'ours', 'known', 'ours']);
    expect(itemOf(view, '32183107').owner).toBe('Mara');
    const budget = await core.call('budget.status', {});
    expect(budget).toMatchObject({ capUsd: 120, state: 'ok' });
    expect(budget.instances.filter((it) => it.capUsd !== null)).toMatchObject([{ instanceId: '32182944', capUsd: 25 }]);
    await core.call('budget.set', { capUsd: 0 });
    await core.call('instances.adopt', { id: '32182930', as: 'unknown' });
  });
  await withDemo(async (core) => {
    expect(itemOf(await list(core), '32182930').ownership).toBe('unknown');
    expect(await core.call('budget.status', {})).toMatchObject({ capUsd: null, state: 'off' });
  });
});

test('a room that starts again has the fleet anew: nothing gone, nothing asked, nothing added up twice', async () => {
  environment['ROOM_VAST_SPEED'] = '30';
  const before = await withDemo(async (core) => {
    const view = await list(core);
    await core.call('instances.stop', { id: '32182944', snapshot: 'skip', confirm: '32182944' });
    await core.call('instances.destroy', { id: '32182955', confirm: '32182955' });
    expect((await list(core)).items.map((it) => it.id)).not.toContain('32182955');
    return view;
  });
  const after = await withDemo(list);
  expect(after.items.map((it) => it.id)).toEqual(ids);
  for (const item of after.items) {
    expect(item).toMatchObject({ goneAt: null, asked: null, phase: itemOf(before, item.id).phase });
    expect(item.alerts.map((it) => it.code)).toEqual(itemOf(before, item.id).alerts.map((it) => it.code));
    const spentBefore = itemOf(before, item.id).spentUsd!;
    expect(Math.abs(item.spentUsd! - spentBefore)).toBeLessThan(0.2);
  }
}, 60_000);

test('the simulated provider ends with the room', async () => {
  const { address } = await withDemo(list);
  await expect(fetch(`${address}/api/v0/users/current/`)).rejects.toThrow('fetch failed');
});

test('an address in the environment comes before the simulated provider', async () => {
  const simulator = await startVastSimulator({ fleet: 'empty' });
  try {
    environment = { VAST_URL: simulator.url, VAST_API_KEY: simulator.apiKey };
    expect(await withDemo(list)).toMatchObject({ items: [], source: 'live', address: simulator.url });
  } finally {
    await simulator.close();
  }
});

test('the command line has the demo’s fleet as well', async () => {
  const outcome = await room(['instances.list', '{}', '--demo'], {
    home: join(folder.path, 'home'),
    env: environment,
  });
  expect(outcome.code).toBe(0);
  expect(outcome.value).toMatchObject({ source: 'simulated', items: ids.map((id) => ({ id })) });
});
