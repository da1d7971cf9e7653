import { createHash } from 'node:crypto';

/** A host key as a server showed it. */
export type ShownKey = {
  /** `SHA256:…` as OpenSSH writes it. */
  readonly fingerprint: string;
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`. */
  readonly keyType: string;
  /** Base64, as in a known_hosts file. */
  readonly publicKey: string;
};

/** Reads a public key from the bytes of the protocol, which begin with the length and the name of its type. */
export function shownKeyOf(blob: Uint8Array): ShownKey {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  const typeLength = bytes.length >= 4 ? bytes.readUInt32BE(0) : 0;
  return {
    fingerprint: `SHA256:${createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '')}`,
    keyType: bytes.toString('latin1', 4, 4 + Math.min(typeLength, 64)),
    publicKey: bytes.toString('base64'),
  };
}
