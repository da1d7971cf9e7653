import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sshdTarget } from '../support/sshd.ts';
import { sshRoom, testSshd } from './ssh-pool.ts';

test('an unknown host key is refused before anything is sent', async () => {
  const [sshd, room] = [await testSshd(), await sshRoom()];
  const target = sshdTarget(sshd, { acceptNewHostKey: false });
  await expect(room.core.ssh.shell.exec(target, 'true')).rejects.toMatchObject({
    code: 'host_key_unknown',
    message: expect.stringContaining(sshd.hostKey().fingerprint),
    details: { shown: { fingerprint: sshd.hostKey().fingerprint }, expected: [] },
  });
  expect(sshd.log()).not.toMatch(/Accepted|Failed|userauth|Postponed/);
});

test('a changed host key is a loud stop with both fingerprints; nothing is sent to it', async () => {
  const [sshd, room] = [await testSshd(), await sshRoom()];
  const target = sshdTarget(sshd);
  await room.core.ssh.shell.exec(target, 'true');
  const first = sshd.hostKey().fingerprint;
  await sshd.changeHostKey();
  const before = sshd.log().length;
  const second = sshd.hostKey().fingerprint;
  const failure: unknown = await room.core.ssh.shell.exec(target, 'touch hit').catch((thrown: unknown) => thrown);
  expect(failure).toMatchObject({
    code: 'host_key_changed',
    details: { expected: [first], shown: { fingerprint: second } },
  });
  expect(failure).toHaveProperty(
    'message',
    expect.stringMatching(/Known: SHA256:\S+\. Shown: SHA256:\S+\. Nothing was sent/),
  );
  await sshd.logged(/Received disconnect from [^]*\[preauth\]/);
  expect(sshd.log().slice(before)).not.toMatch(/Accepted|Failed|Postponed/);
});

test('the key type that is known is asked for, so that a second key is no change', async () => {
  const sshd = await testSshd({ hostKeyTypes: ['ecdsa', 'ed25519'] });
  const room = await sshRoom();
  await room.core.ssh.shell.exec(sshdTarget(sshd), 'true');
  const ofMachine = await room.call('ssh.hostKeys', { id: String(sshd.port) });
  expect(ofMachine.accepted).toMatchObject([{ keyType: 'ssh-ed25519', how: 'first_contact', route: 'direct' }]);
});

test.each(['ecdsa', 'rsa'] as const)('a server with an %s key alone works', async (type) => {
  const [sshd, room] = [await testSshd({ hostKeyTypes: [type] }), await sshRoom()];
  expect(await room.core.ssh.shell.exec(sshdTarget(sshd), 'echo fine')).toMatchObject({ stdout: 'fine\n' });
});

test.each(['plain', 'hashed'])(
  'a match in known_hosts (%s) counts as known; the file is never written',
  async (form) => {
    const [sshd, room] = [await testSshd(), await sshRoom()];
    const name = `[127.0.0.1]:${sshd.port}`;
    const salt = randomBytes(20);
    const hashed = `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
    const file = join(room.home, '.ssh', 'known_hosts');
    writeFileSync(file, `# mine\nbroken line\n${form === 'plain' ? name : hashed} ${sshd.hostKey().publicKey} me\n`);
    const before = readFileSync(file, 'utf8');
    await room.core.ssh.shell.exec(sshdTarget(sshd, { acceptNewHostKey: false }), 'true');
    expect(await room.call('ssh.hostKeys', { id: String(sshd.port) })).toMatchObject({
      accepted: [{ how: 'known_hosts', fingerprint: sshd.hostKey().fingerprint }],
    });
    expect(readFileSync(file, 'utf8')).toBe(before);
  },
);

test('a key that known_hosts revokes is refused, even one that was accepted', async () => {
  const [sshd, room] = [await testSshd(), await sshRoom()];
  const target = sshdTarget(sshd);
  await room.core.ssh.shell.exec(target, 'true');
  appendFileSync(join(room.home, '.ssh', 'known_hosts'), `@revoked * ${sshd.hostKey().publicKey}\n`);
  room.core.ssh.shell.reset();
  await expect(room.core.ssh.shell.exec(target, 'true')).rejects.toMatchObject({
    code: 'host_key_changed',
    message: expect.stringContaining('revoked'),
  });
});
