import { execFile, spawn } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { createEnvironmentSecrets } from '#core/secrets/environment-secrets.ts';
import { makeKey, sshdTarget, type Sshd } from '../support/sshd.ts';
import { sshRoom, testSshd } from './ssh-pool.ts';

const run = promisify(execFile);
const withoutKeyFile = (sshd: Sshd): ReturnType<typeof sshdTarget> => sshdTarget(sshd, { keyFile: null });

/** An agent of one test with the given keys in it. */
async function agentWith(folder: string, keyFiles: readonly string[]): Promise<string> {
  const socket = join(folder, 'agent.sock');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => agent.once('close', resolve));
  onTestFinished(async () => {
    agent.kill();
    await ended;
  });
  await new Promise((resolve) => agent.stdout.once('data', resolve));
  for (const file of keyFiles) await run('ssh-add', ['-q', file], { env: { SSH_AUTH_SOCK: socket } });
  return socket;
}

test('a key in the agent signs in', async () => {
  const sshd = await testSshd();
  const socket = await agentWith(sshd.folder, [sshd.keyFile]);
  const room = await sshRoom({ SSH_AUTH_SOCK: socket });
  expect(await room.core.ssh.shell.exec(withoutKeyFile(sshd), 'echo by agent')).toMatchObject({ stdout: 'by agent\n' });
});

test('an agent with more keys than the server hears out does not keep the right file from its turn', async () => {
  const sshd = await testSshd({ config: ['MaxAuthTries 3'] });
  const strangers = await Promise.all(Array.from({ length: 5 }, () => makeKey(sshd.folder)));
  const socket = await agentWith(sshd.folder, strangers);
  const room = await sshRoom({ SSH_AUTH_SOCK: socket });
  copyFileSync(sshd.keyFile, join(room.home, '.ssh', 'id_ed25519'));
  expect(await room.core.ssh.shell.exec(withoutKeyFile(sshd), 'echo in')).toMatchObject({ stdout: 'in\n' });
  expect(sshd.log()).toMatch(/Too many authentication failures|maximum authentication attempts exceeded/);
});

test('an agent that is gone is passed over', async () => {
  const sshd = await testSshd();
  const room = await sshRoom({ SSH_AUTH_SOCK: join(sshd.folder, 'nobody.sock') });
  copyFileSync(sshd.keyFile, join(room.home, '.ssh', 'id_ed25519'));
  expect(await room.core.ssh.shell.exec(withoutKeyFile(sshd), 'echo in')).toMatchObject({ stdout: 'in\n' });
});

test.each([
  ['ed25519', 'id_ed25519'],
  ['ecdsa', 'id_ecdsa'],
  ['rsa', 'id_rsa'],
] as const)('an encrypted %s key opens with the passphrase of the secret store', async (type, name) => {
  const sshd = await testSshd();
  const key = await makeKey(sshd.folder, { type, passphrase: 'open sesame' });
  sshd.authorise(readFileSync(`${key}.pub`, 'utf8'));
  const secrets = createEnvironmentSecrets({});
  const room = await sshRoom({}, { secrets });
  copyFileSync(key, join(room.home, '.ssh', name));
  const exec = (): Promise<unknown> => room.core.ssh.shell.exec(withoutKeyFile(sshd), 'echo open');
  await expect(exec()).rejects.toMatchObject({
    code: 'ssh_refused',
    details: { reason: 'passphrase_needed' },
    message: expect.stringContaining(`~/.ssh/${name} needs a passphrase`),
  });
  await secrets.set('ssh_key_passphrase', 'wrong canary');
  await expect(exec()).rejects.toThrow(/^(?!.*canary).*does not open with the passphrase/s);
  await secrets.set('ssh_key_passphrase', 'open sesame');
  expect(await exec()).toMatchObject({ stdout: 'open\n' });
});

test('the key of the secret store signs in', async () => {
  const sshd = await testSshd();
  const secrets = createEnvironmentSecrets({ ssh_private_key: readFileSync(sshd.keyFile, 'utf8').trim() });
  const room = await sshRoom({}, { secrets });
  expect(await room.core.ssh.shell.exec(withoutKeyFile(sshd), 'echo vault')).toMatchObject({ stdout: 'vault\n' });
});

test('the key file of the settings goes first', async () => {
  const [sshd, room] = [await testSshd(), await sshRoom()];
  await room.call('settings.set', { sshKeyFile: sshd.keyFile });
  expect(await room.core.ssh.shell.exec(withoutKeyFile(sshd), 'echo set')).toMatchObject({ stdout: 'set\n' });
});

test('no key at all, and a key that is not taken, are told apart', async () => {
  const [sshd, room] = [await testSshd(), await sshRoom()];
  await expect(room.core.ssh.shell.exec(withoutKeyFile(sshd), 'true')).rejects.toMatchObject({
    code: 'ssh_refused',
    details: { reason: 'no_key' },
  });
  const stranger = await makeKey(sshd.folder);
  await expect(room.core.ssh.shell.exec(sshdTarget(sshd, { keyFile: stranger }), 'true')).rejects.toMatchObject({
    code: 'ssh_refused',
    details: { reason: 'key_refused' },
    message: expect.stringContaining(stranger),
  });
});

test('a server that wants a password after the key is told as such', async () => {
  const sshd = await testSshd({ config: ['AuthenticationMethods publickey,password', 'PasswordAuthentication yes'] });
  const room = await sshRoom();
  await expect(room.core.ssh.shell.exec(sshdTarget(sshd), 'true')).rejects.toMatchObject({
    code: 'ssh_refused',
    message: expect.stringContaining('wants more than a key'),
  });
});
