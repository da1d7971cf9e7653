import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createEnvironmentSecrets } from '#core/secrets/environment-secrets.ts';
import { makeKey, sshdTarget } from '../support/sshd.ts';
import { sshRoom, testSshd } from './ssh-pool.ts';

test('a key and its passphrase that are set in the room sign in; no value ever comes back', async () => {
  const sshd = await testSshd();
  const key = await makeKey(sshd.folder, { passphrase: 'canary phrase' });
  sshd.authorise(readFileSync(`${key}.pub`, 'utf8'));
  const room = await sshRoom({}, { secrets: createEnvironmentSecrets({}) });
  const isSet = async () => (await room.call('secrets.status', {})).items.filter((it) => it.isSet).map((it) => it.name);
  expect(await isSet()).toEqual([]);
  const text = readFileSync(key, 'utf8');
  const answers = [
    await room.call('secrets.set', { name: 'ssh_private_key', value: text }),
    await room.call('secrets.set', { name: 'ssh_key_passphrase', value: 'canary phrase' }),
  ];
  expect(JSON.stringify(answers)).not.toMatch(/canary|PRIVATE KEY/);
  expect(await isSet()).toEqual(['ssh_private_key', 'ssh_key_passphrase']);
  const target = sshdTarget(sshd, { keyFile: null });
  expect(await room.core.ssh.shell.exec(target, 'echo set here')).toMatchObject({ stdout: 'set here\n' });
  await room.call('secrets.remove', { name: 'ssh_private_key' });
  await expect(room.core.ssh.shell.exec(target, 'true')).rejects.toMatchObject({ details: { reason: 'no_key' } });
});

test('other names, and values from a command line, are refused without being repeated', async () => {
  const room = await sshRoom({}, { secrets: createEnvironmentSecrets({}) });
  const dispatch = (input: unknown, actor: 'operator' | 'cli') =>
    room.core.dispatcher.dispatch('secrets.set', input, { actor, name: 'somebody' });
  const other = await dispatch({ name: 'PATH', value: 'canary' }, 'operator');
  const typed = await dispatch({ name: 'ssh_key_passphrase', value: 'canary' }, 'cli');
  expect(other).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  expect(typed).toMatchObject({ ok: false, error: { code: 'not_supported_here' } });
  expect(JSON.stringify([other, typed])).not.toContain('canary');
});
