import type { SafeStorage } from 'electron';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { FromEngine, SecretRequest, ToEngine } from '#shared/contract/engine-wire.ts';
import { RoomError, toErrorPayload } from '#shared/errors.ts';

export type Keychain = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

export type Vault = {
  /** `memory` when the keychain can not be used: known at once on Linux, at the first need elsewhere. */
  kind(): 'keychain' | 'memory';
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
  has(name: string): Promise<boolean>;
  delete(name: string): Promise<boolean>;
};

const valuesSchema = z.record(z.string(), z.string());
type Values = Record<string, string>;

/**
 * All secrets in one file, encrypted by the system's keychain. It is opened when the first secret is
 * needed, because that is when a Mac may ask for the login keychain. Linux without a keychain offers
 * `basic_text`, a password that everybody knows: that counts as none, and values stay in memory.
 */
export function createVault(options: {
  readonly keychain: Keychain;
  readonly path: string;
  readonly platform: NodeJS.Platform;
}): Vault {
  const { keychain, path } = options;
  let kind: 'keychain' | 'memory' = isPlainText() ? 'memory' : 'keychain';
  let opened: Values | null = null;
  /** One thing at a time: two writers would lose each other's values. */
  let queue: Promise<unknown> = Promise.resolve();

  function isPlainText(): boolean {
    if (options.platform !== 'linux') return false;
    return ['basic_text', 'unknown'].includes(keychain.getSelectedStorageBackend());
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = queue.then(work);
    queue = mine.catch(() => undefined);
    return mine;
  }

  /** @throws RoomError file_damaged when there is a file that can not be decrypted; it is left as it is. */
  async function open(): Promise<Values> {
    if (opened !== null) return opened;
    if (kind === 'keychain' && !(await keychain.isAsyncEncryptionAvailable().catch(() => false))) kind = 'memory';
    if (kind === 'memory') return (opened = {});
    const blob = readBlob();
    if (blob === null) return (opened = {});
    try {
      const { result, shouldReEncrypt } = await keychain.decryptStringAsync(blob);
      const values = valuesSchema.parse(JSON.parse(result));
      if (shouldReEncrypt) await write(values);
      return (opened = values);
    } catch {
      throw new RoomError(
        'file_damaged',
        `The stored secrets can not be decrypted: ${path} is damaged, or the keychain refused.`,
        {
          hint: 'Allow the room to use the keychain and try again, or set the secret anew: the file is then kept beside the new one.',
        },
      );
    }
  }

  function readBlob(): Buffer | null {
    try {
      return readFileSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new RoomError('path_unreadable', `${path} can not be read.`, { hint: 'Check its permissions.' });
    }
  }

  async function write(values: Values): Promise<void> {
    if (kind === 'memory') return;
    const blob = await keychain.encryptStringAsync(JSON.stringify(values));
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, blob, { mode: 0o600, flush: true });
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  async function openForChange(): Promise<Values> {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof RoomError) || error.code !== 'file_damaged') throw error;
      renameSync(path, `${path}.unreadable`);
      return {};
    }
  }

  return {
    kind: () => kind,
    get: (name) => inTurn(async () => (await open())[name] ?? null),
    has: (name) => inTurn(async () => Object.hasOwn(await open(), name)),
    set: (name, value) =>
      inTurn(async () => {
        const next = { ...(await openForChange()), [name]: value };
        await write(next);
        opened = next;
      }),
    delete: (name) =>
      inTurn(async () => {
        const { [name]: gone, ...rest } = await open();
        if (gone === undefined) return false;
        await write(rest);
        opened = rest;
        return true;
      }),
  };
}

/** Answers the engine, which has no keychain of its own. Nothing here ever goes to a page. */
export async function answerSecret(vault: Vault, request: FromEngine & SecretRequest): Promise<ToEngine> {
  const { id, verb, name, value } = request;
  try {
    const answer = await ask(vault, verb, name, value);
    return { t: 'secret.answer', id, kind: vault.kind(), outcome: { ok: true, value: answer } };
  } catch (thrown) {
    return { t: 'secret.answer', id, kind: vault.kind(), outcome: { ok: false, error: toErrorPayload(thrown) } };
  }
}

async function ask(
  vault: Vault,
  verb: SecretRequest['verb'],
  name: string,
  value: string | null,
): Promise<string | boolean | null> {
  switch (verb) {
    case 'get':
      return vault.get(name);
    case 'has':
      return vault.has(name);
    case 'delete':
      return vault.delete(name);
    case 'set':
      if (value === null) throw new RoomError('invalid_input', 'A secret without a value can not be set.');
      await vault.set(name, value);
      return null;
  }
}
