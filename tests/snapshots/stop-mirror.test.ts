import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startVastSimulator } from '#core/demo/vast/simulator.ts';
import { createEnvironmentSecrets } from '#core/secrets/environment-secrets.ts';
import { startTestBucket } from '../support/b2/bucket.ts';
import { startSshd } from '../support/sshd.ts';
import { openTestCore, temporaryFolder } from '../support/test-core.ts';

// Real programs on a computer that others use as well: patience, nothing is timed.
vi.setConfig({ testTimeout: 240_000 });

const speed = 30;
const vastKey = 'key-of-a-test';

test('with a bucket a stop mirrors and checks its copy first; over a mirror that failed it asks, and a destroy refuses', async () => {
  // The machine is this computer: what brings it to rest must find no process and no file of others.
  const nothing = 'SetEnv LEASE_PROC=/nonexistent WATCH=/nonexistent LEASE_DIR=/nonexistent QUIESCE_TICK=0';
  const sshd = await startSshd({ config: [nothing] });
  onTestFinished(() => sshd.close());
  const simulator = await startVastSimulator({ mode: 'cli-safe', fleet: 'empty', speed, apiKey: vastKey });
  onTestFinished(() => simulator.close());
  const bucket = await startTestBucket();
  onTestFinished(() => bucket.server.close());
  const folder = temporaryFolder();
  const workspace = join(folder.path, 'workspace');
  const opened = await openTestCore(workspace, {
    environment: {
      ...process.env,
      ...bucket.environment,
      ROOM_HOME: join(folder.path, 'home'),
      VAST_URL: simulator.url,
      VAST_API_KEY: vastKey,
      ROOM_VAST_SPEED: String(speed),
    },
    secrets: createEnvironmentSecrets({ VAST_API_KEY: vastKey, ...bucket.environment }),
  });
  onTestFinished(async () => {
    await opened.close();
    folder.remove();
  });
  const root = join(sshd.folder, 'outputs');
  mkdirSync(root);
  const profiles = join(workspace, 'configs/sync-profiles');
  mkdirSync(profiles, { recursive: true });
  writeFileSync(
    join(profiles, 'ours.yaml'),
    `id: blueprint-validation\ntitle: a test\nlargeFileMib: 1\nitems:\n  - { remote: ${root}, local: work_dir }\n`,
  );
  const id = await simulator.control.addMachine({ status: 'running' });
  const address = { host: sshd.host, port: sshd.port };
  simulator.control.changeMachine(id, { ssh: { direct: address, proxy: address } });
  await opened.call('instances.list', {});
  await opened.call('settings.set', { sshUser: sshd.user, sshKeyFile: sshd.keyFile });
  await opened.call('ssh.probe', { id: String(id) });
  await opened.call('ssh.acceptHostKey', { id, fingerprint: sshd.hostKey().fingerprint });
  const statusOf = (): string | null | undefined =>
    simulator.control.machines().find((machine) => machine.id === id)?.actualStatus;
  const inBucket = async (): Promise<string[]> =>
    (await opened.call('mirror.list', {})).items.filter((it) => it.state === 'mirrored').map((it) => it.tag);

  // A copy of which only the small files are here, as a slot leaves it.
  writeFileSync(join(root, 'model.bin'), Buffer.alloc(3_000_000, 7));
  writeFileSync(join(root, 'summary.json'), '{}');
  const slot = await opened.call('snapshots.pull', { instanceId: String(id), lane: 'small' });
  expect(slot.pending).toHaveLength(1);

  bucket.server.faults.arm({ on: 'upload', kind: 'cap_exceeded' });
  await expect(opened.call('instances.stop', { id })).rejects.toMatchObject({
    message: expect.stringContaining('The copy is here and verified, and the bucket does not hold it'),
  });
  expect(statusOf()).toBe('running');
  await expect(opened.call('instances.destroy', { id, confirm: String(id) })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('the bucket is not proved to hold it'),
  });
  const anyway = await opened.call('instances.stop', { id, onFailure: 'stop_anyway' });
  expect(anyway).toMatchObject({ state: 'stopped', mirrored: expect.stringContaining('does not hold it') });
  expect(await inBucket()).toEqual([]);

  bucket.server.faults.clear();
  await opened.call('instances.start', { id });
  const stopped = await opened.call('instances.stop', { id });
  const [current] = (await opened.call('snapshots.list', { instanceId: String(id) })).items;
  expect(current).toMatchObject({ isCurrent: true, pending: [], fileCount: 2 });
  expect(stopped).toMatchObject({ state: 'stopped', mirrored: expect.stringContaining(current!.tag) });
  expect(await inBucket()).toEqual([current!.tag]);
  const gone = await opened.call('instances.destroy', { id, confirm: String(id) });
  expect(gone.state).toBe('gone');
});
