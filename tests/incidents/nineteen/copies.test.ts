import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished } from 'vitest';
import { filesBelow, pullInput, startMachine } from '../../snapshots/machine.ts';
import { endOf, runOldSync, startRsync } from '../../snapshots/old-script.ts';
import { copiedState, versionsIn } from '../../snapshots/rewritten.ts';
import { startCall } from '../../support/command-line.ts';
import { startRelay } from '../../support/relay.ts';
import { startSshd } from '../../support/sshd.ts';
import { temporaryFolder } from '../../support/test-core.ts';
import { incident } from './incident.ts';
import { refusalOf } from './old-way.ts';

const megabyte = 1024 * 1024;
const inTemporary = (): string => {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  return folder.path;
};

incident('A', async () => {
  const machine = await startMachine();
  writeFileSync(join(machine.root, 'a.txt'), 'a');
  const dest = join(inTemporary(), 'latest/work_dir');
  const old = await runOldSync(machine.sshd, machine.root, dest, 1);
  expect(old).toMatchObject({ code: 0, stdout: expect.stringContaining('[ok]') });
  expect(filesBelow(dest)).toEqual([]);
  const { user, keyFile } = machine.sshd;
  const held = await refusalOf(machine.pull({ target: { host: '127.0.0.1', port: 1, user, keyFile } }));
  expect(held.code).toBe('ssh_unreachable');
  expect(machine.current()).toBeNull();
  return { old: 'prints [ok], copies 0 files, exits 0', room: 'fails (ssh_unreachable), and there is no copy' };
});

incident('B', async () => {
  const machine = await startMachine();
  const { root, sshd } = machine;
  for (let i = 0; i < 50; i++) writeFileSync(join(root, `file_${i}`), String(i));
  const dest = join(inTemporary(), 'latest/work_dir');
  await runOldSync(sshd, root, dest);
  expect(filesBelow(dest)).toHaveLength(50);
  await machine.pull();
  for (let i = 0; i < 50; i++) rmSync(join(root, `file_${i}`));
  const old = await runOldSync(sshd, root, dest);
  expect(old.code).toBe(0);
  expect(filesBelow(dest)).toEqual([]);
  expect((await refusalOf(machine.pull())).code).toBe('held');
  expect(machine.currentFiles()).toHaveLength(50);
  return { old: '50 files became 0 in one cycle, exits 0', room: 'holds the copy, and has its 50 files' };
});

incident('E', async () => {
  const machine = await startMachine();
  const { root, sshd } = machine;
  const blocks = 20;
  const file = join(root, 'model.distcp');
  writeFileSync(file, Buffer.alloc(blocks * megabyte));
  await machine.pull();
  const writer = new Worker(new URL('../../snapshots/rewriter.ts', import.meta.url), {
    workerData: { path: file, blockBytes: megabyte, blocks },
  });
  onTestFinished(async () => void (await writer.terminate()));
  await new Promise((resolve) => writer.once('message', resolve));
  const dest = inTemporary();
  const old = await endOf(startRsync(sshd, file, `${dest}/`));
  expect(old.code).toBe(0);
  const mixed = versionsIn(join(dest, 'model.distcp')).size;
  expect(mixed).toBeGreaterThan(1);
  const during = await machine.pull();
  expect(['before', 'moment']).toContain(copiedState(join(during.path, 'work_dir/model.distcp'), megabyte));
  return {
    old: `${mixed} versions in one file, exits 0`,
    room: 'keeps the whole version before, and says that the file was being written',
  };
});

incident('F', async () => {
  const sshd = await startSshd();
  onTestFinished(() => sshd.close());
  const root = join(sshd.folder, 'x');
  mkdirSync(root);
  const size = 32 * megabyte;
  const file = join(root, 'model.distcp');
  const content = Buffer.alloc(size);
  for (let i = 0; i < size; i += 4) content.writeUInt32LE(Math.imul(i, 2654435761) >>> 0, i);
  writeFileSync(file, content);
  const relay = await startRelay({ host: sshd.host, port: sshd.port, bytesPerSecond: 16 * megabyte });
  onTestFinished(() => relay.close());
  const dest = inTemporary();
  const rsync = startRsync(sshd, file, `${dest}/`, relay.port);
  const ended = endOf(rsync);
  await relay.received(size / 2);
  rsync.kill('SIGKILL');
  await ended;
  relay.cut();
  relay.open();
  const before = relay.receivedBytes();
  await endOf(startRsync(sshd, file, `${dest}/`, relay.port));
  const again = relay.receivedBytes() - before;
  expect(again).toBeGreaterThan(size * 0.9);

  relay.open(16 * megabyte);
  const home = join(inTemporary(), 'home');
  const { user, keyFile } = sshd;
  const target = { host: sshd.host, port: relay.port, user, keyFile };
  const words = ['snapshots.pull', JSON.stringify({ ...pullInput(sshd, root), target })];
  const call = startCall([...words, '--workspace', join(home, '..', 'workspace')], { home });
  await relay.received(relay.receivedBytes() + size / 2);
  call.child.kill('SIGKILL');
  await call.outcome;
  relay.cut();
  relay.open();
  const next = await startCall([...words, '--workspace', join(home, '..', 'workspace')], { home }).outcome;
  expect(next.code).toBe(0);
  const { transferredBytes, resumedBytes, path } = next.value as {
    transferredBytes: number;
    resumedBytes: number;
    path: string;
  };
  expect(resumedBytes).toBeGreaterThan(0);
  expect(transferredBytes + resumedBytes).toBe(size);
  expect(readFileSync(join(path, 'work_dir/model.distcp')).equals(content)).toBe(true);
  const percent = (bytes: number): string => `${Math.round((100 * bytes) / size)} %`;
  return {
    old: `sends ${percent(again)} of the file again`,
    room: `sends ${percent(transferredBytes)}, the rest was there; the bytes are the same`,
  };
});
