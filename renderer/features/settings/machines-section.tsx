import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { MethodOutput } from '#shared/contract/index.ts';
import type { Settings } from '#shared/contract/room.ts';
import type { SecretName } from '#shared/contract/secrets.ts';
import { queryKeyOf, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { showError } from '../../ui/toast-store.ts';
import { SavedField } from './saved-field.tsx';
import { SecretField } from './secret-field.tsx';
import { SettingsSection } from './settings-section.tsx';
import { useSaveSettings } from './use-save-settings.ts';

type Status = MethodOutput<'secrets.status'>;

const keptWhere: Readonly<Record<Status['kind'], string>> = {
  keychain: 'Keys are kept in the keychain of this computer.',
  file: 'Keys are kept in a file that this account alone can read.',
  environment: 'Keys set here are kept in memory and are gone when the room closes.',
  memory: 'Keys set here are kept in memory and are gone when the room closes.',
};

/** How the provider and its machines are signed in to. */
export function MachinesSection({ settings }: { readonly settings: Settings }): ReactNode {
  const { call } = useRoom();
  const queryClient = useQueryClient();
  const save = useSaveSettings();
  const { data: status } = useRoomQuery('secrets.status', {});
  const isSet = (name: SecretName): boolean | null => status?.items.find((each) => each.name === name)?.isSet ?? null;

  const change = async (title: string, work: () => Promise<Status>): Promise<boolean> => {
    try {
      queryClient.setQueryData(queryKeyOf('secrets.status', {}), await work());
      return true;
    } catch (thrown) {
      showError(title, thrown);
      return false;
    }
  };
  const secret = (name: SecretName) => ({
    id: name,
    isSet: isSet(name),
    onSet: (value: string) => change('Not set', () => call('secrets.set', { name, value })),
    onRemove: () => change('Not removed', () => call('secrets.remove', { name })),
  });

  return (
    <SettingsSection
      id="machines"
      title="Machines"
      note={`How the room signs in to the provider and to its machines. ${status === undefined ? '' : keptWhere[status.kind]}`}
    >
      <SecretField
        {...secret('vast_api_key')}
        label="Vast API key"
        note="Lists, starts and stops the machines of its account."
      />
      <SavedField
        id="ssh-user"
        label="SSH user"
        note="Rented containers know root."
        value={settings.sshUser}
        maxLength={32}
        onSave={(sshUser) => save({ sshUser })}
      />
      <SavedField
        id="ssh-key-file"
        label="SSH key file"
        note="Tried first. Empty: ssh-agent, then id_ed25519, id_ecdsa and id_rsa in ~/.ssh."
        placeholder="found by itself"
        value={settings.sshKeyFile ?? ''}
        maxLength={1000}
        onSave={(path) => save({ sshKeyFile: path === '' ? null : path })}
      />
      <SecretField
        {...secret('ssh_key_passphrase')}
        label="Passphrase of the SSH key"
        note="Opens an encrypted key file. Not needed for keys that ssh-agent holds."
      />
      <SecretField
        {...secret('ssh_private_key')}
        label="SSH private key"
        note="Used when no agent and no file is taken. Its whole text, from BEGIN to END."
        isLong
      />
    </SettingsSection>
  );
}
