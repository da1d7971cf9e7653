import { rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectNoAxeFaults } from '../support/axe.ts';
import { eventually, test } from '../support/copying-room.ts';
import { expect } from '../support/room-fixture.ts';

test(
  'a machine is pulled, verified, mirrored and checked; a held pull is accepted by its id; a restore is tried dry',
  { tag: '@browser' },
  async ({ page, openCopyingRoom }) => {
    test.setTimeout(600_000);
    const { root, pull, call } = await openCopyingRoom();
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Snapshots' }).click();
    await eventually(page.getByText('No machine was pulled yet.')).toBeVisible();
    await expectNoAxeFaults(page);

    for (const name of ['a.txt', 'b.txt', 'c.txt']) writeFileSync(join(root, name), name);
    const pulled = await call('snapshots.pull', pull);
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
    const origins = page.getByRole('group', { name: 'Where the bytes come from' });
    await origins.getByRole('button', { name: 'As before' }).click();
    await eventually(page.getByText('0 files', { exact: true })).toBeVisible();
    await origins.getByRole('button', { name: 'New' }).click();
    await eventually(page.getByText('work_dir/b.txt', { exact: true })).toBeVisible();
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
    await expectNoAxeFaults(page);
    await expect(detail.getByRole('button', { name: 'Accept…' })).toBeVisible();
    await page.keyboard.press('a');
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
    await expectNoAxeFaults(page);
  },
);
