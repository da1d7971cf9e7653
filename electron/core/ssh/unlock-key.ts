import { createPrivateKey } from 'node:crypto';
import ssh2, { type ParsedKey } from 'ssh2';

export type UnlockedKey =
  | { readonly ok: true; readonly privateKey: string }
  | { readonly ok: false; readonly why: string; readonly needsPassphrase: boolean };

/**
 * Takes the passphrase off a private key, in memory. Slow on purpose of the format (most of a second), so it
 * runs in a task thread. Neither text nor passphrase are in what it says.
 */
export function unlockKey(text: string, passphrase: string | null): UnlockedKey {
  const open = ssh2.utils.parseKey(text);
  if (!(open instanceof Error)) {
    const [key] = [open].flat();
    return key?.isPrivateKey() === true
      ? { ok: true, privateKey: text }
      : { ok: false, why: 'is a public key', needsPassphrase: false };
  }
  if (!/encrypted/i.test(open.message))
    return { ok: false, why: 'is not a key that can be read', needsPassphrase: false };
  if (passphrase === null || passphrase === '') return { ok: false, why: 'needs a passphrase', needsPassphrase: true };
  const parsed = ssh2.utils.parseKey(text, passphrase);
  if (parsed instanceof Error)
    return { ok: false, why: 'does not open with the passphrase that is set', needsPassphrase: true };
  return { ok: true, privateKey: plainText([parsed].flat()[0]!) };
}

/** The library writes PKCS#8 for ed25519, which it does not read itself: that one is put into OpenSSH's own shape. */
function plainText(key: ParsedKey): string {
  const pem = key.getPrivatePEM();
  return key.type === 'ssh-ed25519' ? openSshEd25519(pem) : pem;
}

function openSshEd25519(pem: string): string {
  const { x, d } = createPrivateKey(pem).export({ format: 'jwk' });
  const publicPart = Buffer.from(x!, 'base64url');
  const seed = Buffer.from(d!, 'base64url');
  const type = 'ssh-ed25519';
  const publicBlob = Buffer.concat([field(type), field(publicPart)]);
  const check = Buffer.alloc(8);
  const body = Buffer.concat([check, publicBlob, field(Buffer.concat([seed, publicPart])), field('')]);
  const padding = Buffer.from(Array.from({ length: (8 - (body.length % 8)) % 8 }, (_, i) => i + 1));
  const one = Buffer.from([0, 0, 0, 1]);
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0', 'latin1'),
    // Cipher, key derivation and its options, then how many keys there are.
    field('none'),
    field('none'),
    field(''),
    one,
    field(publicBlob),
    field(Buffer.concat([body, padding])),
  ]);
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}

/** A value with its length before it. */
function field(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
