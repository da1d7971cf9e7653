import { EventEmitter } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { fromEngineSchema } from '#shared/contract/engine-wire.ts';
import { connectMain } from '../../electron/engine/main-channel.ts';
import { createMainSecrets } from '../../electron/engine/main-secrets.ts';
import { answerSecret, createVault, type Keychain } from '../../electron/main/vault.ts';
import { temporaryFolder } from '../support/test-core.ts';

const own = temporaryFolder();
afterEach(() => own.remove());

const keychain: Keychain = {
  isAsyncEncryptionAvailable: async () => true,
  getSelectedStorageBackend: () => 'gnome_libsecret',
  encryptStringAsync: async (text) => Buffer.from(Buffer.from(text).map((byte) => byte ^ 0x5a)),
  decryptStringAsync: async (blob) => ({
    result: Buffer.from(blob.map((byte) => byte ^ 0x5a)).toString('utf8'),
    shouldReEncrypt: false,
  }),
};

test('the engine keeps its secrets in the vault of the shell, over messages that both sides check', async () => {
  const path = join(own.path, 'shell', 'secrets.bin');
  const toEngine = new EventEmitter();
  const vault = createVault({ keychain, path, platform: 'linux' });
  const channel = connectMain(
    {
      postMessage(message) {
        const parsed = fromEngineSchema.parse(structuredClone(message));
        if (parsed.t === 'secret')
          void answerSecret(vault, parsed).then((answer) =>
            toEngine.emit('message', { data: structuredClone(answer) }),
          );
      },
      on: (name, listener) => toEngine.on(name, listener),
    },
    (fault) => {
      throw new Error(fault);
    },
  );
  const secrets = createMainSecrets(channel, vault.kind());
  expect(secrets.kind()).toBe('keychain');
  expect(await secrets.get('VAST_API_KEY')).toBeNull();
  await Promise.all([secrets.set('VAST_API_KEY', 'canary-one'), secrets.set('B2_KEY', 'canary-two')]);
  expect(await secrets.get('VAST_API_KEY')).toBe('canary-one');
  expect(await secrets.has('B2_KEY')).toBe(true);
  expect(await secrets.delete('B2_KEY')).toBe(true);
  expect(await secrets.has('B2_KEY')).toBe(false);
  await expect(secrets.set('', 'x')).rejects.toThrow();
  for (const name of readdirSync(own.path, { recursive: true, encoding: 'utf8' }).filter((each) =>
    each.endsWith('.bin'),
  )) {
    expect(readFileSync(join(own.path, name), 'latin1')).not.toContain('canary');
  }
});
