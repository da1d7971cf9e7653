import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { VastFaultInput } from '#core/demo/vast/faults.ts';
import { startVastSimulator, type VastSimulator } from '#core/demo/vast/simulator.ts';
import type { MethodInput } from '#shared/contract/index.ts';
import type { Job } from '#shared/model/job.ts';
import type { LaunchPlan } from '#shared/model/launch.ts';
import { sourcePorts } from '../../electron/engine/source-ports.ts';
import { startCall } from '../support/command-line.ts';
import { startHub } from '../support/hub.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';
import { openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';

/** Minutes pass in seconds; the room and its provider agree on it. */
const speed = 60;
const canary = 'canary-hf-77b1';
/** On the simulated market: one RTX 4090, 0.36 dollars an hour. */
const offerId = '7410000';

/** What is behind the door of every machine that is rented. */
let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.close());

let folder: ReturnType<typeof temporaryFolder>;
let simulator: VastSimulator;
let workspace: string;
let environment: NodeJS.ProcessEnv;
let clockOffsetMs: number;

beforeEach(async () => {
  folder = temporaryFolder();
  workspace = join(folder.path, 'workspace');
  clockOffsetMs = 0;
  simulator = await startVastSimulator({
    mode: 'cli-safe',
    fleet: 'empty',
    speed,
    rented: { ssh: { direct: sshd, proxy: sshd }, log: `blueprint-lease 7 host-key ${sshd.hostKey().keygenLine}\n` },
  });
  environment = {
    VAST_URL: simulator.url,
    VAST_API_KEY: simulator.apiKey,
    ROOM_VAST_SPEED: String(speed),
    HF_TOKEN: canary,
    HF_ENDPOINT: 'http://127.0.0.1:9',
  };
});
afterEach(async () => {
  await simulator.close();
  folder.remove();
});

const home = (): string => join(folder.path, 'home');

/** An engine in this process, as fresh as the one of a command line. */
async function withCore<T>(work: (core: TestCore) => Promise<T>, role: 'resident' | 'errand' = 'errand'): Promise<T> {
  const ports = sourcePorts({
    shell: 'command_line',
    mayBrowseFolders: false,
    switchWorkspace: null,
    log: () => undefined,
    environment: { ...process.env, ROOM_HOME: home(), ...environment },
  });
  const core = await openTestCore(workspace, { ...ports, clock: { now: () => Date.now() + clockOffsetMs } }, { role });
  try {
    await core.call('settings.set', { sshKeyFile: sshd.keyFile, sshUser: sshd.user });
    return await work(core);
  } finally {
    await core.close();
  }
}

const planOn = (core: TestCore, more: Partial<MethodInput<'launch.plan'>> = {}): Promise<LaunchPlan> =>
  core.call('launch.plan', { presetId: 'render-eval-24gb', offerId, ...more });
const applyOn = (core: TestCore, plan: LaunchPlan, more: Partial<MethodInput<'launch.apply'>> = {}) =>
  core.call('launch.apply', { planId: plan.id, confirm: plan.confirm, ...more });
const creates = () => simulator.control.requests().filter((it) => it.path.includes('/asks/'));
const machines = () => simulator.control.machines();
const list = () => withCore((core) => core.call('instances.list', {}));
const launches = () => withCore(async (core) => (await core.call('launch.list', {})).items);
const newestJob = (): Promise<Job> => withCore(async (core) => (await core.call('jobs.list', {})).items[0]!);

test('a plan holds offer, prices, stop time and gates, rents nothing, and is applied once', async () => {
  await withCore(async (core) => {
    const plan = await planOn(core, { maxRunHours: 4, capUsd: 0 });
    expect(plan).toMatchObject({
      offer: { id: offerId, gpuName: 'RTX 4090', price: { diskGb: 120, gpuPerHourUsd: 0.36, uploadUsdPerGb: 0.02 } },
      cap: { capUsd: null, words: 'Cap OFF, no limit' },
      maxRunHours: 4,
      mayApply: true,
    });
    expect(plan.cost.perHourUsd).toBeCloseTo(0.36 + (0.1 * 120) / 720);
    expect(plan.cost.untilStopUsd).toBeCloseTo(4 * plan.cost.perHourUsd!);
    expect(Date.parse(plan.stopsAt) - Date.parse(plan.createdAt)).toBe(4 * 3_600_000);
    expect(plan.label).toMatch(new RegExp(`^render-${core.core.workspace.id}-[a-z2-7]{10}$`));
    expect(plan.gates.map((it) => it.id)).toContain('lease');
    expect([creates(), machines()]).toEqual([[], []]);

    const done = await applyOn(core, plan);
    expect(done).toMatchObject({ label: plan.label, phase: 'running', ssh: { state: 'answers' } });
    expect(machines()).toMatchObject([{ id: Number(done.instanceId), label: plan.label, actualStatus: 'running' }]);
    const { items } = await core.call('instances.list', {});
    expect(items).toMatchObject([{ id: done.instanceId, ownership: 'ours', asked: 'running', alerts: [] }]);
    await expect(applyOn(core, plan)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('used'),
    });
  });
  expect(creates()).toMatchObject([{ body: { cancel_unavail: true, target_state: 'running', price: null } }]);
  expect(await launches()).toMatchObject([
    {
      state: 'created',
      guard: { maxRunHours: 4, deadlineAt: expect.any(String) },
      plan: { offer: { hostId: '61000' } },
    },
  ]);
}, 60_000);

test('what is not typed rightly, is over, or is not there is refused, and nothing is sent', async () => {
  await withCore(async (core) => {
    const plan = await planOn(core);
    const refused = (more: Partial<MethodInput<'launch.apply'>>) => expect(applyOn(core, plan, more)).rejects;
    await refused({ confirm: 'yes' }).toMatchObject({
      code: 'invalid_input',
      hint: expect.stringContaining(plan.confirm),
    });
    await refused({ planId: 'plan_none' }).toMatchObject({ code: 'not_found' });
    await refused({ overrides: [{ gate: 'nonsense', because: 'I say so' }] }).toMatchObject({ code: 'invalid_input' });
    clockOffsetMs = 11 * 60_000;
    await refused({}).toMatchObject({ code: 'conflict', message: expect.stringContaining('good until') });
    await expect(planOn(core, { presetId: 'nothing' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(planOn(core, { offerId: '5' })).rejects.toMatchObject({ code: 'not_found' });
  });
  expect([creates(), machines()]).toEqual([[], []]);
}, 60_000);

test('a price that moved refuses the plan and says both', async () => {
  await withCore(async (core) => {
    const plan = await planOn(core);
    simulator.control.setFault({ name: 'price_moved', factor: 1.5 });
    await expect(applyOn(core, plan)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/\$0\.36 before, \$0\.54 now.*Nothing was rented/),
    });
  });
  expect(creates()).toEqual([]);
}, 60_000);

test('credit that is gone, or does not last, holds the launch until it is named', async () => {
  await withCore(async (core) => {
    simulator.control.setCredit(1);
    const plan = await planOn(core);
    expect(plan.gates.find((it) => it.id === 'credit')).toMatchObject({ state: 'failed', canOverride: true });
    await expect(applyOn(core, plan)).rejects.toMatchObject({ code: 'conflict', details: { gates: ['credit'] } });
    const overrides = [{ gate: 'credit', because: 'a card is on file' }];
    expect(await applyOn(core, plan, { overrides })).toMatchObject({ phase: 'running' });
    expect((await core.call('launch.list', {})).items).toMatchObject([{ overrides }]);
    const next = await planOn(core, { offerId: '7410078' });
    simulator.control.setFault({ name: 'credit_gone' });
    // The provider has the last word.
    await expect(applyOn(core, next, { overrides })).rejects.toMatchObject({
      message: expect.stringMatching(/Insufficient credit.*nothing was rented/),
    });
  });
  expect(machines()).toHaveLength(1);
}, 60_000);

test('a cap that can be held is set; a bid that is too low and a disk that is not there hold the launch', async () => {
  await withCore(async (core) => {
    const low = await planOn(core, { bidPerHourUsd: 0.05 });
    expect(low).toMatchObject({ kind: 'interruptible', mayApply: false });
    await expect(applyOn(core, low)).rejects.toMatchObject({ details: { gates: ['bid'] } });
    const big = await planOn(core, { diskGb: 5000 });
    await expect(applyOn(core, big)).rejects.toMatchObject({ details: { gates: ['disk'] } });
    const plan = await planOn(core, { capUsd: 3, bidPerHourUsd: 0.3 });
    const { instanceId } = await applyOn(core, plan);
    expect(await core.call('budget.status', { instanceId })).toMatchObject({ capUsd: 3 });
  });
  expect(creates()).toMatchObject([{ body: { price: 0.3 } }]);
}, 60_000);

const planFaults: [string, VastFaultInput, string][] = [
  ['429 storm', { name: 'rate_limit_storm' }, 'rate_limited'],
  ['revoked key', { name: 'revoked_key' }, 'key_refused'],
  ['no answer', { name: 'connection_cut' }, 'provider_unreachable'],
];
test.each(planFaults)(
  '%s: a search and an apply are errors, never an empty market',
  async (_what, fault, code) => {
    await withCore(async (core) => {
      const plan = await planOn(core);
      simulator.control.setFault(fault);
      await expect(core.call('offers.search', {})).rejects.toMatchObject({ code });
      await expect(applyOn(core, plan)).rejects.toMatchObject({ code });
    });
    expect(creates()).toEqual([]);
  },
  60_000,
);

test('machines that can not be seen hold every launch', async () => {
  await withCore(async (core) => {
    const plan = await planOn(core);
    simulator.control.setFault({ name: 'retired_endpoint' });
    await expect(applyOn(core, plan)).rejects.toMatchObject({ code: 'conflict', details: { gates: ['fleet_seen'] } });
    expect((await planOn(core)).mayApply).toBe(false);
  });
  expect(creates()).toEqual([]);
}, 60_000);

test.each(['offer_gone', 'rate_limit_storm', 'refused_mutation'] as const)(
  '%s at the create: refused in words, looked up, and never sent again',
  async (name) => {
    await withCore(async (core) => {
      const plan = await planOn(core);
      simulator.control.setFault(name === 'rate_limit_storm' ? { name, path: '/asks/' } : { name });
      await expect(applyOn(core, plan)).rejects.toMatchObject({
        message: expect.stringContaining('nothing was rented'),
      });
      expect((await core.call('launch.list', {})).items).toMatchObject([{ state: 'refused', instanceId: null }]);
    });
    expect([creates().length, machines()]).toEqual([1, []]);
  },
  60_000,
);

test.each(['cut', 'gateway_timeout'] as const)(
  'a create that takes effect and whose answer is lost (%s) is found by its label, and not sent again',
  async (how) => {
    simulator.control.setFault({ name: 'lost_answer', how });
    await withCore(async (core) => expect(await applyOn(core, await planOn(core))).toMatchObject({ phase: 'running' }));
    expect([creates().length, machines().length]).toEqual([1, 1]);
  },
  60_000,
);

test('a create that was lost on its way is not known, then settled, and never sent again', async () => {
  await withCore(async (core) => {
    const plan = await planOn(core);
    simulator.control.setFault({ name: 'connection_cut', path: '/asks/', count: 1 });
    await expect(applyOn(core, plan)).rejects.toMatchObject({
      code: 'could_not_tell',
      message: expect.stringContaining('count it as billed'),
    });
  });
  clockOffsetMs = 5 * 60_000;
  await list();
  expect(await launches()).toMatchObject([{ state: 'not_created', instanceId: null }]);
  expect(await newestJob()).toMatchObject({ error: { message: expect.stringContaining('nothing was rented') } });
  expect([creates().length, machines()]).toEqual([1, []]);
}, 60_000);

test('a machine that never gets further than loading: what is billed, and what to do', async () => {
  simulator.control.setFault({ name: 'stuck_in_loading' });
  await withCore(async (core) => {
    const plan = await planOn(core);
    await expect(applyOn(core, plan, { timeoutMinutes: 2 })).rejects.toMatchObject({
      code: 'still_billed',
      message: expect.stringMatching(
        /does not run \(loading, waited up to 2 min\).*It costs \$0\.02 an hour now.*\$0\.38 while/,
      ),
      hint: expect.stringContaining('instances.destroy'),
    });
  });
}, 60_000);

test('cancelled before the create nothing is there; cancelled after it, it says what is', async () => {
  await withCore(async (core) => {
    const plan = await planOn(core);
    const cancelAt = async (step: string, planned: LaunchPlan): Promise<Job> => {
      const seen = new Promise<string>((resolve) => {
        core.core.events.subscribe((event) => {
          if (event.name !== 'jobs.changed') return;
          const { jobId } = event.payload;
          void core.core.jobs.get(jobId).then((job) => {
            if (job.state === 'running' && job.steps.some((it) => it.name === step)) resolve(jobId);
          });
        });
      });
      const started = core.core.dispatcher.dispatch(
        'launch.apply',
        { planId: planned.id, confirm: planned.confirm },
        { actor: 'operator', name: 'tester' },
      );
      const jobId = await seen;
      await core.call('jobs.cancel', { id: jobId });
      await started;
      return core.core.jobs.waitFor(jobId);
    };
    simulator.control.setFault({ name: 'unanswered', path: '/bundles' });
    expect(await cancelAt('Read offer, price and credit again', plan)).toMatchObject({ state: 'cancelled' });
    expect([creates(), machines()]).toEqual([[], []]);
    simulator.control.clearFaults();
    simulator.control.setFault({ name: 'stuck_in_loading' });
    expect(await cancelAt('Wait until it runs', plan)).toMatchObject({
      state: 'cancelled',
      error: { code: 'still_billed', message: expect.stringMatching(/^Cancelled, and machine \d+ exists/) },
    });
  });
  expect(machines()).toHaveLength(1);
}, 60_000);

/** Kills the engine of a launch as soon as the provider has its create. */
async function killInCreate(): Promise<LaunchPlan> {
  const plan = await withCore((core) => planOn(core));
  const apply = { planId: plan.id, confirm: plan.confirm };
  const running = startCall(['launch.apply', JSON.stringify(apply), '--workspace', workspace], {
    home: home(),
    env: environment,
  });
  await expect.poll(() => creates().length, { timeout: 30_000, interval: 50 }).toBe(1);
  running.child.kill('SIGKILL');
  await running.outcome;
  return plan;
}

test('an engine killed in the middle of a create that took effect: the next start finds the machine, once', async () => {
  simulator.control.setFault({ name: 'lost_answer', how: 'hang' });
  const plan = await killInCreate();
  simulator.control.clearFaults();
  const view = await list();
  expect(view.items).toMatchObject([{ label: plan.label, ownership: 'ours' }]);
  const [launch] = await launches();
  expect(launch).toMatchObject({ state: 'created', instanceId: view.items[0]?.id });
  expect(await newestJob()).toMatchObject({
    state: 'interrupted',
    error: { message: expect.stringMatching(/found by the label.*exists and is billed/) },
  });
  await withCore(async (core) => {
    const id = view.items[0]!.id;
    expect(await core.call('budget.status', { instanceId: id })).toMatchObject({ capUsd: 20 });
    await expect(applyOn(core, plan)).rejects.toMatchObject({ code: 'conflict' });
    expect(await core.call('decisions.verify', {})).toMatchObject({ state: 'verified' });
  });
  expect([creates().length, machines().length]).toEqual([1, 1]);
}, 60_000);

test('an engine killed in the middle of a create that did not take effect: the next start says so, in time', async () => {
  simulator.control.setFault({ name: 'unanswered', path: '/asks/' });
  await killInCreate();
  simulator.control.clearFaults();
  expect((await list()).items).toEqual([]);
  // It may yet appear.
  expect(await launches()).toMatchObject([{ state: 'sent' }]);
  clockOffsetMs = 5 * 60_000;
  await list();
  expect(await launches()).toMatchObject([{ state: 'not_created' }]);
  expect(await newestJob()).toMatchObject({ error: { message: expect.stringContaining('nothing was rented') } });
  expect([creates().length, machines()]).toEqual([1, []]);
}, 60_000);

test('an engine killed while a machine comes up: the next start tells that it runs', async () => {
  simulator.control.setFault({ name: 'stuck_in_loading' });
  const plan = await withCore((core) => planOn(core));
  const running = startCall(
    ['launch.apply', JSON.stringify({ planId: plan.id, confirm: plan.confirm }), '--workspace', workspace],
    { home: home(), env: environment },
  );
  await running.sees('Wait until it runs');
  running.child.kill('SIGKILL');
  await running.outcome;
  const codes = async (): Promise<string[]> => (await list()).items[0]!.alerts.map((it) => it.code);
  expect(await codes()).toContain('command_unfinished');
  simulator.control.clearFaults();
  simulator.control.advance(600);
  expect(await codes()).not.toContain('command_unfinished');
  expect(await newestJob()).toMatchObject({
    state: 'interrupted',
    error: { message: expect.stringContaining('It runs') },
  });
}, 60_000);

test('a launch that is handed over goes on where it was, with the one machine it made', async () => {
  simulator.control.setFault({ name: 'stuck_in_loading' });
  const jobId = await withCore(async (core) => {
    const plan = await planOn(core);
    const apply = { planId: plan.id, confirm: plan.confirm };
    const started = await core.core.dispatcher.dispatch('launch.apply', apply, { actor: 'cli', name: 'tester' });
    const { jobId: id } = (started as { value: { jobId: string } }).value;
    await expect
      .poll(async () => (await core.core.jobs.get(id)).steps.map((it) => it.name), { timeout: 30_000, interval: 100 })
      .toContain('Wait until it runs');
    await core.core.jobs.handOver();
    return id;
  });
  simulator.control.clearFaults();
  const job = await withCore((core) => core.core.jobs.waitFor(jobId), 'resident');
  expect(job).toMatchObject({ state: 'succeeded', result: { phase: 'running' } });
  expect([creates().length, machines().length]).toEqual([1, 1]);
}, 60_000);

test('a search says which filter leaves nothing', async () => {
  await withCore(async (core) => {
    const all = await core.call('offers.search', { limit: 3 });
    expect(all).toMatchObject({ isCut: true, items: { length: 3 } });
    const prices = all.items.map((it) => it.price.totalPerHourUsd!);
    expect(prices).toEqual(prices.toSorted((a, b) => a - b));
    const none = await core.call('offers.search', { gpuNames: ['RTX 4090'], maxPricePerHourUsd: 0.1 });
    expect(none).toMatchObject({
      items: [],
      words: expect.stringMatching(
        /search was complete.*Without "at most \$0\.1 an hour with 100 GB" there would be \d/,
      ),
    });
    const swedish = await core.call('offers.search', { countries: ['se'], minReliability: 0.9, kind: 'interruptible' });
    expect(swedish.items.length).toBeGreaterThan(0);
    expect(swedish.items.map((it) => it.countryCode)).toEqual(swedish.items.map(() => 'SE'));
    expect((await core.call('offers.gpuNames', {})).items).toContain('RTX 4090');
  });
}, 60_000);

test('a preset of the workspace goes before the shipped one; a broken file is named and hides none', async () => {
  await withCore(() => Promise.resolve());
  const presets = join(workspace, 'configs', 'launch-presets');
  mkdirSync(presets, { recursive: true });
  const own = 'id: render-eval-24gb\ntitle: Ours\nimage: our/image:1\ndiskGb: 64\nlabelPrefix: own\nmaxRunHours: 2\n';
  writeFileSync(
    join(presets, 'own.yaml'),
    `${own}leaseMinutes: 60\nidleMinutes: null\nenv:\n  A_TOKEN: {secret: A_TOKEN}\n`,
  );
  writeFileSync(join(presets, 'bad-value.yaml'), `${own}leaseMinutes: soon\nidleMinutes: 30\n`);
  writeFileSync(join(presets, 'bad-secret.yaml'), `${own}leaseMinutes: 60\nidleMinutes: 30\nenv:\n  MY_TOKEN: abc\n`);
  writeFileSync(join(presets, 'torn.yaml'), 'id: [\n');
  await withCore(async (core) => {
    const { items, problems } = await core.call('presets.list', {});
    expect(items.map((it) => [it.id, it.source])).toEqual([
      ['cosmos-enrich-h100', 'shipped'],
      ['render-eval-24gb', 'workspace'],
    ]);
    expect(problems.map((it) => [it.file, it.line, it.column])).toEqual([
      ['bad-secret.yaml', 10, 3],
      ['bad-value.yaml', 7, 1],
      ['torn.yaml', 2, 1],
    ]);
    const plan = await planOn(core);
    expect(plan).toMatchObject({ image: 'our/image:1', diskGb: 64, preset: { source: 'workspace' } });
    await expect(applyOn(core, plan)).rejects.toMatchObject({ details: { gates: ['secrets'] } });
  });
}, 60_000);

function filesUnder(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('the value of a secret goes to the provider and nowhere else', async () => {
  const outputs = await withCore(async (core) => {
    const plan = await planOn(core);
    return [plan, await applyOn(core, plan), await core.call('launch.list', {}), await core.call('presets.list', {})];
  });
  expect(creates()).toMatchObject([{ body: { env: { HF_TOKEN: '<redacted>' } } }]);
  expect(JSON.stringify(outputs)).not.toContain(canary);
  for (const file of filesUnder(folder.path)) expect(readFileSync(file).includes(canary), file).toBe(false);
}, 60_000);

test('a repository whose licence is not accepted fails its gate before anything is rented, and is overridden by name alone', async () => {
  const hub = await startHub(canary);
  environment = { ...environment, HF_ENDPOINT: hub.address };
  await withCore(() => Promise.resolve());
  const presets = join(workspace, 'configs', 'launch-presets');
  mkdirSync(presets, { recursive: true });
  const repositories = ['Cosmos-Transfer2.5-2B', 'Cosmos-Predict2.5-2B', 'Cosmos-Reason1-7B', 'DreamDojo'];
  writeFileSync(
    join(presets, 'own.yaml'),
    `id: render-eval-24gb\ntitle: Ours\nimage: our/image:1\ndiskGb: 120\nlabelPrefix: own\nmaxRunHours: 2\nleaseMinutes: 60\nidleMinutes: null\ngatedRepositories:\n${repositories.map((it) => `  - nvidia/${it}\n`).join('')}`,
  );
  await withCore(async (core) => {
    const gateOf = async () => (await planOn(core)).gates.find((it) => it.id === 'gated_repositories');
    expect(await gateOf()).toMatchObject({ state: 'passed', evidence: expect.stringContaining('4 repositories') });
    hub.set('nvidia/Cosmos-Predict2.5-2B', 'gated');
    const plan = await planOn(core);
    expect(plan.gates.find((it) => it.id === 'gated_repositories')).toMatchObject({
      state: 'failed',
      canOverride: true,
      evidence: expect.stringContaining('nvidia/Cosmos-Predict2.5-2B/tokenizer.pth'),
      because: expect.stringContaining('Accept its licence'),
    });
    expect(JSON.stringify(plan)).not.toContain(canary);
    await expect(applyOn(core, plan)).rejects.toMatchObject({ details: { gates: ['gated_repositories'] } });
    expect(creates()).toEqual([]);
  });
  await hub.close();
});
