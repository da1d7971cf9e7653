import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SafeStorage } from 'electron';
import { app } from './app.ts';
import { honest } from './unimplemented.ts';

/** How the keychain is, by STANDIN_KEYCHAIN: `available` unless said otherwise. */
const mode = (): string => process.env['STANDIN_KEYCHAIN'] ?? 'available';

/** The key of this folder; with `rotated`, a newer one is in use and the old one still opens what it locked. */
function key(version: 1 | 2): Buffer {
  const path = join(app.getPath('userData'), `standin-key-${version}`);
  if (!existsSync(path)) {
    mkdirSync(app.getPath('userData'), { recursive: true });
    writeFileSync(path, randomBytes(32), { mode: 0o600 });
  }
  return readFileSync(path);
}

function check(): void {
  if (!app.isReady()) throw new Error('safeStorage cannot be used before app is ready');
  if (mode() === 'unavailable') throw new Error('Encryption is not available.');
}

export const safeStorage = honest('safeStorage', {
  isAsyncEncryptionAvailable: async () => mode() !== 'unavailable',
  getSelectedStorageBackend: () => (mode() === 'basic_text' ? 'basic_text' : 'gnome_libsecret'),
  async encryptStringAsync(text) {
    check();
    const version = mode() === 'rotated' ? 2 : 1;
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key(version), nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from([version]), nonce, cipher.getAuthTag(), sealed]);
  },
  async decryptStringAsync(blob) {
    check();
    const version = blob[0] === 2 ? 2 : 1;
    const decipher = createDecipheriv('aes-256-gcm', key(version), blob.subarray(1, 13));
    decipher.setAuthTag(blob.subarray(13, 29));
    const result = Buffer.concat([decipher.update(blob.subarray(29)), decipher.final()]).toString('utf8');
    return { result, shouldReEncrypt: mode() === 'rotated' && version === 1 };
  },
} satisfies Partial<SafeStorage>) as unknown as SafeStorage;
