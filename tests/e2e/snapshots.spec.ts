import { mkdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { startTestBucket } from '../support/b2/bucket.ts';
import { room as callRoom } from '../support/command-line.ts';
import { expect, test } from '../support/room-fixture.ts';
import { startRoom } from '../support/room-process.ts';
import { startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/test-core.ts';

async function expectNoFaults(page: Page): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
}

test(
  'a machine is pulled, verified, mirrored and checked; a held pull is accepted by its id; a restore is tried dry',
  { tag: '@browser' },
  async ({ page, watch }) => {
    test.setTimeout(300_000);
    const folder = temporaryFolder();
    const sshd = await startSshd();
    const bucket = await startTestBucket();
    const workspace = join(folder.path, 'workspace');
    const room = await startRoom({ workspaceFolder: workspace, env: bucket.environment });
    try {
      await watch(page);
      await page.goto(room.url);
      await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Snapshots' }).click();
      await expect(page.getByText('No machine was pulled yet.')).toBeVisible();
      await expectNoFaults(page);

      const root = join(sshd.folder, 'x');
      mkdirSync(root);
      for (const name of ['a.txt', 'b.txt', 'c.txt']) writeFileSync(join(root, name), name);
      const input = {
        target: { host: sshd.host, port: sshd.port, user: sshd.user, keyFile: sshd.keyFile },
        instanceId: 'test',
        items: [{ remote: root, local: 'work_dir' }],
        acceptNewHostKey: true,
      };
      const pulled = await callRoom(['snapshots.pull', JSON.stringify(input), '--workspace', workspace], {
        home: folder.path,
      });
      expect(pulled.stderr + pulled.stdout).toContain('"verified"');

      const rows = page.getByTestId('snapshot-row');
      await expect(rows).toHaveCount(1);
      await expect(rows.first()).toContainText('Verified');
      await expect(rows.first()).toContainText('Not in B2');
      const detail = page.getByTestId('snapshot-detail');
      await detail.getByRole('button', { name: 'Mirror', exact: true }).click();
      await expect(rows.first()).toContainText('Mirrored', { timeout: 60_000 });
      await page.getByRole('button', { name: 'More for test' }).click();
      await page.getByRole('menuitem', { name: 'Check B2', exact: true }).click();
      await expect(page.getByTestId('snapshot-machine')).toContainText(/B2 listed in full (just now|\d+ s ago)/, {
        timeout: 60_000,
      });
      await page.keyboard.press('v');
      await expect(page.getByText(/^Verifying \d/)).toBeVisible();

      unlinkSync(join(root, 'a.txt'));
      unlinkSync(join(root, 'b.txt'));
      await page.getByRole('button', { name: 'Pull now' }).click();
      await expect(rows.first()).toContainText('Held', { timeout: 60_000 });
      await expect(page.getByText('Last pull held')).toBeVisible();
      await rows.first().getByRole('button').click();
      await expectNoFaults(page);
      await detail.getByRole('button', { name: 'Accept…' }).click();
      const accept = page.getByRole('dialog');
      await expect(accept.getByRole('button', { name: 'Accept' })).toBeDisabled();
      await accept.getByTestId('typed-confirmation').fill('test');
      await accept.getByRole('button', { name: 'Accept' }).click();
      await expect(rows.first()).toContainText('accepted');
      await expect(page.getByText('Last pull held')).toBeHidden();

      rmSync(join(root, 'c.txt'));
      await page.keyboard.press('r');
      const restore = page.getByRole('dialog');
      await restore.getByRole('button', { name: 'Dry run' }).click();
      await expect(restore.getByTestId('restore-plan')).toContainText('Would be created 1', { timeout: 60_000 });
      await expect(restore.getByRole('button', { name: 'Restore', exact: true })).toBeDisabled();
      await expectNoFaults(page);
    } finally {
      // A page that is still open would see the room go.
      await page.goto('about:blank');
      await room.stop();
      await bucket.server.close();
      await sshd.close();
      folder.remove();
    }
  },
);
