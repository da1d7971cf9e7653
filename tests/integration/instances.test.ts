import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { VastFaultInput } from '#core/demo/vast/faults.ts';
import { startVastSimulator, type VastSimulator } from '#core/demo/vast/simulator.ts';
import type { FleetView } from '#shared/model/fleet.ts';
import type { Job } from '#shared/model/job.ts';
import { room, startCall } from '../support/command-line.ts';
import { openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';
import { sourcePorts } from '../../electron/engine/source-ports.ts';

/** Minutes pass in seconds; the room and its provider agree on it. */
const speed = 30;
const canary = 'canary-key-4f1c9a';

let folder: ReturnType<typeof temporaryFolder>;
let simulator: VastSimulator;
let workspace: string;
let environment: NodeJS.ProcessEnv;

beforeEach(async () => {
  folder = temporaryFolder();
  workspace = join(folder.path, 'workspace');
  simulator = await startVastSimulator({ mode: 'cli-safe', fleet: 'empty', speed, apiKey: canary });
  environment = { VAST_URL: simulator.url, VAST_API_KEY: canary, ROOM_VAST_SPEED: String(speed) };
});
afterEach(async () => {
  await simulator.close();
  folder.remove();
});

const home = (): string => join(folder.path, 'home');
const call = (method: string, input: unknown = {}) =>
  room([method, JSON.stringify(input), '--workspace', workspace], { home: home(), env: environment });

/** An engine in this process, as fresh as the one of a command line. */
async function withCore<T>(work: (core: TestCore) => Promise<T>): Promise<T> {
  const ports = sourcePorts({
    shell: 'command_line',
    mayBrowseFolders: false,
    switchWorkspace: null,
    log: () => undefined,
    environment: { ...process.env, ROOM_HOME: home(), ...environment },
  });
  const core = await openTestCore(workspace, ports);
  try {
    return await work(core);
  } finally {
    await core.close();
  }
}
const list = (): Promise<FleetView> => withCore((core) => core.call('instances.list', {}));

const changes = () => simulator.control.requests().filter((it) => it.method !== 'GET');
const truthOf = (id: number) => simulator.control.machines().find((it) => it.id === id);

test('the list, from the command line, with what each machine does and costs', async () => {
  const running = await simulator.control.addMachine({ label: 'night', status: 'running', gpuPerHourUsd: 2 });
  const stopped = await simulator.control.addMachine({ status: 'stopped' });
  const outcome = await call('instances.list');
  expect(outcome.code).toBe(0);
  const view = outcome.value as FleetView;
  expect(view).toMatchObject({ stale: false, staleBecause: null });
  expect(view.items.map((it) => it.id).toSorted()).toEqual([String(running), String(stopped)].toSorted());
  const item = view.items.find((it) => it.id === String(running))!;
  expect(item).toMatchObject({ label: 'night', phase: 'running', reachable: null, gpuCount: 1, ownership: 'unknown' });
  expect(item.burnRatePerHourUsd).toBeGreaterThan(2);
  expect(item.alerts.map((it) => it.code)).toContain('ownership_unknown');
  const idle = view.items.find((it) => it.id === String(stopped))!;
  expect(idle.phase).toBe('stopped');
  expect(idle.burnRatePerHourUsd).toBeLessThan(0.5);
  expect(view.burnRatePerHourUsd).toBeCloseTo(item.burnRatePerHourUsd! + idle.burnRatePerHourUsd!);
});

test('an account without machines is an empty list, read and current', async () => {
  expect(await list()).toMatchObject({ items: [], stale: false, burnRatePerHourUsd: 0 });
});

test('all pages are read', async () => {
  for (let n = 0; n < 60; n++) await simulator.control.addMachine({ status: 'stopped' });
  expect((await list()).items).toHaveLength(60);
});

const listFaults: [string, VastFaultInput, string][] = [
  ['429 storm', { name: 'rate_limit_storm' }, 'rate_limited'],
  ['429 as JSON', { name: 'rate_limit_storm', body: 'code' }, 'rate_limited'],
  ['a gateway’s page', { name: 'server_error', status: 503 }, 'provider_unreachable'],
  ['a fault inside', { name: 'server_error', status: 500 }, 'provider_unreachable'],
  ['no answer', { name: 'connection_cut' }, 'provider_unreachable'],
  ['retired endpoint', { name: 'retired_endpoint' }, 'provider_refused'],
  ['revoked key', { name: 'revoked_key' }, 'key_refused'],
  ['torn JSON', { name: 'half_page', how: 'torn_json' }, 'answer_not_understood'],
  ['half a page', { name: 'half_page', how: 'cut' }, 'provider_unreachable'],
  ['no second page', { name: 'half_page', how: 'second_page_fails' }, 'provider_unreachable'],
  ['rows missing', { name: 'half_page', how: 'rows_missing' }, 'answer_not_understood'],
];

test.each(listFaults)(
  '%s: the last known machines, dated and stale; an error where none are known; never an empty list',
  async (_what, fault, code) => {
    for (let n = 0; n < 30; n++) await simulator.control.addMachine({ status: 'running' });
    const good = await list();
    expect(good.items).toHaveLength(30);
    simulator.control.setFault(fault);
    const stale = await list();
    rmSync(workspace, { recursive: true });
    await expect(list()).rejects.toMatchObject({ code });
    expect(stale).toMatchObject({ stale: true, observedAt: good.observedAt });
    expect(stale.staleBecause).toContain(good.observedAt);
    expect(stale.items.map((it) => it.id)).toEqual(good.items.map((it) => it.id));
  },
  60_000,
);

test.each(['torn_json', 'rows_missing'] as const)(
  'from the command line, half a page (%s) exits 1 and prints no list',
  async (how) => {
    await simulator.control.addMachine({});
    simulator.control.setFault({ name: 'half_page', how });
    const outcome = await call('instances.list');
    expect([outcome.code, outcome.stdout, outcome.error?.code]).toEqual([1, '', 'answer_not_understood']);
  },
);

test('rows with missing fields and unknown words are shown as unknown, not as nothing', async () => {
  await simulator.control.addMachine({ status: 'running' });
  simulator.control.setFault({ name: 'missing_fields' });
  const { items, stale } = await list();
  expect([items.length, stale]).toEqual([1, false]);
});

test('a key of another account does not make machines look gone', async () => {
  const id = await simulator.control.addMachine({ status: 'running' });
  await list();
  environment['VAST_API_KEY'] = 'wrong-key';
  expect(await list()).toMatchObject({ stale: true, items: [{ id: String(id), goneAt: null }] });
});

test('a machine destroyed elsewhere is gone from the list and stays on record', async () => {
  const id = await simulator.control.addMachine({ label: 'short', status: 'running' });
  await list();
  simulator.control.destroyElsewhere(id);
  expect(await list()).toMatchObject({ items: [], stale: false });
  const { item } = await withCore((core) => core.call('instances.get', { id }));
  expect(item).toMatchObject({ label: 'short', burnRatePerHourUsd: 0, goneAt: expect.any(String) });
});

test('a clock that is an hour off is measured', async () => {
  simulator.control.setFault({ name: 'clock_skew', seconds: 3600 });
  expect((await list()).clockSkewMs).toBeGreaterThan(3_500_000);
});

test('adopted machines are ours, known ones are somebody’s until a time', async () => {
  const id = await simulator.control.addMachine({ status: 'running' });
  await withCore(async (core) => {
    expect(await core.call('instances.adopt', { id })).toMatchObject({ ownership: 'ours' });
    const until = '2020-01-01T00:00:00Z';
    expect(await core.call('instances.adopt', { id, as: 'known', owner: 'Kim', until })).toMatchObject({
      ownership: 'unknown',
    });
    expect(await core.call('instances.adopt', { id, as: 'known', owner: 'Kim' })).toMatchObject({
      ownership: 'known',
      owner: 'Kim',
    });
    expect(await core.call('decisions.verify', {})).toMatchObject({ state: 'verified' });
  });
  expect((await list()).items[0]).toMatchObject({ ownership: 'known', owner: 'Kim' });
});

test('a stop answers once it is proved, and the request was sent', async () => {
  const id = await simulator.control.addMachine({ status: 'running' });
  const outcome = await call('instances.stop', { id, snapshot: 'skip', confirm: String(id) });
  expect(outcome.code).toBe(0);
  expect(outcome.value).toMatchObject({ id: String(id), state: 'stopped', provedAt: expect.any(String) });
  expect(outcome.value).toMatchObject({ billing: expect.stringContaining('No new GPU charge between two reads') });
  expect(truthOf(id)).toMatchObject({ intendedStatus: 'stopped', isBilledForGpu: false });
}, 120_000);

test('a stop that is accepted and never done exits 1 and says that it is still billed', async () => {
  const id = await simulator.control.addMachine({ status: 'running' });
  simulator.control.setFault({ name: 'stop_ignored' });
  const outcome = await call('instances.stop', { id, snapshot: 'skip', confirm: String(id), timeoutSeconds: 60 });
  expect([outcome.code, outcome.error?.code, outcome.stdout]).toEqual([1, 'still_billed', '']);
  expect(outcome.error?.message).toMatch(/still billed/);
  expect((await list()).items[0]).toMatchObject({ asked: 'stopped', phase: 'stopping' });
}, 120_000);

test('a stop whose answer is lost, or comes after a 429, is proved all the same', async () => {
  const id = await simulator.control.addMachine({ status: 'running' });
  simulator.control.setFault({ name: 'lost_answer', operation: 'stop', how: 'gateway_timeout', count: 1 });
  simulator.control.setFault({ name: 'rate_limit_storm', count: 2, path: `/instances/${id}` });
  const stop = { id, snapshot: 'skip', confirm: String(id) } as const;
  expect(await withCore((core) => core.call('instances.stop', stop))).toMatchObject({ state: 'stopped' });
}, 120_000);

test('a machine that exited and is meant to run is not stopped: the request is sent', async () => {
  const id = await simulator.control.addMachine({ status: 'running' });
  simulator.control.setFault({ name: 'exited_while_running', instanceId: id });
  expect((await list()).items[0]?.phase).not.toBe('stopped');
  const stop = { id, snapshot: 'skip', confirm: String(id) } as const;
  expect(await withCore((core) => core.call('instances.stop', stop))).toMatchObject({ state: 'stopped' });
  expect(changes()[0]).toMatchObject({ method: 'PUT', body: { state: 'stopped' } });
  // Once more: it looks stopped, and the request is sent again.
  simulator.control.clearRequests();
  await withCore((core) => core.call('instances.stop', stop));
  expect(changes()[0]).toMatchObject({ method: 'PUT', body: { state: 'stopped' } });
}, 120_000);

test('what is refused is refused in words, and nothing is sent', async () => {
  const id = await simulator.control.addMachine({ status: 'running' });
  await withCore(async (core) => {
    const stop = (more: object) => core.call('instances.stop', { id, ...more });
    await expect(stop({ snapshot: 'skip' })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(stop({ snapshot: 'skip', confirm: `${id}0` })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(stop({})).rejects.toMatchObject({
      code: 'ssh_unreachable',
      message: expect.stringContaining('nothing was sent'),
    });
    await expect(core.call('instances.destroy', { id })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(core.call('instances.reboot', { id, confirm: 'yes' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    const other = { id: 999, confirm: '999', snapshot: 'skip' } as const;
    await expect(core.call('instances.stop', other)).rejects.toMatchObject({ code: 'not_found' });
    const { items } = await core.call('jobs.list', {});
    expect(items.map((job) => job.state)).toEqual(Array.from({ length: 6 }, () => 'failed'));
  });
  expect(changes()).toEqual([]);
  simulator.control.setFault({ name: 'refused_mutation' });
  const outcome = await call('instances.stop', { id, snapshot: 'skip', confirm: String(id) });
  expect([outcome.code, outcome.error?.code]).toEqual([1, 'provider_refused']);
}, 120_000);

test('a destroy answers once a read and the whole list lack the machine', async () => {
  const id = await simulator.control.addMachine({ status: 'running' });
  const other = await simulator.control.addMachine({ status: 'running' });
  const outcome = await call('instances.destroy', { id, confirm: String(id) });
  expect([outcome.code, outcome.value]).toMatchObject([0, { id: String(id), state: 'gone' }]);
  expect((await list()).items.map((it) => it.id)).toEqual([String(other)]);
}, 120_000);

test('a destroy that is accepted and never done, or is read with a revoked key, is not "gone"', async () => {
  const id = await simulator.control.addMachine({ status: 'running' });
  simulator.control.setFault({ name: 'destroy_ignored' });
  const destroy = { id, confirm: String(id), timeoutSeconds: 60 };
  await withCore((core) =>
    expect(core.call('instances.destroy', destroy)).rejects.toMatchObject({ code: 'still_billed' }),
  );
  simulator.control.setFault({ name: 'revoked_key' });
  await withCore((core) =>
    expect(core.call('instances.destroy', destroy)).rejects.toMatchObject({ code: 'key_refused' }),
  );
  simulator.control.clearFaults('revoked_key');
  expect((await list()).items[0]).toMatchObject({ id: String(id), goneAt: null });
}, 120_000);

test('a start waits until it runs; a start without a GPU says what is billed; a label reads back', async () => {
  const id = await simulator.control.addMachine({ status: 'stopped' });
  await withCore(async (core) => {
    expect(await core.call('instances.start', { id })).toMatchObject({ phase: 'running' });
    expect(await core.call('instances.label', { id, label: 'mine' })).toEqual({ id: String(id), label: 'mine' });
    expect(await core.call('instances.reboot', { id, confirm: String(id) })).toMatchObject({ phase: 'running' });
  });
  const taken = await simulator.control.addMachine({ status: 'stopped' });
  simulator.control.setFault({ name: 'gpu_taken', instanceId: taken });
  const start = { id: taken, timeoutSeconds: 60 };
  await withCore((core) => expect(core.call('instances.start', start)).rejects.toMatchObject({ code: 'queued' }));
}, 120_000);

/** Starts a call that will not end by itself and kills its engine in the middle. */
async function killInTheMiddle(method: string, input: unknown, step: string): Promise<void> {
  const running = startCall([method, JSON.stringify(input), '--workspace', workspace], {
    home: home(),
    env: environment,
  });
  await running.sees(step);
  running.child.kill('SIGKILL');
  await running.outcome;
}
const jobs = (): Promise<Job[]> => withCore(async (core) => (await core.call('jobs.list', {})).items);

test('an engine killed in the middle of a stop: the next start tells what became of it', async () => {
  const id = await simulator.control.addMachine({ status: 'running' });
  const stop = { id, snapshot: 'skip', confirm: String(id) };
  simulator.control.setFault({ name: 'stop_ignored' });
  await killInTheMiddle('instances.stop', stop, 'Read back');
  const view = await list();
  expect(view.items[0]).toMatchObject({ asked: 'stopped', phase: 'stopping' });
  expect(view.items[0]?.burnRatePerHourUsd).toBeGreaterThan(0.1);
  expect(view.items[0]?.alerts.map((it) => it.code)).toContain('command_unfinished');

  simulator.control.clearFaults();
  simulator.control.advance(300);
  const codes = async () => (await list()).items[0]?.alerts.map((it) => it.code);
  // One read that says stopped is not enough; a second one, ten seconds later, is.
  expect(await codes()).toContain('command_unfinished');
  await expect.poll(codes, { timeout: 30_000, interval: 4000 }).not.toContain('command_unfinished');
  expect((await list()).items[0]).toMatchObject({ phase: 'stopped' });
  expect((await jobs())[0]).toMatchObject({
    state: 'interrupted',
    error: { message: expect.stringContaining('Stopped: reads from') },
  });
}, 90_000);

test('an engine killed in the middle of a destroy: the next start tells what became of it', async () => {
  const id = await simulator.control.addMachine({ status: 'running' });
  simulator.control.setFault({ name: 'destroy_ignored' });
  await killInTheMiddle('instances.destroy', { id, confirm: String(id) }, 'Read back');
  expect((await list()).items[0]?.alerts.map((it) => it.code)).toContain('command_unfinished');
  simulator.control.destroyElsewhere(id);
  expect((await list()).items).toEqual([]);
  expect((await jobs())[0]).toMatchObject({
    state: 'interrupted',
    error: { message: expect.stringContaining('gone') },
  });
}, 120_000);

test('what was charged before this room looked counts; a cap of 0 is off, and a cap holds against the sum', async () => {
  const id = await simulator.control.addMachine({ status: 'running', gpuPerHourUsd: 3, ageSeconds: 36_000 });
  const { spentUsd } = (await list()).items[0]!;
  const truth = truthOf(id)!.spentUsd;
  expect(truth).toBeGreaterThan(20);
  expect(Math.abs(spentUsd! - truth)).toBeLessThan(truth * 0.05);
  const off = await call('budget.set', { instanceId: id, capUsd: 0 });
  expect([off.code, off.value]).toMatchObject([0, { state: 'off', capUsd: null, instanceId: String(id) }]);
  expect((await call('budget.status', { instanceId: id })).value).toMatchObject({ state: 'off', mustStop: false });
  await withCore(async (core) => {
    expect(await core.call('budget.status', {})).toMatchObject({
      state: 'off',
      instanceId: null,
      instances: [{ state: 'off' }],
    });
    expect(await core.call('budget.set', { instanceId: id, capUsd: 1 })).toMatchObject({
      state: 'over',
      mustStop: true,
    });
    expect(await core.call('budget.set', { instanceId: id, capUsd: 1e6 })).toMatchObject({ state: 'ok' });
    expect(await core.call('budget.set', { capUsd: -5 })).toMatchObject({ state: 'off', capUsd: null });
    await expect(core.call('budget.set', { instanceId: 999, capUsd: 5 })).rejects.toMatchObject({ code: 'not_found' });
  });
  simulator.control.setFault({ name: 'retired_endpoint' });
  expect((await call('budget.status')).value).toMatchObject({ stale: true, instances: [{ capUsd: 1e6 }] });
}, 120_000);

test('what our own pulls cost counts as spent, and a cap keeps the money for one more', async () => {
  const id = await simulator.control.addMachine({ status: 'running', gpuPerHourUsd: 3 });
  const [item] = (await list()).items;
  const before = await withCore((core) => core.call('budget.status', { instanceId: id }));
  const history = new Database(join(workspace, 'history.db'));
  history
    .prepare(`INSERT INTO pull_attempt (job_id, instance_id, started_at, finished_at, outcome, transferred_bytes)
              VALUES ('job', ?, '2099-01-01T00:00:00.000Z', '2099-01-01T01:00:00.000Z', 'taken', 10000000000000)`)
    .run(String(id));
  history.close();
  const [uploadUsdPerGb, trafficUsd] = [item!.uploadUsdPerGb!, 10_000 * item!.uploadUsdPerGb!];
  expect(uploadUsdPerGb).toBeGreaterThan(0);
  await withCore(async (core) => {
    const after = await core.call('budget.status', { instanceId: id });
    expect(after.spentUsd - before.spentUsd).toBeGreaterThanOrEqual(trafficUsd);
    // What is left is less than a pull of the same size and an hour of the machine.
    expect(await core.call('budget.set', { instanceId: id, capUsd: after.spentUsd + trafficUsd })).toMatchObject({
      state: 'warn_50',
      mustStop: true,
    });
    const roomy = after.spentUsd + 2 * trafficUsd + 20;
    expect(await core.call('budget.set', { instanceId: id, capUsd: roomy })).toMatchObject({ mustStop: false });
  });
}, 60_000);

test('the log of a machine is fetched without the key', async () => {
  const id = await simulator.control.addMachine({ status: 'running' });
  simulator.control.changeMachine(id, { log: 'one\ntwo\nthree\n' });
  expect(await withCore((core) => core.call('instances.log', { id, lines: 2 }))).toMatchObject({
    text: 'two\nthree\n',
  });
  const fetched = simulator.control.requests().filter((it) => it.path.startsWith('/__objects/'));
  expect(fetched.map((it) => it.key)).toEqual(fetched.map(() => 'none'));
});

test('a shutdown command is told by what it does', async () => {
  const outcome = await call('shutdown.classify', { command: 'echo stop' });
  expect([outcome.code, outcome.value]).toMatchObject([0, { kind: 'placeholder' }]);
});

function filesUnder(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('the key is in no file, no message and no address', async () => {
  const id = await simulator.control.addMachine({ status: 'running' });
  const outcomes = [
    await call('instances.list'),
    await call('instances.stop', { id, snapshot: 'skip', confirm: String(id) }),
    await call('jobs.list'),
  ];
  environment['VAST_API_KEY'] = `${canary}-wrong`;
  outcomes.push(
    await call('instances.list'),
    await call('instances.stop', { id, snapshot: 'skip', confirm: String(id) }),
  );
  expect(outcomes.at(-1)?.error?.code).toBe('key_refused');
  for (const { stdout, stderr } of outcomes) expect(stdout + stderr).not.toContain(canary);
  const files = filesUnder(folder.path);
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) expect(readFileSync(file).includes(canary), file).toBe(false);
  expect(simulator.control.requests().filter((it) => it.keyInUrl)).toEqual([]);
}, 120_000);
