import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startSshd, type Sshd } from '../support/sshd.ts';

const run = promisify(execFile);

const openSshOptions = ['-F', '/dev/null', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=no'];

/** OpenSSH's own client, as an independent judge of the server that the other tests use. */
function openSsh(sshd: Sshd, command: string): Promise<{ stdout: string }> {
  const who = ['-i', sshd.keyFile, '-p', String(sshd.port), `${sshd.user}@${sshd.host}`];
  return run('ssh', [...openSshOptions, '-o', 'UserKnownHostsFile=/dev/null', ...who, command]);
}

test('the server of the tests runs commands, dies, comes back, and shows another key when told', async () => {
  const sshd = await startSshd();
  onTestFinished(() => sshd.close());
  expect((await openSsh(sshd, 'echo $((6 * 7))')).stdout).toBe('42\n');
  expect(sshd.log()).toContain('Accepted publickey');
  const first = sshd.hostKey();
  expect(first.keygenLine).toMatch(/^256 SHA256:\S+ .* \(ED25519\)$/);

  const cut = openSsh(sshd, 'exec sleep 600');
  await sshd.logged(/Starting session: command[^]*Starting session: command/);
  await sshd.cutConnections();
  await expect(cut).rejects.toMatchObject({ code: 255 });

  await sshd.stop();
  await expect(openSsh(sshd, 'true')).rejects.toMatchObject({ code: 255 });
  await sshd.changeHostKey();
  expect(sshd.hostKey().fingerprint).not.toBe(first.fingerprint);
  expect((await openSsh(sshd, 'echo back')).stdout).toBe('back\n');
});

test('a forced command sees what was asked for', async () => {
  const sshd = await startSshd({ forceCommand: 'echo "forced: $SSH_ORIGINAL_COMMAND"' });
  onTestFinished(() => sshd.close());
  expect((await openSsh(sshd, 'rm -rf x')).stdout).toBe('forced: rm -rf x\n');
});
