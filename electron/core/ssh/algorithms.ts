import type { Algorithms } from 'ssh2';

/**
 * What this room offers in an SSH handshake. Node 24 is built on OpenSSL and Electron's Node on BoringSSL, and
 * they do not know the same algorithms: left alone, the library would negotiate one thing in a browser room and
 * another on the desktop, or fail on one of them. All of these are in both, need none of the library's native
 * parts, and are what OpenSSH has offered by default since 6.5 (keys with SHA-2: since 7.2).
 */
export const sshAlgorithms = {
  kex: ['curve25519-sha256', 'curve25519-sha256@libssh.org', 'ecdh-sha2-nistp256'],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  serverHostKey: ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'rsa-sha2-512', 'rsa-sha2-256'],
  compress: ['none'],
} as const satisfies Algorithms;

/** A key of type `ssh-rsa` signs with SHA-2 here. */
const signaturesOf: Readonly<Record<string, readonly string[]>> = { 'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'] };

/**
 * Host key algorithms in the order in which they are asked for: those of the pinned keys first, so that a
 * machine with several keys shows the one that is known, as OpenSSH does.
 */
export function hostKeyAlgorithms(pinnedTypes: readonly string[]): Algorithms['serverHostKey'] {
  const wanted = new Set(pinnedTypes.flatMap((type) => signaturesOf[type] ?? [type]));
  const all: readonly string[] = sshAlgorithms.serverHostKey;
  return [...all.filter((name) => wanted.has(name)), ...all.filter((name) => !wanted.has(name))] as NonNullable<
    Algorithms['serverHostKey']
  >;
}
