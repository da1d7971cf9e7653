import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectNoAxeFaults } from '../support/axe.ts';
import { eventually, test } from '../support/copying-room.ts';
import { expect } from '../support/room-fixture.ts';

test(
  'a machine is put into the schedule, its slot is copied, and the chain is proved; a proof that fails says where',
  { tag: '@browser' },
  async ({ page, openCopyingRoom }) => {
    test.setTimeout(600_000);
    const { workspace, sshd, rentedId: id, root, call } = await openCopyingRoom({ isRented: true });
    writeFileSync(join(root, 'pipeline_summary.json'), '{"ok":true}');
    const profiles = join(workspace, 'configs/sync-profiles');
    mkdirSync(profiles, { recursive: true });
    writeFileSync(
      join(profiles, 'ours.yaml'),
      `id: blueprint-validation\ntitle: a test\nitems:\n  - { remote: ${root}, local: work_dir }\n`,
    );
    for (const [method, input] of [
      ['instances.list', {}],
      ['settings.set', { sshUser: sshd.user, sshKeyFile: sshd.keyFile }],
      ['ssh.probe', { id }],
      ['ssh.acceptHostKey', { id, fingerprint: sshd.hostKey().fingerprint }],
    ] as const) {
      const { code, stderr } = await call(method, input);
      expect(code, `${method}: ${stderr}`).toBe(0);
    }

    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Schedule' }).click();
    await eventually(page.getByText('No machine is copied by itself.')).toBeVisible();
    await page.getByRole('button', { name: 'Copy every 2 min' }).click();
    const machine = page.getByTestId('schedule-machine');
    await eventually(machine.getByRole('cell', { name: 'Copied' })).toHaveCount(1);
    await machine.getByRole('group', { name: 'Mirrored: night' }).getByRole('button', { name: 'Yes' }).click();
    await machine.getByRole('group', { name: 'Minutes between copies: night' }).getByText('1', { exact: true }).click();

    await machine.getByRole('button', { name: 'Prove' }).click();
    await eventually(machine.getByText('came back from the bucket')).toBeVisible();
    await eventually(machine.locator('.schedhead')).toContainText('in B2 as of');
    await expectNoAxeFaults(page);

    renameSync(root, `${root}.away`);
    await machine.getByRole('button', { name: 'Prove' }).click();
    await eventually(machine.getByText('Not proved', { exact: true })).toBeVisible();
    await eventually(machine.getByText('Not reached')).toHaveCount(3);
  },
);
