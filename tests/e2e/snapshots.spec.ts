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

/** What programs and other processes do takes as long as the computer needs; only what lasts is waited for. */
const eventually = expect.configure({ timeout: 90_000 });

/** All rules in the dark theme; a theme changes nothing but colours, so the light one is held by their contrast. */
async function expectNoFaults(page: Page): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    const axe = new AxeBuilder({ page });
    const { violations } = await (colorScheme === 'dark' ? axe : axe.withRules(['color-contrast'])).analyze();
    expect(violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
}

test(
  'a machine is pulled, verified, mirrored and checked; a held pull is accepted by its id; a restore is tried dry',
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
      const workspace = join(folder.path, 'workspace');
      const room = await startRoom({ workspaceFolder: workspace, env: bucket.environment });
      closers.push(() => room.stop());
      // A page that is still open would see the room go.
      closers.push(() => page.goto('about:blank'));
      const call = (method: string, input: object): ReturnType<typeof callRoom> =>
        callRoom([method, JSON.stringify(input), '--workspace', workspace], { home: folder.path });

      // A sheet or a toast that is still fading in has no contrast yet.
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await watch(page);
      await page.goto(room.url);
      await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Snapshots' }).click();
      await eventually(page.getByText('No machine was pulled yet.')).toBeVisible();
      await expectNoFaults(page);

      const root = join(sshd.folder, 'x');
      mkdirSync(root);
      for (const name of ['a.txt', 'b.txt', 'c.txt']) writeFileSync(join(root, name), name);
      const pulled = await call('snapshots.pull', {
        target: { host: sshd.host, port: sshd.port, user: sshd.user, keyFile: sshd.keyFile },
        instanceId: 'test',
        items: [{ remote: root, local: 'work_dir' }],
        acceptNewHostKey: true,
      });
      expect(pulled.code, pulled.stderr).toBe(0);
      const { id } = pulled.value as { readonly id: string };

      const machine = page.getByTestId('snapshot-machine');
      const rows = page.getByTestId('snapshot-row');
      await eventually(rows).toHaveCount(1);
      await eventually(rows.first()).toContainText('Verified');
      await eventually(rows.first()).toContainText('Not in B2');
      const detail = page.getByTestId('snapshot-detail');
      await detail.getByRole('button', { name: 'Mirror', exact: true }).click();
      await eventually(rows.first()).toContainText('Mirrored');
      await page.getByText('Files', { exact: true }).last().click();
      await eventually(page.getByText('work_dir/c.txt', { exact: true })).toBeVisible();
      await page.getByRole('textbox', { name: 'Part of a path' }).or(page.getByRole('searchbox')).first().fill('B.TX');
      await eventually(page.getByText('work_dir/c.txt', { exact: true })).toBeHidden();
      await expect(page.getByText('work_dir/b.txt', { exact: true })).toBeVisible();
      await page.getByRole('button', { name: 'More for test' }).click();
      await page.getByRole('menuitem', { name: 'Check B2', exact: true }).click();
      await eventually(page.getByRole('menuitem', { name: 'Check B2', exact: true })).toBeHidden();
      await page.keyboard.press('v');
      // Small work is over before it is seen; that it was done is in the job list.
      const poll = { timeout: 90_000, intervals: [500] };
      await expect
        .poll(async () => (await call('jobs.list', { kinds: ['snapshots.verify'] })).value, poll)
        .toMatchObject({ items: [{ state: 'succeeded', subject: `snapshot ${id}` }] });
      await expect
        .poll(async () => (await call('jobs.list', { kinds: ['mirror.check'] })).value, poll)
        .toMatchObject({ items: [{ state: 'succeeded' }] });
      await eventually(machine).toContainText('B2 listed in full');

      unlinkSync(join(root, 'a.txt'));
      unlinkSync(join(root, 'b.txt'));
      await page.getByRole('button', { name: 'Pull now' }).click();
      await eventually(rows).toHaveCount(2);
      await eventually(rows.first()).toContainText('Held');
      await eventually(page.getByText('Last pull held')).toBeVisible();
      await rows.first().getByRole('button').click();
      await expectNoFaults(page);
      await detail.getByRole('button', { name: 'Accept…' }).click();
      const accept = page.getByRole('dialog');
      await expect(accept.getByRole('button', { name: 'Accept' })).toBeDisabled();
      await accept.getByTestId('typed-confirmation').fill('test');
      await accept.getByRole('button', { name: 'Accept' }).click();
      // The row may be told before the answer closes the sheet, and keys go to the sheet while it is there.
      await eventually(accept).toBeHidden();
      await eventually(rows.first()).toContainText('accepted');
      await eventually(page.getByText('Last pull held')).toBeHidden();

      rmSync(join(root, 'c.txt'));
      await page.keyboard.press('r');
      const restore = page.getByRole('dialog');
      await restore.getByRole('button', { name: 'Dry run' }).click();
      await eventually(restore.getByTestId('restore-plan')).toContainText('Would be created 1');
      await expect(restore.getByRole('button', { name: 'Restore', exact: true })).toBeDisabled();
      await expectNoFaults(page);
    } finally {
      for (const close of closers.toReversed()) await Promise.resolve(close()).catch(() => undefined);
    }
  },
);
