import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { AuthMaterial, Identity } from './connect-plan.ts';
import type { UnlockedKey } from './unlock-key.ts';

export type AuthDeps = {
  readonly homeFolder: string;
  readonly secrets: SecretStore;
  /** The key file of the settings; null when none is named. */
  readonly keyFile: () => string | null;
  /** Socket of the running ssh-agent; null where there is none. */
  readonly agentSocket: () => Promise<string | null>;
  /** Takes the passphrase off a key, off this thread. */
  readonly unlock: (text: string, passphrase: string | null) => Promise<UnlockedKey>;
};

export const sshSecrets = { privateKey: 'ssh_private_key', passphrase: 'ssh_key_passphrase' } as const;

/** OpenSSH's own defaults, in its order. */
const defaultKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa'] as const;
const largestKeyBytes = 64 * 1024;

/**
 * Finds what can be signed in with: the key file that a person named (alone, when it belongs to a target), then
 * the agent, the usual files of ~/.ssh, and the key in the secret store. The named one goes first, because a
 * server hangs up after a few keys and an agent may hold many. Unlocked keys are kept in memory.
 */
export function createAuthReader(deps: AuthDeps): (onlyKeyFile: string | null) => Promise<AuthMaterial> {
  const unlocked = new Map<string, Promise<UnlockedKey>>();
  const unlock = (text: string, passphrase: string | null): Promise<UnlockedKey> => {
    const key = createHash('sha256')
      .update(`${passphrase ?? ''}\0${text}`)
      .digest('hex');
    const known = unlocked.get(key) ?? deps.unlock(text, passphrase);
    unlocked.set(key, known);
    known.catch(() => unlocked.delete(key));
    return known;
  };

  return async (onlyKeyFile) => {
    const identities: Identity[] = [];
    const unusable: AuthMaterial['unusable'][number][] = [];
    const passphrase = await deps.secrets.get(sshSecrets.passphrase);
    const add = async (name: string, text: string): Promise<void> => {
      const key = await unlock(text, passphrase);
      if (key.ok) identities.push({ kind: 'key', name, privateKey: key.privateKey });
      else unusable.push({ name, why: key.why, needsPassphrase: key.needsPassphrase });
    };
    const addFile = async (path: string, isNamed: boolean): Promise<void> => {
      const file = await readKeyFile(path);
      const name = shortName(path, deps.homeFolder);
      if (file.ok) await add(name, file.text);
      else if (isNamed || !file.isMissing) unusable.push({ name, why: file.why, needsPassphrase: false });
    };

    const named = onlyKeyFile ?? deps.keyFile();
    if (named !== null && named.trim() !== '') await addFile(expandHome(named.trim(), deps.homeFolder), true);
    if (onlyKeyFile !== null) return { identities, unusable };
    const socketPath = await deps.agentSocket();
    if (socketPath !== null) identities.push({ kind: 'agent', name: 'ssh-agent', socketPath });
    for (const name of defaultKeys) await addFile(join(deps.homeFolder, '.ssh', name), false);
    const stored = await deps.secrets.get(sshSecrets.privateKey);
    if (stored !== null && stored.trim() !== '') await add('the key of the settings', `${stored.trim()}\n`);
    return { identities, unusable };
  };
}

const expandHome = (path: string, homeFolder: string): string =>
  path.startsWith('~/') ? join(homeFolder, path.slice(2)) : isAbsolute(path) ? path : join(homeFolder, path);

const shortName = (path: string, homeFolder: string): string =>
  path.startsWith(`${homeFolder}/`) ? `~${path.slice(homeFolder.length)}` : path;

type KeyFile =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly isMissing: boolean; readonly why: string };

async function readKeyFile(path: string): Promise<KeyFile> {
  try {
    const { size } = await stat(path);
    if (size > largestKeyBytes) return { ok: false, isMissing: false, why: 'is too large to be a key' };
    return { ok: true, text: await readFile(path, 'utf8') };
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    return { ok: false, isMissing, why: isMissing ? 'is not there' : `can not be read (${code})` };
  }
}
