import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { runOldSync } from './old-script.ts';
import { startMachine } from './machine.ts';

// Real programs on a computer that others use as well: patience, nothing is timed.
vi.setConfig({ testTimeout: 240_000 });

test('what the old scripts left beside the room is listed as unverified, and is no snapshot', async () => {
  const machine = await startMachine();
  const { opened, sshd, root, room } = machine;
  writeFileSync(join(root, 'a.txt'), 'of the machine');
  const snapshot = await machine.pull();
  const beside = join(room, '..');
  await runOldSync(sshd, root, join(beside, 'latest', 'work_dir'));
  mkdirSync(join(beside, '20260228T101500Z', 'work_dir'), { recursive: true });
  writeFileSync(join(beside, '20260228T101500Z', 'work_dir', 'b.txt'), 'of an old run');
  mkdirSync(join(beside, 'notes'));
  const { items } = await opened.call('snapshots.old', {});
  expect(items).toMatchObject([
    // The old script wrote a manifest too: it is one more file.
    { instanceId: 'test', name: 'latest', label: 'old script, unverified', fileCount: 2, danger: null },
    { name: '20260228T101500Z', takenAt: '2026-02-28T10:15:00.000Z', fileCount: 1, totalBytes: 13, isCounted: true },
  ]);
  expect(items[0]!.takenAt).toMatch(/^20\d\d-/);
  expect((await opened.call('snapshots.old', { instanceId: 'other' })).items).toEqual([]);
  expect((await opened.call('snapshots.list', {})).items.map((item) => item.id)).toEqual([snapshot.id]);
  // Pulls and retention go by it.
  writeFileSync(join(root, 'a.txt'), 'changed');
  await machine.pull();
  await opened.call('snapshots.prune', { instanceId: 'test' });
  expect(readFileSync(join(beside, 'latest/work_dir/a.txt'), 'utf8')).toBe('of the machine');
});

test('a latest that is a link into a snapshot is called dangerous', async () => {
  const machine = await startMachine();
  writeFileSync(join(machine.root, 'a.txt'), 'a');
  const { tag } = await machine.pull();
  symlinkSync(join('room', tag), join(machine.room, '..', 'latest'));
  const { items } = await machine.opened.call('snapshots.old', { instanceId: 'test' });
  expect(items).toMatchObject([{ name: 'latest', danger: expect.stringContaining('deletes in a snapshot') as string }]);
});
