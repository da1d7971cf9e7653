import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { answerSecret, createVault, type Keychain } from './vault.ts';

const folders: string[] = [];
function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'room-vault-'));
  folders.push(folder);
  return join(folder, 'shell', 'secrets.bin');
}
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

type Calls = { encrypted: number; decrypted: number };
/** A keychain that turns each byte over, with a key number in front. */
function fakeKeychain(
  options: { key?: number; available?: boolean; backend?: 'basic_text' | 'gnome_libsecret' } = {},
): Keychain & Calls {
  const { key = 1, available = true, backend = 'gnome_libsecret' } = options;
  const calls: Calls = { encrypted: 0, decrypted: 0 };
  return Object.assign(calls, {
    isAsyncEncryptionAvailable: async () => available,
    getSelectedStorageBackend: () => backend,
    encryptStringAsync: async (text: string) => {
      calls.encrypted++;
      return Buffer.from([key, ...Buffer.from(text).map((byte) => byte ^ 0xff)]);
    },
    decryptStringAsync: async (blob: Buffer) => {
      calls.decrypted++;
      if (blob[0] !== key && blob[0] !== key - 1) throw new Error('wrong key');
      const result = Buffer.from(blob.subarray(1).map((byte) => byte ^ 0xff)).toString('utf8');
      return { result, shouldReEncrypt: blob[0] !== key };
    },
  });
}
const open = (path: string, keychain: Keychain, platform: NodeJS.Platform = 'linux') =>
  createVault({ keychain, path, platform });

test('values are kept encrypted, for their owner alone, and the keychain is first asked when one is needed', async () => {
  const path = newPath();
  const keychain = fakeKeychain();
  const vault = open(path, keychain);
  expect(vault.kind()).toBe('keychain');
  expect(keychain).toMatchObject({ encrypted: 0, decrypted: 0 });
  await Promise.all([vault.set('VAST_API_KEY', 'canary-1'), vault.set('B2_KEY', 'canary-2')]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, 'latin1')).not.toContain('canary');
  const again = open(path, fakeKeychain());
  expect(await again.get('VAST_API_KEY')).toBe('canary-1');
  expect(await again.has('B2_KEY')).toBe(true);
  expect(await again.delete('B2_KEY')).toBe(true);
  expect(await open(path, fakeKeychain()).has('B2_KEY')).toBe(false);
});

test.each([
  ['without a keychain', { available: false }, 'keychain'],
  ['with the password that everybody knows', { backend: 'basic_text' as const }, 'memory'],
])('%s values stay in memory and that is said', async (_what, options, kindAtStart) => {
  const path = newPath();
  const vault = open(path, fakeKeychain(options));
  expect(vault.kind()).toBe(kindAtStart);
  await vault.set('KEY', 'canary');
  expect(vault.kind()).toBe('memory');
  expect(await vault.get('KEY')).toBe('canary');
  expect(existsSync(path)).toBe(false);
  expect(await open(path, fakeKeychain(options)).get('KEY')).toBeNull();
});

test('after the key was rotated the file is written anew with the new one', async () => {
  const path = newPath();
  await open(path, fakeKeychain({ key: 1 })).set('KEY', 'canary');
  expect(await open(path, fakeKeychain({ key: 2 })).get('KEY')).toBe('canary');
  expect(readFileSync(path)[0]).toBe(2);
  expect(await open(path, fakeKeychain({ key: 3 })).get('KEY')).toBe('canary');
});

test('a file that can not be decrypted is told, kept, and put aside by the next value that is set', async () => {
  const path = newPath();
  await open(path, fakeKeychain()).set('KEY', 'canary');
  writeFileSync(path, 'not what it was');
  const vault = open(path, fakeKeychain());
  await expect(vault.get('KEY')).rejects.toMatchObject({ code: 'file_damaged' });
  expect(readFileSync(path, 'utf8')).toBe('not what it was');
  await vault.set('KEY', 'anew');
  expect(await vault.get('KEY')).toBe('anew');
  expect(readFileSync(`${path}.unreadable`, 'utf8')).toBe('not what it was');
});

test('the engine is answered, faults included, with where values are kept', async () => {
  const path = newPath();
  const vault = open(path, fakeKeychain({ available: false }));
  const ask = (verb: 'get' | 'set' | 'has' | 'delete', value: string | null = null) =>
    answerSecret(vault, { t: 'secret', id: 7, verb, name: 'KEY', value });
  expect(await ask('set', 'v')).toEqual({
    t: 'secret.answer',
    id: 7,
    kind: 'memory',
    outcome: { ok: true, value: null },
  });
  expect(await ask('get')).toMatchObject({ outcome: { ok: true, value: 'v' } });
  expect(await ask('set')).toMatchObject({ outcome: { ok: false, error: { code: 'invalid_input' } } });
  expect(await ask('delete')).toMatchObject({ outcome: { ok: true, value: true } });
  expect(await ask('has')).toMatchObject({ outcome: { ok: true, value: false } });
});
