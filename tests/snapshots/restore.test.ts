import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { pullInput, startMachine } from './machine.ts';

// Real programs on a computer that others use as well: patience, nothing is timed.
vi.setConfig({ testTimeout: 240_000 });

test('a restore says first what it would do, deletes nothing unless typed, and compares what it sent', async () => {
  const machine = await startMachine();
  const { root, sshd, opened } = machine;
  mkdirSync(join(root, 'deep'));
  const odd = Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]);
  writeFileSync(odd, 'odd');
  writeFileSync(join(root, '-rf'), 'dash');
  writeFileSync(join(root, 'deep/long'), Buffer.alloc(3_000_000, 6));
  writeFileSync(join(root, 'same.txt'), 'same');
  const snapshot = await machine.pull();

  rmSync(join(root, 'deep'), { recursive: true });
  rmSync(odd);
  writeFileSync(join(root, '-rf'), 'DASH');
  writeFileSync(join(root, 'new.txt'), 'only on the machine');
  const { target, instanceId } = pullInput(sshd, root);
  const restore = (more: object) =>
    opened.call('snapshots.restore', { id: snapshot.id, instanceId: instanceId!, target, ...more });

  const planned = await restore({ delete: true });
  expect(planned).toMatchObject({
    isDryRun: true,
    createdCount: 2,
    overwrittenCount: 1,
    extraCount: 1,
    deletedCount: 1,
  });
  expect(planned.overwritten).toEqual([join(root, '-rf')]);
  expect(planned.deleted).toEqual([join(root, 'new.txt')]);
  expect(readFileSync(join(root, '-rf'), 'utf8')).toBe('DASH');

  await expect(restore({ dryRun: false, delete: true })).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(restore({ items: ['data'] })).rejects.toMatchObject({ code: 'not_found' });
  const user = spawn('sleep', ['60'], { cwd: root });
  onTestFinished(() => void user.kill('SIGKILL'));
  await expect(restore({ dryRun: false })).rejects.toMatchObject({ code: 'conflict' });
  expect(existsSync(join(root, 'deep'))).toBe(false);
  user.kill('SIGKILL');
  await new Promise((resolve) => user.once('close', resolve));

  const done = await restore({ dryRun: false });
  expect(done).toMatchObject({ isDryRun: false, verifiedFiles: 4, deletedCount: 0, extraCount: 1 });
  expect(readFileSync(odd, 'utf8')).toBe('odd');
  expect(readFileSync(join(root, '-rf'), 'utf8')).toBe('dash');
  expect(existsSync(join(root, 'new.txt'))).toBe(true);
  await restore({ dryRun: false, delete: true, confirm: 'test' });
  expect(existsSync(join(root, 'new.txt'))).toBe(false);
  expect(await machine.pull()).toMatchObject({ transferredBytes: 0, verified: true });
});

test('a snapshot that is damaged is not pushed', async () => {
  const machine = await startMachine();
  writeFileSync(join(machine.root, 'a.txt'), 'aaaa');
  const snapshot = await machine.pull();
  const file = join(snapshot.path, 'work_dir/a.txt');
  chmodSync(file, 0o644);
  writeFileSync(file, 'aaab');
  await machine.opened.call('snapshots.verify', { id: snapshot.id }).catch(() => undefined);
  const { target } = pullInput(machine.sshd, machine.root);
  await expect(
    machine.opened.call('snapshots.restore', { id: snapshot.id, instanceId: 'test', target, dryRun: false }),
  ).rejects.toMatchObject({ code: 'conflict' });
});
