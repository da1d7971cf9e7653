import { expect, test } from 'vitest';
import { sshdTarget } from '../support/sshd.ts';
import { sshRoom, testSshd } from './ssh-pool.ts';

test('a command answers with its output and exit code; a failed one is an answer, too', async () => {
  const [sshd, room] = [await testSshd(), await sshRoom()];
  const { shell } = room.core.ssh;
  const target = sshdTarget(sshd);
  expect(await shell.exec(target, 'echo out; echo err >&2; exit 3')).toEqual({
    exitCode: 3,
    signalName: null,
    stdout: 'out\n',
    stderr: 'err\n',
    isCut: false,
  });
  expect(await shell.exec(target, 'kill -TERM $$')).toMatchObject({ exitCode: null, signalName: 'SIGTERM' });
  expect(await shell.exec(target, 'cat', { input: 'żółw\n' })).toMatchObject({ stdout: 'żółw\n' });
  expect(await shell.exec(target, 'cat')).toMatchObject({ stdout: '', exitCode: 0 });
  expect(sshd.log().match(/Accepted publickey/g)).toHaveLength(1);
});

test('output over the limit is cut and said; the command goes on to its end', async () => {
  const [sshd, room] = [await testSshd(), await sshRoom()];
  const cut = await room.core.ssh.shell.exec(sshdTarget(sshd), 'head -c 300000 /dev/zero; echo done >&2; exit 4', {
    maxBytes: 1000,
  });
  expect(cut.stdout).toHaveLength(1000);
  expect(cut).toMatchObject({ exitCode: 4, isCut: true, stderr: 'done\n' });
});

test('a command that does not end is hung up on, and the connection serves the next one', async () => {
  const [sshd, room] = [await testSshd(), await sshRoom()];
  const { shell } = room.core.ssh;
  await expect(shell.exec(sshdTarget(sshd), 'exec sleep 600', { timeoutMs: 200 })).rejects.toMatchObject({
    code: 'could_not_tell',
    message: expect.stringContaining('0.2 s'),
  });
  expect(await shell.exec(sshdTarget(sshd), 'echo next')).toMatchObject({ stdout: 'next\n' });
  expect(sshd.log().match(/Accepted publickey/g)).toHaveLength(1);
});

test('a cancelled command ends at once, whether it runs or waits for its turn', async () => {
  const [sshd, room] = [await testSshd(), await sshRoom()];
  const { shell } = room.core.ssh;
  const target = sshdTarget(sshd);
  await shell.exec(target, 'true');
  const running = new AbortController();
  const blockers = Array.from({ length: 8 }, () => shell.open(target, 'exec cat', { signal: running.signal }));
  const opened = await Promise.all(blockers);
  const waiting = new AbortController();
  const queued = shell.exec(target, 'echo too late', { signal: waiting.signal });
  waiting.abort();
  await expect(queued).rejects.toMatchObject({ code: 'cancelled' });
  running.abort();
  for (const stream of opened) await expect(stream.done).rejects.toMatchObject({ code: 'cancelled' });
  expect(await shell.exec(target, 'echo free again')).toMatchObject({ stdout: 'free again\n' });
});

test('thirty commands at once share eight sessions of one connection', async () => {
  const [sshd, room] = [await testSshd(), await sshRoom()];
  const { shell } = room.core.ssh;
  const command = `t=$(mktemp -p ${sshd.folder}); ls ${sshd.folder} | wc -l; sleep 0.05; rm "$t"`;
  const results = await Promise.all(Array.from({ length: 30 }, () => shell.exec(sshdTarget(sshd), command)));
  const together = results.map((each) => Number(each.stdout.trim()));
  expect(results.every((each) => each.exitCode === 0)).toBe(true);
  expect(Math.max(...together)).toBeLessThanOrEqual(8);
  expect(Math.max(...together)).toBeGreaterThan(1);
  expect(sshd.log().match(/Accepted publickey/g)).toHaveLength(1);
});

test('a server that allows two sessions is asked for no more, and every command runs', async () => {
  const [sshd, room] = [await testSshd({ maxSessions: 2 }), await sshRoom()];
  const results = await Promise.all(
    Array.from({ length: 12 }, (_, i) => room.core.ssh.shell.exec(sshdTarget(sshd), `echo ${i}`)),
  );
  expect(results.map((each) => each.stdout.trim())).toEqual(Array.from({ length: 12 }, (_, i) => String(i)));
});

test('a stream is read while the command runs, takes input, and tells its end', async () => {
  const [sshd, room] = [await testSshd(), await sshRoom()];
  const stream = await room.core.ssh.shell.open(sshdTarget(sshd), 'echo ready; echo hm >&2; cat; exit 5');
  const chunks: string[] = [];
  let isReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  stream.stdout.on('data', (bytes: Buffer) => {
    chunks.push(bytes.toString());
    isReady();
  });
  await ready;
  await stream.write(Buffer.from('more\n'));
  stream.endInput();
  expect(await stream.done).toEqual({ exitCode: 5, signalName: null });
  expect(chunks.join('')).toBe('ready\nmore\n');
  expect(stream.stderrTail()).toBe('hm\n');
});

test('a connection that is killed rejects what ran on it; the next call connects anew', async () => {
  const [sshd, room] = [await testSshd(), await sshRoom()];
  const { shell } = room.core.ssh;
  const target = sshdTarget(sshd);
  const stream = await shell.open(target, 'echo up; exec sleep 600');
  stream.stdout.resume();
  const lost = shell.exec(target, 'echo up >&2; exec sleep 600');
  await sshd.logged(/Starting session: command[^]*Starting session: command/);
  await sshd.cutConnections();
  await expect(stream.done).rejects.toMatchObject({ code: 'ssh_unreachable' });
  await expect(lost).rejects.toMatchObject({ code: 'ssh_unreachable' });
  expect(await shell.exec(target, 'echo again')).toMatchObject({ stdout: 'again\n' });
});

test('a server that is down is unreachable, and is used again when it is back', async () => {
  const [sshd, room] = [await testSshd(), await sshRoom()];
  const { shell } = room.core.ssh;
  const target = sshdTarget(sshd);
  await shell.exec(target, 'true');
  await sshd.stop();
  await expect(shell.exec(target, 'true')).rejects.toMatchObject({ code: 'ssh_unreachable' });
  await sshd.restart();
  expect(await shell.exec(target, 'echo back')).toMatchObject({ stdout: 'back\n' });
});

test('closing the room ends what runs', async () => {
  const [sshd, room] = [await testSshd(), await sshRoom()];
  const stream = await room.core.ssh.shell.open(sshdTarget(sshd), 'exec sleep 600');
  stream.stdout.resume();
  await room.core.close();
  await expect(stream.done).rejects.toMatchObject({ code: 'ssh_unreachable' });
  await expect(room.core.ssh.shell.exec(sshdTarget(sshd), 'true')).rejects.toMatchObject({ code: 'interrupted' });
});

test('how a command ended is known however short it was', async () => {
  const [sshd, room] = [await testSshd(), await sshRoom()];
  const target = sshdTarget(sshd);
  // On a new connection it is opened, answered and ended in one packet, more often than not.
  for (let i = 0; i < 20; i++) {
    expect(await room.core.ssh.shell.exec(target, `cat /proc/uptime; exit ${i}`)).toMatchObject({ exitCode: i });
    room.core.ssh.shell.reset(target.instanceId);
  }
});
