import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startVastSimulator } from '#core/demo/vast/simulator.ts';
import { createEnvironmentSecrets } from '#core/secrets/environment-secrets.ts';
import { startSshd } from '../support/sshd.ts';
import { openTestCore, temporaryFolder } from '../support/test-core.ts';

// Real programs on a computer that others use as well: patience, nothing is timed.
vi.setConfig({ testTimeout: 240_000 });

const speed = 30;

test('a stop copies first and stops only over a verified copy; a destroy refuses over one that failed', async () => {
  // The machine is this computer: what brings it to rest must find no process and no file of others.
  const nothing = 'SetEnv LEASE_PROC=/nonexistent WATCH=/nonexistent LEASE_DIR=/nonexistent QUIESCE_TICK=0';
  const sshd = await startSshd({ config: [nothing] });
  onTestFinished(() => sshd.close());
  const simulator = await startVastSimulator({ mode: 'cli-safe', fleet: 'empty', speed, apiKey: 'key-of-a-test' });
  onTestFinished(() => simulator.close());
  const folder = temporaryFolder();
  const workspace = join(folder.path, 'workspace');
  const opened = await openTestCore(workspace, {
    environment: {
      ...process.env,
      ROOM_HOME: join(folder.path, 'home'),
      VAST_URL: simulator.url,
      VAST_API_KEY: 'key-of-a-test',
      ROOM_VAST_SPEED: String(speed),
    },
    secrets: createEnvironmentSecrets({ VAST_API_KEY: 'key-of-a-test' }),
  });
  onTestFinished(async () => {
    await opened.close();
    folder.remove();
  });
  const root = join(sshd.folder, 'outputs');
  const profiles = join(workspace, 'configs/sync-profiles');
  mkdirSync(profiles, { recursive: true });
  writeFileSync(
    join(profiles, 'ours.yaml'),
    `id: blueprint-validation\ntitle: a test\nitems:\n  - { remote: ${root}, local: work_dir }\n`,
  );
  const id = await simulator.control.addMachine({ status: 'running' });
  const address = { host: sshd.host, port: sshd.port };
  simulator.control.changeMachine(id, { ssh: { direct: address, proxy: address } });
  await opened.call('instances.list', {});
  await opened.call('settings.set', { sshUser: sshd.user, sshKeyFile: sshd.keyFile });
  const statusOf = (): string | null | undefined =>
    simulator.control.machines().find((machine) => machine.id === id)?.actualStatus;

  // Nobody has said that its host key is the right one: there is no copy, so there is no stop.
  await expect(opened.call('instances.stop', { id })).rejects.toMatchObject({ code: 'host_key_unknown' });
  await opened.call('ssh.acceptHostKey', { id, fingerprint: sshd.hostKey().fingerprint });
  await expect(opened.call('instances.stop', { id })).rejects.toMatchObject({ code: 'path_missing' });
  expect(statusOf()).toBe('running');
  await expect(opened.call('instances.destroy', { id, confirm: String(id) })).rejects.toMatchObject({
    code: 'conflict',
  });

  mkdirSync(root);
  for (let i = 0; i < 10; i++) writeFileSync(join(root, `clip_${i}.mp4`), String(i));
  const stopped = await opened.call('instances.stop', { id });
  expect(stopped).toMatchObject({ state: 'stopped', copied: expect.stringContaining('10 files compared') });
  expect(statusOf()).not.toBe('running');

  await opened.call('instances.start', { id });
  for (let i = 0; i < 10; i++) rmSync(join(root, `clip_${i}.mp4`));
  await expect(opened.call('instances.stop', { id })).rejects.toMatchObject({ code: 'held' });
  expect(statusOf()).toBe('running');
  const anyway = await opened.call('instances.stop', { id, onFailure: 'stop_anyway' });
  expect(anyway).toMatchObject({ state: 'stopped', copied: expect.stringContaining('no verified copy') });

  const destroy = { id, confirm: String(id) };
  await expect(opened.call('instances.destroy', destroy)).rejects.toMatchObject({ code: 'conflict' });
  expect(simulator.control.machines().some((machine) => machine.id === id)).toBe(true);
  const gone = await opened.call('instances.destroy', { ...destroy, confirmLoss: `lose ${id}` });
  expect(gone.state).toBe('gone');
});
