import { createHmac } from 'node:crypto';
import { shownKeyOf } from './shown-key.ts';

/** One usable line of a known_hosts file. */
export type KnownHost = {
  /** Patterns, or one hashed name. */
  readonly hosts: readonly string[];
  readonly isRevoked: boolean;
  readonly fingerprint: string;
};

/**
 * Reads a known_hosts file as sshd(8) describes it. Lines that are damaged, and certificate authorities (which
 * rented machines do not have), are passed over.
 */
export function parseKnownHosts(text: string): readonly KnownHost[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') === true ? words.shift() : null;
    const [hosts, keyType, key] = words;
    if (hosts === undefined || hosts === '' || hosts.startsWith('#') || keyType === undefined || key === undefined)
      return [];
    if (marker !== null && marker !== '@revoked') return [];
    const blob = Buffer.from(key, 'base64');
    const shown = shownKeyOf(blob);
    // The type stands in the key as well: a line where they differ is damaged.
    if (shown.keyType !== keyType) return [];
    return [{ hosts: hosts.split(','), isRevoked: marker === '@revoked', fingerprint: shown.fingerprint }];
  });
}

/** What a known_hosts file says of a key at an address. `other`: it has a different key for the address. */
export type KnownHostsAnswer = 'match' | 'other' | 'revoked' | 'absent';

export function askKnownHosts(
  entries: readonly KnownHost[],
  address: { readonly host: string; readonly port: number },
  fingerprint: string,
): KnownHostsAnswer {
  const ofHost = entries.filter((entry) => names(entry.hosts, address));
  if (ofHost.some((entry) => entry.isRevoked && entry.fingerprint === fingerprint)) return 'revoked';
  const keys = ofHost.filter((entry) => !entry.isRevoked);
  if (keys.some((entry) => entry.fingerprint === fingerprint)) return 'match';
  return keys.length > 0 ? 'other' : 'absent';
}

/** Fingerprints that are marked as revoked for an address. */
export const revokedFor = (
  entries: readonly KnownHost[],
  address: { readonly host: string; readonly port: number },
): readonly string[] =>
  entries.filter((entry) => entry.isRevoked && names(entry.hosts, address)).map((entry) => entry.fingerprint);

function names(patterns: readonly string[], { host, port }: { readonly host: string; readonly port: number }): boolean {
  const lower = host.toLowerCase();
  const name = port === 22 ? lower : `[${lower}]:${port}`;
  const matches = (pattern: string): boolean =>
    pattern.startsWith('|1|') ? isHashOf(pattern, name) : isMatch(pattern.toLowerCase(), name);
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern));
}

/** `|1|salt|HMAC-SHA1 of the name`, both base64. */
function isHashOf(pattern: string, name: string): boolean {
  const [, , salt, hash] = pattern.split('|');
  if (salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

/** `*` is any run of characters and `?` is one. Walked without a regular expression: the pattern is foreign text. */
function isMatch(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let mark = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++;
      mark = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
