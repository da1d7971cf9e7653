import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startVastSimulator } from '#core/demo/vast/simulator.ts';
import type { Notice } from '#core/ports.ts';
import { createEnvironmentSecrets } from '#core/secrets/environment-secrets.ts';
import { startTestBucket } from '../support/b2/bucket.ts';
import { startSshd } from '../support/sshd.ts';
import { openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';

const minute = 60_000;
/** Of the provider alone: slots go by the clock. */
const speed = 30;
const vastKey = 'key-of-a-test';

/** A machine of the fleet with files behind a real sshd, a bucket, and a clock that the test moves. */
export async function scheduled(more: Readonly<Record<string, string>> = {}) {
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
  let reaches = true;
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
          ...more,
        },
        secrets: createEnvironmentSecrets({ VAST_API_KEY: vastKey, ...bucket.environment }),
        clock: { now: () => Date.now() + aheadMs },
        notify: (notice) => reaches && notices.push(notice) > 0,
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
  /** Whether a notice reaches a person from now on. */
  const reachSomebody = (does: boolean): void => {
    reaches = does;
  };
  return { simulator, bucket, notices, open, root, instanceId, core, passMinutes, reachSomebody, sshd, workspace };
}
