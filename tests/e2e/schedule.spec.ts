import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { startVastSimulator } from '#core/demo/vast/simulator.ts';
import { startTestBucket } from '../support/b2/bucket.ts';
import { room as callRoom } from '../support/command-line.ts';
import { expect, test } from '../support/room-fixture.ts';
import { startRoom } from '../support/room-process.ts';
import { startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/test-core.ts';

/** What programs and other processes do takes as long as the computer needs; only what lasts is waited for. */
const eventually = expect.configure({ timeout: 90_000 });

test(
  'a machine is put into the schedule, its slot is copied, and the chain is proved; a proof that fails says where',
  { tag: '@browser' },
  async ({ page, watch }) => {
    test.setTimeout(600_000);
    const closers: (() => unknown)[] = [];
    try {
      const folder = temporaryFolder();
      closers.push(() => folder.remove());
      const sshd = await startSshd();
      closers.push(() => sshd.close());
      const bucket = await startTestBucket();
      closers.push(() => bucket.server.close());
      const provider = await startVastSimulator({ mode: 'cli-safe', fleet: 'empty', speed: 30, rateLimits: 'off' });
      closers.push(() => provider.close());
      const root = join(sshd.folder, 'outputs');
      mkdirSync(root);
      writeFileSync(join(root, 'pipeline_summary.json'), '{"ok":true}');
      const id = String(await provider.control.addMachine({ label: 'night', status: 'running' }));
      const address = { host: sshd.host, port: sshd.port };
      provider.control.changeMachine(Number(id), { ssh: { direct: address, proxy: address } });
      const workspace = join(folder.path, 'workspace');
      const room = await startRoom({
        workspaceFolder: workspace,
        env: {
          ...bucket.environment,
          VAST_URL: provider.url,
          VAST_API_KEY: provider.apiKey,
          ROOM_VAST_SPEED: '30',
        },
      });
      closers.push(() => room.stop());
      const profiles = join(workspace, 'configs/sync-profiles');
      mkdirSync(profiles, { recursive: true });
      writeFileSync(
        join(profiles, 'ours.yaml'),
        `id: blueprint-validation\ntitle: a test\nitems:\n  - { remote: ${root}, local: work_dir }\n`,
      );
      closers.push(() => page.goto('about:blank'));
      const say = async (method: string, input: object): Promise<void> => {
        const { code, stderr } = await callRoom([method, JSON.stringify(input), '--workspace', workspace], {
          home: folder.path,
        });
        expect(code, `${method}: ${stderr}`).toBe(0);
      };
      await say('instances.list', {});
      await say('settings.set', { sshUser: sshd.user, sshKeyFile: sshd.keyFile });
      await say('ssh.probe', { id });
      await say('ssh.acceptHostKey', { id, fingerprint: sshd.hostKey().fingerprint });

      await page.emulateMedia({ reducedMotion: 'reduce' });
      await watch(page);
      await page.goto(room.url);
      await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Schedule' }).click();
      await eventually(page.getByText('No machine is copied by itself.')).toBeVisible();
      await page.getByRole('button', { name: 'Copy every 2 min' }).click();
      const machine = page.getByTestId('schedule-machine');
      await eventually(machine.getByRole('cell', { name: 'Copied' })).toHaveCount(1);
      await machine.getByRole('group', { name: 'Mirrored: night' }).getByRole('button', { name: 'Yes' }).click();
      await machine
        .getByRole('group', { name: 'Minutes between copies: night' })
        .getByText('1', { exact: true })
        .click();

      await machine.getByRole('button', { name: 'Prove' }).click();
      await eventually(machine.getByText('came back from the bucket')).toBeVisible();
      await eventually(machine.locator('.schedhead')).toContainText('in B2 as of');
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map((it) => it.id)).toEqual([]);
      }

      renameSync(root, `${root}.away`);
      await machine.getByRole('button', { name: 'Prove' }).click();
      await eventually(machine.getByText('Not proved', { exact: true })).toBeVisible();
      await eventually(machine.getByText('Not reached')).toHaveCount(3);
    } finally {
      for (const close of closers.toReversed()) await close();
    }
  },
);
