import type { ReactNode } from 'react';
import type { Settings } from '#shared/contract/room.ts';
import { SavedField } from './saved-field.tsx';
import { SecretField } from './secret-field.tsx';
import { SettingsSection } from './settings-section.tsx';
import { useSaveSettings } from './use-save-settings.ts';
import { useSecrets } from './use-secrets.ts';

/** How the provider and its machines are signed in to. */
export function MachinesSection({ settings }: { readonly settings: Settings }): ReactNode {
  const save = useSaveSettings();
  const { where, fieldOf } = useSecrets();
  return (
    <SettingsSection
      id="machines"
      title="Machines"
      note={`How the room signs in to the provider and to its machines. ${where}`}
    >
      <SecretField
        {...fieldOf('vast_api_key')}
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
        {...fieldOf('ssh_key_passphrase')}
        label="Passphrase of the SSH key"
        note="Opens an encrypted key file. Not needed for keys that ssh-agent holds."
      />
      <SecretField
        {...fieldOf('ssh_private_key')}
        label="SSH private key"
        note="Used when no agent and no file is taken. Its whole text, from BEGIN to END."
        isLong
      />
    </SettingsSection>
  );
}
