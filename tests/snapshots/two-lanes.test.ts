import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import DatabaseConstructor from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startRelay } from '../support/relay.ts';
import { filesBelow, pullInput, startMachine, type PulledMachine } from './machine.ts';

// Real programs on a computer that others use as well: patience, nothing is timed.
vi.setConfig({ testTimeout: 240_000 });

const megabyte = 1024 * 1024;

/** A machine whose files of more than 8 MiB are large. */
async function startLanes() {
  const machine = await startMachine();
  const { workspace, root, sshd, opened } = machine;
  const profiles = join(workspace, 'configs/sync-profiles');
  mkdirSync(profiles, { recursive: true });
  writeFileSync(
    join(profiles, 'ours.yaml'),
    `id: blueprint-validation\ntitle: a test\nlargeFileMib: 8\nitems:\n  - { remote: ${root}, local: work_dir }\n`,
  );
  const input = pullInput(sshd, root);
  return {
    ...machine,
    pullSmall: () => machine.pull({ lane: 'small' }),
    pullLarge: (target = input.target) =>
      opened.call('snapshots.pullLarge', { ...input, target, acceptNewHostKey: true }),
    large: () => opened.call('snapshots.large', { instanceId: 'test' }),
  };
}

const inCurrent = (machine: PulledMachine, name: string): Buffer =>
  readFileSync(join(machine.room, 'current/work_dir', name));
const rowOf = (machine: PulledMachine, name: string) =>
  machine.manifest().files.find((file) => file.path === `work_dir/${name}`);
const waiting = (machine: PulledMachine): string[] => {
  const folder = join(machine.room, '.large');
  return existsSync(folder) ? filesBelow(folder) : [];
};

test('what people review is committed while a checkpoint is pending; it joins the next snapshot when it has come', async () => {
  const machine = await startLanes();
  const { root } = machine;
  const checkpoint = randomBytes(20 * megabyte);
  writeFileSync(join(root, 'model.bin'), checkpoint);
  writeFileSync(join(root, 'summary.json'), '{}');
  const first = await machine.pullSmall();
  const pending = [{ path: join(root, 'model.bin'), sizeBytes: checkpoint.length }];
  expect(first).toMatchObject({ outcome: 'taken', state: 'verified', fileCount: 1, pending });
  expect(machine.manifest().pending).toMatchObject(pending);
  expect(machine.currentFiles()).toEqual(['summary.json']);
  // The same is pending: that is nothing new.
  expect(await machine.pullSmall()).toMatchObject({ outcome: 'unchanged', id: first.id, pending });
  expect(await machine.large()).toMatchObject({
    files: [{ ...pending[0], arrivedBytes: 0 }],
    pendingBytes: checkpoint.length,
    arrivedBytes: 0,
    job: null,
    egressUsd: null,
    lastCopy: null,
  });

  const brought = await machine.pullLarge();
  expect(brought).toMatchObject({ arrivedCount: 1, tornCount: 0, transferredBytes: checkpoint.length, isCut: false });
  expect(machine.current(), 'the lane itself makes no snapshot').toBe(first.tag);
  expect(await machine.large()).toMatchObject({
    arrivedBytes: checkpoint.length,
    lastCopy: { outcome: 'done', transferredBytes: checkpoint.length },
  });
  // It is here: nothing is sent again.
  expect(await machine.pullLarge()).toMatchObject({ arrivedCount: 0, transferredBytes: 0 });
  const second = await machine.pullSmall();
  expect(second).toMatchObject({ outcome: 'taken', fileCount: 2, pending: [], transferredBytes: 0 });
  expect(inCurrent(machine, 'model.bin').equals(checkpoint)).toBe(true);
  expect(rowOf(machine, 'model.bin')).toMatchObject({ origin: 'pulled' });
  expect(statSync(join(second.path, 'work_dir/model.bin')).mode & 0o222).toBe(0);
  expect(waiting(machine)).toEqual([]);
  expect(await machine.opened.call('snapshots.verify', { id: second.id })).toMatchObject({ verified: true });
  expect(await machine.pullSmall()).toMatchObject({ outcome: 'unchanged' });
  expect(await machine.pullLarge()).toMatchObject({ arrivedCount: 0, transferredBytes: 0 });
  expect(await machine.large()).toMatchObject({ files: [], pendingBytes: 0 });
});

test('a checkpoint that is rewritten at the same size is pending again, and its version before stands in for it', async () => {
  const machine = await startLanes();
  const [old, next] = [randomBytes(10 * megabyte), randomBytes(10 * megabyte)];
  writeFileSync(join(machine.root, 'model.bin'), old);
  await machine.pull();
  expect(inCurrent(machine, 'model.bin').equals(old)).toBe(true);
  writeFileSync(join(machine.root, 'model.bin'), next);
  expect(await machine.pullSmall()).toMatchObject({ outcome: 'taken', carriedCount: 1 });
  expect(rowOf(machine, 'model.bin')).toMatchObject({ origin: 'carried' });
  // Nothing else changed, and what stands in for it is not taken for what the machine has.
  expect(await machine.pullSmall()).toMatchObject({ outcome: 'unchanged', pending: [{ sizeBytes: old.length }] });
  expect(await machine.pullSmall()).toMatchObject({ outcome: 'unchanged', pending: [{ sizeBytes: old.length }] });
  expect(inCurrent(machine, 'model.bin').equals(old)).toBe(true);
  await machine.pullLarge();
  expect(await machine.pullSmall()).toMatchObject({ outcome: 'taken', pending: [], carriedCount: 0 });
  expect(inCurrent(machine, 'model.bin').equals(next)).toBe(true);

  // Under another time, or another name, the same bytes are not sent.
  rmSync(join(machine.root, 'model.bin'));
  writeFileSync(join(machine.root, 'model.bin'), next);
  expect(await machine.pullSmall()).toMatchObject({ pending: [{ sizeBytes: old.length }] });
  expect(await machine.pullLarge()).toMatchObject({ arrivedCount: 1, transferredBytes: 0 });
  expect(await machine.pullSmall()).toMatchObject({ outcome: 'taken', pending: [] });
  expect(inCurrent(machine, 'model.bin').equals(next)).toBe(true);
});

test('what had come and was rewritten before a pull took it is copied anew, and never mixed', async () => {
  const machine = await startLanes();
  const [old, next] = [randomBytes(10 * megabyte), randomBytes(10 * megabyte)];
  writeFileSync(join(machine.root, 'model.bin'), old);
  await machine.pullSmall();
  await machine.pullLarge();
  writeFileSync(join(machine.root, 'model.bin'), next);
  expect(await machine.pullLarge()).toMatchObject({ arrivedCount: 1 });
  expect(await machine.pullSmall()).toMatchObject({ pending: [] });
  expect(inCurrent(machine, 'model.bin').equals(next)).toBe(true);
  // One that a pull took over and that was gone before it was in a snapshot leaves nothing behind.
  writeFileSync(join(machine.root, 'other.bin'), old);
  await machine.pullLarge();
  rmSync(join(machine.root, 'other.bin'));
  writeFileSync(join(machine.root, 'note.txt'), 'x');
  await machine.pullSmall();
  expect(waiting(machine)).toEqual([]);
});

test('chunks that came before a cut are sent by nobody again: not by the lane, and not by a pull that takes all', async () => {
  const machine = await startLanes();
  const { sshd, root } = machine;
  const checkpoint = randomBytes(48 * megabyte);
  writeFileSync(join(root, 'model.bin'), checkpoint);
  writeFileSync(join(root, 'summary.json'), '{}');
  const relay = await startRelay({ host: sshd.host, port: sshd.port, bytesPerSecond: 8 * megabyte });
  onTestFinished(() => relay.close());
  const target = { host: '127.0.0.1', port: relay.port, user: sshd.user, keyFile: sshd.keyFile };
  const copying = machine.pullLarge(target);
  const failed = expect(copying).rejects.toMatchObject({ code: 'ssh_unreachable' });
  await relay.received(24 * megabyte);
  // Slots go on beside it, and a pull that would take all leaves the large one to the lane.
  expect(await machine.pullSmall()).toMatchObject({ outcome: 'taken', pending: [{ sizeBytes: checkpoint.length }] });
  expect(await machine.pull()).toMatchObject({ outcome: 'unchanged', pending: [{ sizeBytes: checkpoint.length }] });
  expect(await machine.large()).toMatchObject({ job: { id: expect.any(String) as string } });
  relay.cut();
  await failed;
  const { arrivedBytes, lastCopy } = await machine.large();
  expect(arrivedBytes).toBeGreaterThan(8 * megabyte);
  expect(lastCopy).toMatchObject({ outcome: 'failed' });
  expect(lastCopy!.transferredBytes).toBeGreaterThan(8 * megabyte);
  // A slot in between takes nothing away.
  writeFileSync(join(root, 'note.txt'), 'x');
  await machine.pullSmall();
  expect((await machine.large()).arrivedBytes).toBe(arrivedBytes);
  const all = await machine.pull();
  expect(all).toMatchObject({ outcome: 'taken', pending: [], resumedBytes: arrivedBytes });
  expect(all.transferredBytes).toBeLessThanOrEqual(checkpoint.length - arrivedBytes);
  expect(inCurrent(machine, 'model.bin').equals(checkpoint)).toBe(true);
});

test('a pull that took all and was cut hands its chunks to the lane', async () => {
  const machine = await startLanes();
  const { sshd, root } = machine;
  const checkpoint = randomBytes(48 * megabyte);
  writeFileSync(join(root, 'model.bin'), checkpoint);
  const relay = await startRelay({ host: sshd.host, port: sshd.port, bytesPerSecond: 8 * megabyte });
  onTestFinished(() => relay.close());
  const target = { host: '127.0.0.1', port: relay.port, user: sshd.user, keyFile: sshd.keyFile };
  const failed = expect(machine.pull({ target })).rejects.toMatchObject({ code: 'ssh_unreachable' });
  await relay.received(24 * megabyte);
  relay.cut();
  await failed;
  expect(await machine.pullSmall()).toMatchObject({ pending: [{ sizeBytes: checkpoint.length }] });
  const { arrivedBytes } = await machine.large();
  expect(arrivedBytes).toBeGreaterThan(8 * megabyte);
  expect(await machine.pullLarge()).toMatchObject({ arrivedCount: 1, resumedBytes: arrivedBytes });
  expect(await machine.pullSmall()).toMatchObject({ pending: [] });
  expect(inCurrent(machine, 'model.bin').equals(checkpoint)).toBe(true);
});

test('large files are copied by one process at a time', async () => {
  const machine = await startLanes();
  writeFileSync(join(machine.root, 'model.bin'), randomBytes(9 * megabyte));
  await machine.pullSmall();
  const other = new DatabaseConstructor(join(machine.room, '.large.lock.db'), { timeout: 0 });
  other.exec('BEGIN EXCLUSIVE');
  await expect(machine.pullLarge()).rejects.toMatchObject({ code: 'job_conflict' });
  other.close();
  expect(await machine.pullLarge()).toMatchObject({ arrivedCount: 1 });
});

test('of a large log that grows only what is new is sent, and its version before stands in until that has come', async () => {
  const machine = await startLanes();
  const log = join(machine.root, 'console.log');
  const lines = Buffer.alloc(20 * megabyte, 'a line of the log\n');
  writeFileSync(log, lines);
  await machine.pullSmall();
  await machine.pullLarge();
  appendFileSync(log, 'more\n'.repeat(1000));
  // What has come is of use, although the machine is further by now.
  expect(await machine.pullSmall()).toMatchObject({ pending: [{ sizeBytes: lines.length + 5000 }], carriedCount: 1 });
  expect(inCurrent(machine, 'console.log').equals(lines)).toBe(true);
  for (const _ of [1, 2]) {
    const { transferredBytes, arrivedCount } = await machine.pullLarge();
    expect(arrivedCount).toBe(1);
    expect(transferredBytes).toBeLessThan(3 * megabyte);
    await machine.pullSmall();
    expect(inCurrent(machine, 'console.log').equals(readFileSync(log))).toBe(true);
    appendFileSync(log, 'more\n'.repeat(1000));
  }
});

test('a large file that is rewritten while it travels is not taken, and comes the next time', async () => {
  const machine = await startLanes();
  const { sshd, root } = machine;
  const [old, next] = [randomBytes(24 * megabyte), randomBytes(24 * megabyte)];
  writeFileSync(join(root, 'model.bin'), old);
  const relay = await startRelay({ host: sshd.host, port: sshd.port, bytesPerSecond: 12 * megabyte });
  onTestFinished(() => relay.close());
  const copying = machine.pullLarge({ host: '127.0.0.1', port: relay.port, user: sshd.user, keyFile: sshd.keyFile });
  await relay.received(8 * megabyte);
  writeFileSync(join(root, 'model.bin'), next);
  expect(await copying).toMatchObject({ arrivedCount: 0, tornCount: 1 });
  expect(await machine.pullSmall()).toMatchObject({ fileCount: 0, pending: [{ sizeBytes: next.length }] });
  expect(await machine.pullLarge()).toMatchObject({ arrivedCount: 1, tornCount: 0 });
  expect(await machine.pullSmall()).toMatchObject({ fileCount: 1, pending: [] });
  expect(inCurrent(machine, 'model.bin').equals(next)).toBe(true);
});
