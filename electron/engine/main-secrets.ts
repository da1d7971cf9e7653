import { RoomError } from '#shared/errors.ts';
import type { SecretRequest } from '#shared/contract/engine-wire.ts';
import { checkSecretName, type SecretKind, type SecretStore } from '#core/secrets/secret-store.ts';
import type { MainChannel } from './main-channel.ts';

/** Secrets of the desktop shell, which alone can reach the keychain. */
export function createMainSecrets(main: MainChannel, kindAtStart: SecretKind): SecretStore {
  type Waiting = {
    readonly resolve: (value: string | boolean | null) => void;
    readonly reject: (error: RoomError) => void;
  };
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let kind = kindAtStart;

  main.listen((message) => {
    if (message.t !== 'secret.answer') return;
    kind = message.kind;
    const asker = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.outcome.ok) asker?.resolve(message.outcome.value);
    else asker?.reject(RoomError.fromPayload(message.outcome.error));
  });

  async function ask(
    verb: SecretRequest['verb'],
    name: string,
    value: string | null,
  ): Promise<string | boolean | null> {
    checkSecretName(name);
    const id = nextId++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      main.send({ t: 'secret', id, verb, name, value });
    });
  }

  return {
    kind: () => kind,
    async get(name) {
      const value = await ask('get', name, null);
      return typeof value === 'string' ? value : null;
    },
    async set(name, value) {
      await ask('set', name, value);
    },
    has: async (name) => (await ask('has', name, null)) === true,
    delete: async (name) => (await ask('delete', name, null)) === true,
  };
}
