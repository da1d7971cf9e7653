import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { room as callRoom } from '../support/command-line.ts';
import { expect, test } from '../support/room-fixture.ts';
import { startRoom } from '../support/room-process.ts';
import { startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/test-core.ts';

/** What programs and other processes do takes as long as the computer needs; only what lasts is waited for. */
const eventually = expect.configure({ timeout: 90_000 });

test(
  'a checkpoint is pending, is copied beside, and joins the next snapshot; folders of old scripts are listed',
  { tag: '@browser' },
  async ({ page, watch }) => {
    test.setTimeout(600_000);
    const closers: (() => unknown)[] = [];
    try {
      const folder = temporaryFolder();
      closers.push(() => folder.remove());
      const sshd = await startSshd();
      closers.push(() => sshd.close());
      const workspace = join(folder.path, 'workspace');
      const root = join(sshd.folder, 'x');
      mkdirSync(root);
      writeFileSync(join(root, 'pipeline_summary.json'), '{}');
      writeFileSync(join(root, 'model.bin'), Buffer.alloc(70_000_000, 7));
      const room = await startRoom({ workspaceFolder: workspace });
      closers.push(() => room.stop());
      // A page that is still open would see the room go.
      closers.push(() => page.goto('about:blank'));
      const latest = join(workspace, 'snapshots', 'test', 'latest', 'work_dir');
      mkdirSync(latest, { recursive: true });
      writeFileSync(join(latest, 'a.txt'), 'of an old script');
      const pull = {
        target: { host: sshd.host, port: sshd.port, user: sshd.user, keyFile: sshd.keyFile },
        instanceId: 'test',
        items: [{ remote: root, local: 'work_dir' }],
        acceptNewHostKey: true,
        lane: 'small',
      };
      const pulled = await callRoom(['snapshots.pull', JSON.stringify(pull), '--workspace', workspace], {
        home: folder.path,
      });
      expect(pulled.code, pulled.stderr).toBe(0);
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await watch(page);
      await page.goto(room.url);
      await page.goto(`${room.origin}/snapshots`);
      const large = page.getByRole('region', { name: 'Large files', exact: true });
      await eventually(large).toContainText('Pending');
      await expect(large).toContainText('0 B of 70.0 MB');
      const old = page.getByRole('region', { name: 'Old scripts' });
      await expect(old).toContainText('old script, unverified');
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map((it) => it.id)).toEqual([]);
      }
      await large.getByRole('button', { name: 'Copy them now' }).click();
      await eventually(large).toContainText('Here, they join the next snapshot');
      await page.getByRole('button', { name: 'Pull now' }).click();
      await eventually(page.getByTestId('snapshot-row')).toHaveCount(2);
      await eventually(large).toBeHidden();
    } finally {
      for (const close of closers.toReversed()) await close();
    }
  },
);
