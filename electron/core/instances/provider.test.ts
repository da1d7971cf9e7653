import { expect, test } from 'vitest';
import { createEnvironmentSecrets } from '../secrets/environment-secrets.ts';
import { readProvider } from './provider.ts';

const provider = (environment: Record<string, string>, secrets: Record<string, string> = {}, isDemo = false) =>
  readProvider({ environment, secrets: createEnvironmentSecrets(secrets), isDemo });

test.each([
  'http://console.vast.ai',
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
  'http://10.0.0.1:80',
  'ftp://127.0.0.1',
  'file:///etc/passwd',
  'https://user:word@console.vast.ai',
  'http://127.0.0.1@example.com/',
  'not an address',
])('the address %s is never asked', (address) => {
  expect(() => provider({ VAST_URL: address })).toThrow(/Nothing was sent/);
});

test.each([
  ['', 'https://console.vast.ai'],
  ['http://127.0.0.1:7788/', 'http://127.0.0.1:7788'],
  ['http://[::1]:1', 'http://[::1]:1'],
  ['http://localhost:9', 'http://localhost:9'],
  ['https://vast.example/base/', 'https://vast.example/base'],
])('%j becomes %s', (address, expected) => {
  expect(provider({ VAST_URL: address }).address).toBe(expected);
});

test('the stored key is for the address of the provider, the key of the environment for that of the environment', async () => {
  const stored = { vast_api_key: 'stored' };
  expect(await provider({ VAST_API_KEY: 'env' }, stored).readKey()).toBe('stored');
  expect(await provider({ VAST_API_KEY: 'env', VAST_URL: 'http://127.0.0.1:1' }, stored).readKey()).toBe('env');
  expect(await provider({ VAST_API_KEY: ' env ' }).readKey()).toBe('env');
  await expect(provider({}).readKey()).rejects.toMatchObject({ code: 'key_missing' });
});

test('a demo workspace never takes a key to a real account', async () => {
  const keys = { VAST_API_KEY: 'real' };
  await expect(provider(keys, { vast_api_key: 'real' }, true).readKey()).rejects.toMatchObject({ code: 'key_missing' });
  await expect(provider({ ...keys, VAST_URL: 'https://vast.example' }, {}, true).readKey()).rejects.toMatchObject({
    code: 'key_missing',
  });
  expect(await provider({ VAST_API_KEY: 'test-key', VAST_URL: 'http://127.0.0.1:1' }, {}, true).readKey()).toBe(
    'test-key',
  );
});

test('a key that could break out of a header is refused without being told', async () => {
  await expect(provider({ VAST_API_KEY: 'canary\r\nx: y' }).readKey()).rejects.toThrow(/^(?!.*canary).*$/s);
});

test('only a stand-in on this computer runs faster than the clock', () => {
  expect(provider({ ROOM_VAST_SPEED: '60' }).speed).toBe(1);
  expect(provider({ ROOM_VAST_SPEED: '60', VAST_URL: 'http://127.0.0.1:1' }).speed).toBe(60);
  expect(provider({ ROOM_VAST_SPEED: 'x', VAST_URL: 'http://127.0.0.1:1' }).speed).toBe(1);
});

test('a simulated provider is asked with its own key alone, whatever else is set', async () => {
  const simulated = { address: 'http://127.0.0.1:9', key: 'test-key' };
  const read = readProvider({
    environment: { VAST_URL: 'https://vast.example', VAST_API_KEY: 'real', ROOM_VAST_SPEED: '60' },
    secrets: createEnvironmentSecrets({ vast_api_key: 'real' }),
    isDemo: true,
    simulated,
  });
  expect(read).toMatchObject({ address: simulated.address, source: 'simulated', isOwnAddress: false, speed: 60 });
  expect(await read.readKey()).toBe('test-key');
});

test('only an answer from the provider itself is told without an address', () => {
  expect(provider({})).toMatchObject({ source: 'live', isOwnAddress: true });
  expect(provider({ VAST_URL: 'https://vast.example' })).toMatchObject({ source: 'live', isOwnAddress: false });
  expect(provider({ VAST_URL: 'http://127.0.0.1:1' })).toMatchObject({ source: 'live', isOwnAddress: false });
});
