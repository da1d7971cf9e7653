import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startVastSimulator } from '#core/demo/vast/simulator.ts';
import type { Notice } from '#core/ports.ts';
import { createEnvironmentSecrets } from '#core/secrets/environment-secrets.ts';
import { startTestBucket } from '../support/b2/bucket.ts';
import { startSshd } from '../support/sshd.ts';
import { openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';

// Real programs on a computer that others use as well: patience, nothing is timed.
vi.setConfig({ testTimeout: 240_000 });

const minute = 60_000;
/** Of the provider alone: slots go by the clock. */
const speed = 30;
const vastKey = 'key-of-a-test';

/** A machine of the fleet with files behind a real sshd, a bucket, and a clock that the test moves. */
async function scheduled() {
  const sshd = await startSshd();
  onTestFinished(() => sshd.close());
  const simulator = await startVastSimulator({
    mode: 'cli-safe',
    fleet: 'empty',
    speed,
    apiKey: vastKey,
    rateLimits: 'off',
  });
  onTestFinished(() => simulator.close());
  const bucket = await startTestBucket();
  onTestFinished(() => bucket.server.close());
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const workspace = join(folder.path, 'workspace');
  const notices: Notice[] = [];
  let aheadMs = 0;
  const open = async (role: 'errand' | 'resident' = 'errand'): Promise<TestCore> => {
    const core = await openTestCore(
      workspace,
      {
        environment: {
          ...process.env,
          ...bucket.environment,
          ROOM_HOME: join(folder.path, 'home'),
          VAST_URL: simulator.url,
          VAST_API_KEY: vastKey,
          ROOM_VAST_SPEED: String(speed),
        },
        secrets: createEnvironmentSecrets({ VAST_API_KEY: vastKey, ...bucket.environment }),
        clock: { now: () => Date.now() + aheadMs },
        notify: (notice) => notices.push(notice),
      },
      { role },
    );
    let isOpen = true;
    const close = async (): Promise<void> => {
      if (isOpen) await core.close();
      isOpen = false;
    };
    onTestFinished(close);
    return { ...core, close };
  };
  const root = join(sshd.folder, 'outputs');
  mkdirSync(root);
  writeFileSync(join(root, 'pipeline_summary.json'), '{"ok":true}');
  const instanceId = String(await simulator.control.addMachine({ label: 'night', status: 'running' }));
  const address = { host: sshd.host, port: sshd.port };
  simulator.control.changeMachine(Number(instanceId), { ssh: { direct: address, proxy: address } });
  const core = await open();
  const profiles = join(workspace, 'configs/sync-profiles');
  mkdirSync(profiles, { recursive: true });
  writeFileSync(
    join(profiles, 'ours.yaml'),
    `id: blueprint-validation\ntitle: a test\nitems:\n  - { remote: ${root}, local: work_dir }\n`,
  );
  await core.call('instances.list', {});
  await core.call('settings.set', { sshUser: sshd.user, sshKeyFile: sshd.keyFile });
  await core.call('ssh.probe', { id: instanceId });
  await core.call('ssh.acceptHostKey', { id: instanceId, fingerprint: sshd.hostKey().fingerprint });
  const passMinutes = (minutes: number): void => {
    aheadMs += minutes * minute;
  };
  // Away from the edge of a slot: what follows in seconds is in the same one.
  const now = Date.now();
  aheadMs = Math.ceil(now / (2 * minute)) * 2 * minute + 10_000 - now;
  return { simulator, bucket, notices, open, root, instanceId, core, passMinutes };
}

test('every slot is run once, mirrored, and accounted for; what fails twice is loud until it is over', async () => {
  const { core, instanceId, passMinutes, root, notices, bucket } = await scheduled();
  await expect(core.call('sync.once', {})).rejects.toMatchObject({ code: 'not_found' });
  expect(await core.call('schedule.set', { instanceId, mirror: true })).toMatchObject({
    settings: { isOn: true, intervalMinutes: 2, mirror: true },
    incident: null,
  });
  const [first] = (await core.call('sync.once', {})).slots;
  expect(first).toMatchObject({ state: 'done', mirror: 'mirrored', isCatchUp: false, count: 1 });
  expect(bucket.names().some((name) => name.includes('/snapshots/'))).toBe(true);
  expect((await core.call('sync.once', {})).slots, 'the same slot is not run again').toEqual([first]);

  passMinutes(2);
  const [second] = (await core.call('sync.once', { instanceId })).slots;
  expect(second).toMatchObject({ state: 'done', snapshotId: first!.snapshotId, mirror: 'mirrored' });

  renameSync(root, `${root}.away`);
  for (const _ of [1, 2]) {
    passMinutes(2);
    await expect(core.call('sync.once', {})).rejects.toMatchObject({ code: 'tool_failed' });
  }
  const [failing] = (await core.call('schedule.list', {})).items;
  expect(failing!.incident).toMatchObject({ state: 'failing', because: expect.stringContaining('2 copies in a row') });
  expect(notices.filter(({ urgency }) => urgency === 'critical').map(({ title }) => title)).toEqual([
    'Copies fail: night',
  ]);
  passMinutes(2);
  expect((await core.call('sync.once', {})).slots).toMatchObject([{ state: 'skipped' }]);

  renameSync(`${root}.away`, root);
  passMinutes(20);
  expect((await core.call('sync.once', {})).slots).toMatchObject([{ state: 'done', isCatchUp: true }]);
  const [healed] = (await core.call('schedule.list', {})).items;
  expect(healed!.incident).toBeNull();
  expect(healed!.slots.map(({ state, count }) => `${count} ${state}`)).toEqual([
    '1 done',
    '9 missed',
    '1 skipped',
    '1 failed',
    '1 failed',
    '1 done',
    '1 done',
  ]);
  expect(notices.at(-1)).toMatchObject({ title: 'Copied again: night' });
});

test('two rooms on one workspace never run a slot twice', async () => {
  const { core, open, instanceId } = await scheduled();
  await core.call('schedule.set', { instanceId });
  const other = await open();
  await Promise.allSettled([core.call('sync.once', {}), other.call('sync.once', {})]);
  const { items } = await core.call('jobs.list', { kinds: ['snapshots.pull'] });
  expect(items).toHaveLength(1);
});

test('an open room copies by itself, and rests while the machine is stopped', async () => {
  const { core, open, instanceId, passMinutes, simulator } = await scheduled();
  await core.call('schedule.set', { instanceId });
  await core.close();
  const room = await open('resident');
  const newest = async () => (await room.call('schedule.list', {})).items[0]!.slots[0];
  await vi.waitFor(async () => expect(await newest()).toMatchObject({ state: 'done' }), { timeout: 120_000 });
  await room.call('instances.stop', { id: instanceId, snapshot: 'skip', confirm: instanceId });
  expect(simulator.control.machines()[0]!.actualStatus).toBe('exited');
  passMinutes(2);
  await vi.waitFor(
    async () => expect(await newest()).toMatchObject({ state: 'skipped', because: 'The machine is stopped.' }),
    { timeout: 60_000 },
  );
  passMinutes(2);
  await vi.waitFor(async () => expect((await newest())!.count).toBe(2), { timeout: 60_000 });
  expect((await room.call('schedule.list', {})).items[0]!.incident).toBeNull();
});
