import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startCall } from '../support/command-line.ts';
import { startRelay } from '../support/relay.ts';
import { startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/test-core.ts';
import { filesBelow, pullInput, startMachine } from './machine.ts';
import { endOf, runOldSync, startRsync } from './old-script.ts';
import { copiedState, versionsIn } from './rewritten.ts';

// Real programs on a computer that others use as well: patience, nothing is timed.
vi.setConfig({ testTimeout: 240_000 });

const megabyte = 1024 * 1024;
const inTemporary = (): string => {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  return folder.path;
};

test('every ssh fails: the old way says ok and exits 0, a pull fails and says why', async () => {
  const machine = await startMachine();
  writeFileSync(join(machine.root, 'a.txt'), 'a');
  const dest = join(inTemporary(), 'latest/work_dir');
  const old = await runOldSync(machine.sshd, machine.root, dest, 1);
  expect(old).toMatchObject({ code: 0 });
  expect(old.stdout).toContain('[ok]');
  expect(filesBelow(dest)).toEqual([]);
  const target = { host: '127.0.0.1', port: 1, user: machine.sshd.user, keyFile: machine.sshd.keyFile };
  await expect(machine.pull({ target })).rejects.toMatchObject({ code: 'ssh_unreachable' });
  expect(machine.current()).toBeNull();
});

test('the folder comes back empty: the old way empties the copy in one cycle, a pull is held', async () => {
  const machine = await startMachine();
  const { root, sshd } = machine;
  const fill = (): void => {
    for (let i = 0; i < 50; i++) writeFileSync(join(root, `file_${i}`), String(i));
  };
  fill();
  const dest = join(machine.workspace, 'snapshots/test/latest/work_dir');
  await runOldSync(sshd, root, dest);
  expect(filesBelow(dest)).toHaveLength(50);
  const first = await machine.pull();
  for (let i = 0; i < 50; i++) rmSync(join(root, `file_${i}`));
  for (let cycle = 0; cycle < 3; cycle++) expect((await runOldSync(sshd, root, dest)).code).toBe(0);
  expect(filesBelow(dest)).toEqual([]);
  await expect(machine.pull()).rejects.toMatchObject({ code: 'held' });
  expect(machine.current()).toBe(first.tag);
  expect(machine.currentFiles()).toHaveLength(50);
  // The old way beside it touched nothing of the room's.
  expect(await machine.opened.call('snapshots.verify', { id: first.id })).toMatchObject({ checkedFiles: 50 });
});

test('a checkpoint that is rewritten in place: the old way copies it torn, a pull never does', async () => {
  const machine = await startMachine();
  const { root, sshd } = machine;
  const blocks = 20;
  const file = join(root, 'model.distcp');
  writeFileSync(file, Buffer.alloc(blocks * megabyte));
  const first = await machine.pull();
  const writer = new Worker(new URL('./rewriter.ts', import.meta.url), {
    workerData: { path: file, blockBytes: megabyte, blocks },
  });
  onTestFinished(async () => void (await writer.terminate()));
  const said: unknown[] = [];
  const heard = (wanted: (value: unknown) => boolean): Promise<void> =>
    new Promise((resolve) => {
      if (said.some(wanted)) return resolve();
      writer.on('message', (value: unknown) => {
        if (wanted(value)) resolve();
      });
    });
  writer.on('message', (value: unknown) => said.push(value));
  await heard((value) => value === 'rewritten');

  const dest = inTemporary();
  expect((await endOf(startRsync(sshd, file, `${dest}/`))).code).toBe(0);
  expect(versionsIn(join(dest, 'model.distcp')).size).toBeGreaterThan(1);

  const during = await machine.pull();
  const state = copiedState(join(during.path, 'work_dir/model.distcp'), megabyte);
  // A writer that was held up for as long as a copy takes may be copied as it stood; never torn.
  expect(['carried before 1', 'pulled moment 0']).toContain(
    `${machine.manifest().files[0]!.origin} ${state} ${during.carriedCount}`,
  );

  const last = heard((value) => typeof value === 'number');
  writer.postMessage('stop');
  await last;
  const after = await machine.pull();
  expect(machine.manifest().files[0]).toMatchObject({ origin: 'pulled' });
  expect([...versionsIn(join(after.path, 'work_dir/model.distcp'))]).toEqual([251]);
  expect([...versionsIn(join(first.path, 'work_dir/model.distcp'))]).toEqual([0]);
});

test('killed in the middle of a large file: the old way starts again, a pull sends at most a chunk for each stream', async () => {
  const sshd = await startSshd();
  onTestFinished(() => sshd.close());
  const root = join(sshd.folder, 'x');
  mkdirSync(root);
  const size = 48 * megabyte;
  const file = join(root, 'model.distcp');
  const content = Buffer.alloc(size);
  for (let i = 0; i < size; i += 4) content.writeUInt32LE((Math.imul(i, 2654435761) >>> 0) as number, i);
  writeFileSync(file, content);

  const relay = await startRelay({ host: sshd.host, port: sshd.port, bytesPerSecond: 16 * megabyte });
  onTestFinished(() => relay.close());
  const dest = inTemporary();
  const rsync = startRsync(sshd, file, `${dest}/`, relay.port);
  const rsyncEnd = endOf(rsync);
  await relay.received(size / 2);
  rsync.kill('SIGKILL');
  await rsyncEnd;
  relay.cut();
  expect(existsSync(join(dest, 'model.distcp'))).toBe(false);
  relay.open();
  const before = relay.receivedBytes();
  await endOf(startRsync(sshd, file, `${dest}/`, relay.port));
  expect(relay.receivedBytes() - before).toBeGreaterThan(size * 0.9);

  relay.open(16 * megabyte);
  const home = join(inTemporary(), 'home');
  const workspace = join(home, '..', 'workspace');
  const input = JSON.stringify({
    ...pullInput(sshd, root),
    target: { host: sshd.host, port: relay.port, user: sshd.user, keyFile: sshd.keyFile },
  });
  const from = relay.receivedBytes();
  const call = startCall(['snapshots.pull', input, '--workspace', workspace], { home });
  await relay.received(from + size / 2);
  call.child.kill('SIGKILL');
  await call.outcome;
  relay.cut();
  const sentBefore = relay.receivedBytes() - from;
  const room = join(workspace, 'snapshots/test/room');
  expect(existsSync(join(room, 'current'))).toBe(false);

  relay.open();
  const { code, value } = await startCall(['snapshots.pull', input, '--workspace', workspace], { home }).outcome;
  expect(code).toBe(0);
  const { transferredBytes, resumedBytes, path } = value as Record<string, number> & { path: string };
  expect(transferredBytes! + resumedBytes!).toBe(size);
  // A chunk of 3 MiB for each of seven streams, and what the connection itself needs.
  expect(transferredBytes! + sentBefore).toBeLessThan(size + 8 * 3 * megabyte);
  expect(resumedBytes!).toBeGreaterThan(0);
  expect(readFileSync(join(path, 'work_dir/model.distcp')).equals(content)).toBe(true);
  expect(readdirSync(room).toSorted()).toEqual([
    '.large.lock.db',
    '.ledger.json',
    '.pull.lock.db',
    path.slice(room.length + 1),
    'current',
  ]);
});

test('a log that grows while it is copied is its verified beginning', async () => {
  const machine = await startMachine();
  const log = join(machine.root, 'run_all.log');
  writeFileSync(log, 'x'.repeat(1000).concat('\n').repeat(12_000));
  const writer = spawn('bash', [
    '-c',
    'while :; do echo "$RANDOM a line of the log" >> "$1"; sleep 0.01; done',
    '-',
    log,
  ]);
  onTestFinished(() => void writer.kill('SIGKILL'));
  const first = await machine.pull();
  const rows = machine.manifest().files;
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ origin: 'prefix', prefixBytes: rows[0]!.sizeBytes });
  const second = await machine.pull();
  // Only what was added is sent: the rest is the beginning of the last snapshot.
  expect(second.transferredBytes).toBeLessThan(2 * megabyte);
  writer.kill('SIGKILL');
  await new Promise((resolve) => writer.once('close', resolve));
  const whole = readFileSync(log);
  for (const { path } of [first, second]) {
    const copy = readFileSync(join(path, 'work_dir/run_all.log'));
    expect(whole.subarray(0, copy.length).equals(copy)).toBe(true);
  }
  await machine.pull();
  expect(machine.manifest().files[0]).toMatchObject({ origin: 'pulled', sizeBytes: whole.length });
  expect(statSync(join(first.path, 'work_dir/run_all.log')).size).toBeLessThan(whole.length);
});
