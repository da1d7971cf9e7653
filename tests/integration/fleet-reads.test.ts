import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startVastSimulator, type VastSimulator } from '#core/demo/vast/simulator.ts';
import { openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';
import { sourcePorts } from '../../electron/engine/source-ports.ts';

const speed = 30;
const apiKey = 'test-key';
let folder: ReturnType<typeof temporaryFolder>;
let simulator: VastSimulator;
let core: TestCore;

beforeEach(async () => {
  folder = temporaryFolder();
  simulator = await startVastSimulator({ mode: 'cli-safe', fleet: 'empty', speed, apiKey });
  const environment = { VAST_URL: simulator.url, VAST_API_KEY: apiKey, ROOM_VAST_SPEED: String(speed) };
  core = await openTestCore(
    join(folder.path, 'workspace'),
    sourcePorts({
      shell: 'command_line',
      mayBrowseFolders: false,
      switchWorkspace: null,
      log: () => undefined,
      environment: { ...process.env, ROOM_HOME: join(folder.path, 'home'), ...environment },
    }),
  );
});
afterEach(async () => {
  await core.close();
  await simulator.close();
  folder.remove();
});

test('each machine has its points with utilisation, one that is not told is null, and the day adds up', async () => {
  const busy = await simulator.control.addMachine({ status: 'running', gpuUtilPercent: 80, ageSeconds: 60 });
  const silent = await simulator.control.addMachine({ status: 'running', gpuUtilPercent: null, ageSeconds: 60 });
  await core.call('instances.list', {});
  const series = await core.call('instances.series', { minutes: 30 });
  const pointsOf = (id: number) => series.machines.find((machine) => machine.id === String(id))?.points;
  expect(pointsOf(busy)).toMatchObject([{ phase: 'running', gpuUtilPercent: 80 }]);
  expect(pointsOf(silent)).toMatchObject([{ phase: 'running', gpuUtilPercent: null }]);
  const { points, spentUsd, since, until } = series.today;
  expect(points[0]).toEqual({ at: since, usd: expect.any(Number) });
  expect(points.at(-1)).toEqual({ at: until, usd: spentUsd });
  expect(await core.call('budget.status', {})).toMatchObject({ period: 'utc_day', instanceId: null });
});

test('the history of a machine tells what was asked, how it ended, and whose it is', async () => {
  const id = await simulator.control.addMachine({ label: 'told', status: 'running' });
  await core.call('instances.list', {});
  await core.call('instances.adopt', { id, as: 'known', owner: 'Mara', note: 'until Friday' });
  await core.call('instances.stop', { id, snapshot: 'skip', confirm: String(id) });
  const { items } = await core.call('instances.history', { id });
  expect(items.find((item) => item.kind === 'command')).toMatchObject({ title: 'Stop asked', outcome: 'done' });
  expect(items.find((item) => item.kind === 'event')).toMatchObject({
    title: 'Marked as known, of Mara',
    detail: 'until Friday',
  });
  expect(items.filter((item) => item.kind === 'phase').map((item) => item.title)).toEqual(
    expect.arrayContaining(['API says running', 'API says stopped']),
  );
  expect(items.map((item) => item.at)).toEqual(
    items
      .map((item) => item.at)
      .toSorted()
      .toReversed(),
  );
  await expect(core.call('instances.history', { id: 1 })).rejects.toMatchObject({ code: 'not_found' });
}, 60_000);

test('a destroyed machine is on record with what it has cost', async () => {
  const id = await simulator.control.addMachine({ label: 'short', status: 'running', ageSeconds: 7200 });
  await core.call('instances.list', {});
  expect(await core.call('instances.record', {})).toEqual({ items: [], totalCount: 0 });
  await core.call('instances.destroy', { id, confirm: String(id) });
  const record = await core.call('instances.record', {});
  expect(record).toMatchObject({ totalCount: 1, items: [{ id: String(id), label: 'short' }] });
  expect(record.items[0]?.spentUsd).toBeGreaterThan(0);
}, 60_000);
