import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createEnvironmentSecrets } from './environment-secrets.ts';
import { createFileSecrets } from './file-secrets.ts';

const folders: string[] = [];
function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'room-secrets-'));
  folders.push(folder);
  return join(folder, 'deep', 'secrets.json');
}
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

test('a file is for its owner alone and holds what was set', async () => {
  const path = newPath();
  const secrets = createFileSecrets(path);
  expect(await secrets.get('VAST_API_KEY')).toBeNull();
  await secrets.set('VAST_API_KEY', 'canary');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await createFileSecrets(path).get('VAST_API_KEY')).toBe('canary');
  expect(await secrets.has('VAST_API_KEY')).toBe(true);
  expect(await secrets.delete('VAST_API_KEY')).toBe(true);
  expect(await secrets.delete('VAST_API_KEY')).toBe(false);
  expect(readFileSync(path, 'utf8')).not.toContain('canary');
  expect(secrets.kind()).toBe('file');
});

test('a file that others can read is refused, in words', async () => {
  const path = newPath();
  const secrets = createFileSecrets(path);
  await secrets.set('A', '1');
  chmodSync(path, 0o640);
  await expect(secrets.get('A')).rejects.toMatchObject({
    code: 'forbidden',
    hint: expect.stringContaining('chmod 600'),
  });
});

test('a damaged file is told without what is in it', async () => {
  const path = newPath();
  await createFileSecrets(path).set('A', '1');
  writeFileSync(path, '{"A": canary-value');
  await expect(createFileSecrets(path).get('A')).rejects.toMatchObject({ code: 'file_damaged' });
  await expect(createFileSecrets(path).set('B', '2')).rejects.toThrow(/^(?!.*canary).*$/s);
});

test('the environment is read and never written; what is set is in memory and says so', async () => {
  const environment = { B2_KEY: 'from outside', EMPTY: '' };
  const secrets = createEnvironmentSecrets(environment);
  expect(secrets.kind()).toBe('environment');
  expect(await secrets.get('B2_KEY')).toBe('from outside');
  expect(await secrets.has('EMPTY')).toBe(false);
  await secrets.set('B2_KEY', 'mine');
  expect(await secrets.get('B2_KEY')).toBe('mine');
  expect(secrets.kind()).toBe('memory');
  expect(await secrets.delete('B2_KEY')).toBe(true);
  expect(await secrets.has('B2_KEY')).toBe(false);
  expect(environment).toEqual({ B2_KEY: 'from outside', EMPTY: '' });
});

test.each(['', 'a b', '../x', '__proto__', 'x'.repeat(200)])('the name %j is refused', async (name) => {
  await expect(createEnvironmentSecrets({}).set(name, 'v')).rejects.toMatchObject({ code: 'invalid_input' });
});
