import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectNoAxeFaults } from '../support/axe.ts';
import { eventually, test } from '../support/copying-room.ts';
import { expect } from '../support/room-fixture.ts';

test(
  'a checkpoint is pending, is copied beside, and joins the next snapshot; folders of old scripts are listed',
  { tag: '@browser' },
  async ({ page, openCopyingRoom }) => {
    test.setTimeout(600_000);
    const { origin, workspace, root, pull, call } = await openCopyingRoom();
    writeFileSync(join(root, 'pipeline_summary.json'), '{}');
    writeFileSync(join(root, 'model.bin'), Buffer.alloc(70_000_000, 7));
    const latest = join(workspace, 'snapshots', 'test', 'latest', 'work_dir');
    mkdirSync(latest, { recursive: true });
    writeFileSync(join(latest, 'a.txt'), 'of an old script');
    const pulled = await call('snapshots.pull', { ...pull, lane: 'small' });
    expect(pulled.code, pulled.stderr).toBe(0);
    await page.goto(`${origin}/snapshots`);
    const large = page.getByRole('region', { name: 'Large files', exact: true });
    await eventually(large).toContainText('Pending');
    await expect(large).toContainText('0 B of 70.0 MB');
    const old = page.getByRole('region', { name: 'Old scripts' });
    await expect(old).toContainText('old script, unverified');
    await expectNoAxeFaults(page);
    await large.getByRole('button', { name: 'Copy them now' }).click();
    await eventually(large).toContainText('Here, they join the next snapshot');
    await page.getByRole('button', { name: 'Pull now' }).click();
    await eventually(page.getByTestId('snapshot-row')).toHaveCount(2);
    await eventually(large).toBeHidden();
  },
);
