import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startRelay } from '../support/relay.ts';
import { openTestCore, temporaryFolder } from '../support/test-core.ts';
import { pullInput, startMachine } from './machine.ts';

// Real programs on a computer that others use as well: patience, nothing is timed.
vi.setConfig({ testTimeout: 240_000 });

const megabyte = 1024 * 1024;

test('two pulls of one machine at once, from two workspaces: one waits for nobody and says so', async () => {
  const machine = await startMachine();
  const { root, sshd } = machine;
  writeFileSync(join(root, 'big.bin'), Buffer.alloc(20 * megabyte, 3));
  const relay = await startRelay({ host: sshd.host, port: sshd.port, bytesPerSecond: 2 * megabyte });
  onTestFinished(() => relay.close());
  const other = temporaryFolder();
  const second = await openTestCore(join(other.path, 'workspace'));
  onTestFinished(async () => {
    await second.close();
    other.remove();
  });
  await second.call('settings.set', { backupFolder: join(machine.workspace, 'snapshots') });

  const target = { host: '127.0.0.1', port: relay.port, user: sshd.user, keyFile: sshd.keyFile };
  const slow = machine.pull({ target });
  await relay.received(megabyte);
  await expect(second.call('snapshots.pull', pullInput(sshd, root))).rejects.toMatchObject({ code: 'job_conflict' });
  relay.open();
  expect((await slow).verified).toBe(true);
  // The other workspace has the snapshot that the first one took.
  expect(await second.call('snapshots.pull', pullInput(sshd, root))).toMatchObject({
    outcome: 'unchanged',
    verified: true,
  });
});

test('a connection that is cut fails the pull; the next one goes on with what had arrived', async () => {
  const machine = await startMachine();
  const { root, sshd } = machine;
  writeFileSync(join(root, 'big.bin'), Buffer.alloc(24 * megabyte, 9));
  for (let i = 0; i < 200; i++) writeFileSync(join(root, `small_${i}.json`), `{"n":${i}}`);
  const relay = await startRelay({ host: sshd.host, port: sshd.port, bytesPerSecond: 8 * megabyte });
  onTestFinished(() => relay.close());
  const target = { host: '127.0.0.1', port: relay.port, user: sshd.user, keyFile: sshd.keyFile };
  const cut = machine.pull({ target });
  await relay.received(18 * megabyte);
  relay.cut();
  await expect(cut).rejects.toMatchObject({ code: 'ssh_unreachable' });
  expect(machine.current()).toBeNull();
  relay.open();
  const next = await machine.pull({ target });
  expect(next).toMatchObject({ verified: true, fileCount: 201 });
  expect(next.resumedBytes).toBeGreaterThan(2 * megabyte);
  expect(next.resumedBytes + next.transferredBytes).toBe(next.totalBytes);
  expect(readdirSync(machine.room).filter((name) => name.startsWith('.staging'))).toEqual([]);
});

/** A small file system of its own; null where this process may not mount one. */
function smallDisk(size: string): string | null {
  const folder = temporaryFolder();
  const path = join(folder.path, 'disk');
  mkdirSync(path);
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]).status === 0;
  onTestFinished(() => {
    if (isMounted) spawnSync('umount', ['-l', path]);
    folder.remove();
  });
  return isMounted ? path : null;
}

test('a disk that is too small is told before anything is copied, one that runs full in the middle stops the pull', async ({
  skip,
}) => {
  const disk = smallDisk('40m');
  if (disk === null) return skip('this process may not mount a file system');
  const machine = await startMachine();
  const { root, sshd, opened } = machine;
  await opened.call('settings.set', { backupFolder: disk });
  writeFileSync(join(root, 'a.txt'), 'a');
  const first = await machine.pull();
  expect(first.path.startsWith(disk)).toBe(true);
  writeFileSync(join(root, 'big.bin'), Buffer.alloc(60 * megabyte, 1));
  await expect(machine.pull()).rejects.toMatchObject({ code: 'disk_full' });
  expect(readdirSync(join(disk, 'test/room'))).toContain('current');

  writeFileSync(join(root, 'big.bin'), Buffer.alloc(30 * megabyte, 1));
  const relay = await startRelay({ host: sshd.host, port: sshd.port, bytesPerSecond: 6 * megabyte });
  onTestFinished(() => relay.close());
  const target = { host: '127.0.0.1', port: relay.port, user: sshd.user, keyFile: sshd.keyFile };
  const filling = machine.pull({ target });
  await relay.received(3 * megabyte);
  try {
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(36 * megabyte));
  } catch {
    // It takes what is left and then fails, as it should.
  }
  relay.open();
  await expect(filling).rejects.toMatchObject({ code: 'disk_full' });
  expect(readFileSync(join(disk, 'test/room/current/work_dir/a.txt'), 'utf8')).toBe('a');
  rmSync(join(disk, 'ballast'));
  expect(await machine.pull()).toMatchObject({ verified: true, fileCount: 2 });
});

test('a sparse file, a file without bytes and one that shrank arrive as they are', async () => {
  const machine = await startMachine();
  const { root } = machine;
  writeFileSync(join(root, 'sparse.bin'), 'start');
  truncateSync(join(root, 'sparse.bin'), 20 * megabyte);
  writeFileSync(join(root, 'empty'), '');
  writeFileSync(join(root, 'shrinks.bin'), Buffer.alloc(10 * megabyte, 4));
  const first = await machine.pull();
  expect(statSync(join(first.path, 'work_dir/sparse.bin')).size).toBe(20 * megabyte);
  truncateSync(join(root, 'shrinks.bin'), 3 * megabyte);
  const second = await machine.pull();
  expect(second.verified).toBe(true);
  expect(statSync(join(second.path, 'work_dir/shrinks.bin')).size).toBe(3 * megabyte);
  expect(statSync(join(first.path, 'work_dir/shrinks.bin')).size).toBe(10 * megabyte);
});

test('a file of a stored snapshot that went missing is brought again, not linked from nothing', async () => {
  const machine = await startMachine();
  writeFileSync(join(machine.root, 'a.bin'), Buffer.alloc(100_000, 1));
  writeFileSync(join(machine.root, 'b.txt'), 'b');
  const first = await machine.pull();
  rmSync(join(first.path, 'work_dir/a.bin'), { force: true });
  writeFileSync(join(machine.root, 'b.txt'), 'bb');
  const second = await machine.pull();
  expect(existsSync(join(second.path, 'work_dir/a.bin'))).toBe(true);
  expect(second.transferredBytes).toBe(100_002);
});

test('a large file that grew and begins otherwise than before is not taken for its own beginning', async () => {
  const machine = await startMachine();
  const file = join(machine.root, 'model.distcp');
  writeFileSync(file, Buffer.alloc(9 * megabyte, 1));
  await machine.pull();
  writeFileSync(file, Buffer.alloc(10 * megabyte, 2));
  const { path } = await machine.pull();
  expect(readFileSync(join(path, 'work_dir/model.distcp')).equals(Buffer.alloc(10 * megabyte, 2))).toBe(true);
});

test('the lane of small files leaves large ones pending and says how many bytes that is', async () => {
  const machine = await startMachine();
  writeFileSync(join(machine.root, 'small.txt'), 's');
  writeFileSync(join(machine.root, 'weights.bin'), Buffer.alloc(65 * megabyte));
  const small = await machine.pull({ lane: 'small' });
  expect(small).toMatchObject({
    fileCount: 1,
    pending: [{ path: join(machine.root, 'weights.bin'), sizeBytes: 65 * megabyte }],
  });
  const all = await machine.pull();
  expect(all).toMatchObject({ fileCount: 2, pending: [] });
});

test('a result whose writer pauses half-way stands still and hashes well: its format tells', async () => {
  const machine = await startMachine();
  writeFileSync(join(machine.root, 's1_render_result.json'), '{"status": "succ');
  const half = await machine.pull();
  const detail = await machine.opened.call('snapshots.get', { id: half.id });
  expect(detail.unparsed).toEqual([
    { path: join(machine.root, 's1_render_result.json'), why: expect.stringContaining('no JSON') },
  ]);
  writeFileSync(join(machine.root, 's1_render_result.json'), '{"status": "success"}');
  const whole = await machine.pull();
  expect((await machine.opened.call('snapshots.get', { id: whole.id })).unparsed).toEqual([]);
});

test('a server that gives two sessions of a connection is pulled all the same', async () => {
  const machine = await startMachine({ maxSessions: 2 });
  for (let i = 0; i < 50; i++) writeFileSync(join(machine.root, `small_${i}`), String(i));
  writeFileSync(join(machine.root, 'large.bin'), Buffer.alloc(20 * megabyte, 8));
  expect(await machine.pull()).toMatchObject({ verified: true, fileCount: 51 });
});

test('a machine that goes silent in the middle is told as such, and nothing waits for ever', async () => {
  const machine = await startMachine();
  const { root, sshd } = machine;
  writeFileSync(join(root, 'big.bin'), Buffer.alloc(24 * megabyte, 9));
  const relay = await startRelay({ host: sshd.host, port: sshd.port, bytesPerSecond: 8 * megabyte });
  onTestFinished(() => relay.close());
  const target = { host: '127.0.0.1', port: relay.port, user: sshd.user, keyFile: sshd.keyFile };
  const silent = machine.pull({ target });
  await relay.received(10 * megabyte);
  relay.stall();
  await expect(silent).rejects.toMatchObject({ code: 'ssh_unreachable' });
  expect(machine.current()).toBeNull();
  relay.cut();
  relay.open();
  expect(await machine.pull({ target })).toMatchObject({ verified: true, fileCount: 1 });
});
