import { useQueryClient } from '@tanstack/react-query';
import type { MethodOutput } from '#shared/contract/index.ts';
import type { SecretName } from '#shared/contract/secrets.ts';
import { queryKeyOf, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { showError } from '../../ui/toast-store.ts';

type Status = MethodOutput<'secrets.status'>;

const keptWhere: Readonly<Record<Status['kind'], string>> = {
  keychain: 'Keys are kept in the keychain of this computer.',
  file: 'Keys are kept in a file that this account alone can read.',
  environment: 'Keys set here are kept in memory and are gone when the room closes.',
  memory: 'Keys set here are kept in memory and are gone when the room closes.',
};

/** Which keys are set, where they are kept, and what a field for one of them needs. */
export function useSecrets(): {
  /** Empty while it is not known. */
  readonly where: string;
  readonly fieldOf: (name: SecretName) => {
    readonly id: string;
    readonly isSet: boolean | null;
    readonly onSet: (value: string) => Promise<boolean>;
    readonly onRemove: () => Promise<boolean>;
  };
} {
  const { call } = useRoom();
  const queryClient = useQueryClient();
  const { data: status } = useRoomQuery('secrets.status', {});
  const change = async (title: string, work: () => Promise<Status>): Promise<boolean> => {
    try {
      queryClient.setQueryData(queryKeyOf('secrets.status', {}), await work());
      return true;
    } catch (thrown) {
      showError(title, thrown);
      return false;
    }
  };
  return {
    where: status === undefined ? '' : keptWhere[status.kind],
    fieldOf: (name) => ({
      id: name,
      isSet: status?.items.find((each) => each.name === name)?.isSet ?? null,
      onSet: (value) => change('Not set', () => call('secrets.set', { name, value })),
      onRemove: () => change('Not removed', () => call('secrets.remove', { name })),
    }),
  };
}
