import type { MethodOutput } from '#shared/contract/index.ts';
import { secretNames, type SecretName } from '#shared/contract/secrets.ts';
import { RoomError } from '#shared/errors.ts';
import type { Handlers } from '../dispatcher.ts';
import type { EmitEvent } from '../events.ts';
import type { SecretStore } from './secret-store.ts';

/** Values go in and never out: what is answered says only what is set. */
export function secretHandlers(deps: {
  readonly secrets: SecretStore;
  readonly emit: EmitEvent;
  readonly onChanged: (name: SecretName) => void;
}): Pick<Handlers, 'secrets.status' | 'secrets.set' | 'secrets.remove'> {
  const { secrets } = deps;
  const status = async (): Promise<MethodOutput<'secrets.status'>> => ({
    items: await Promise.all(secretNames.map(async (name) => ({ name, isSet: await secrets.has(name) }))),
    kind: secrets.kind(),
  });
  const changed = (name: SecretName): void => {
    deps.onChanged(name);
    deps.emit({ name: 'secrets.changed', payload: {} });
  };

  return {
    'secrets.status': status,
    'secrets.set': async ({ name, value }, caller) => {
      if (caller.actor === 'cli')
        throw new RoomError('not_supported_here', 'A secret is not taken from a command line. Nothing was stored.', {
          hint: 'Its arguments can be read by every account of this computer and stay in the history of the shell. Set it in the settings of the room.',
        });
      await secrets.set(name, value.trim());
      changed(name);
      return status();
    },
    'secrets.remove': async ({ name }) => {
      await secrets.delete(name);
      changed(name);
      return status();
    },
  };
}
