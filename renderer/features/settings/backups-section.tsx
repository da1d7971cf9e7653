import type { ReactNode } from 'react';
import type { Settings } from '#shared/contract/room.ts';
import { RoomError } from '#shared/errors.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { showError } from '../../ui/toast-store.ts';
import { SavedField } from './saved-field.tsx';
import { SecretField } from './secret-field.tsx';
import { SettingsSection } from './settings-section.tsx';
import { useSaveSettings } from './use-save-settings.ts';
import { useSecrets } from './use-secrets.ts';

type RetentionTime = 'retentionAllHours' | 'retentionHourlyDays' | 'retentionDailyDays';

/** Where snapshots go, how long they stay, and the bucket that mirrors them. */
export function BackupsSection({ settings }: { readonly settings: Settings }): ReactNode {
  const save = useSaveSettings();
  const { where, fieldOf } = useSecrets();
  const orNull = (text: string): string | null => (text === '' ? null : text);
  const saveNumber = (text: string, keep: (value: number) => Promise<boolean>): Promise<boolean> => {
    const value = Number(text.replace(',', '.'));
    if (text !== '' && Number.isFinite(value)) return keep(value);
    showError('Not saved', new RoomError('invalid_input', `${text === '' ? 'Nothing' : text} is not a number.`));
    return Promise.resolve(false);
  };
  const time = (key: RetentionTime, label: string, note: string): ReactNode => (
    <SavedField
      id={key}
      label={label}
      note={note}
      value={String(settings[key])}
      maxLength={8}
      onSave={(text) => saveNumber(text, (value) => save({ [key]: value }))}
    />
  );
  return (
    <SettingsSection
      id="backups"
      title="Snapshots and mirror"
      note={`What is pulled from machines is kept here and mirrored to a Backblaze B2 bucket. ${where}`}
    >
      <SavedField
        id="backup-folder"
        label="Folder of snapshots"
        note="An absolute path. Empty: in the workspace. What was pulled before stays where it is."
        placeholder="in the workspace"
        value={settings.backupFolder ?? ''}
        maxLength={1000}
        onSave={(path) => save({ backupFolder: orNull(path) })}
      />
      <div>
        <span className="label">Old snapshots</span>
        <Segmented
          label="Old snapshots"
          value={settings.retentionIsOn ? 'on' : 'off'}
          onChange={(next) => void save({ retentionIsOn: next === 'on' })}
          options={[
            { value: 'on', label: 'Go by themselves' },
            { value: 'off', label: 'Stay until removed' },
          ]}
        />
        <div className="why" style={{ marginTop: 4 }}>
          Never the last verified one, one that a review, check or run needs, or one that the bucket does not hold. The
          preview is in the menu of each machine on Snapshots.
        </div>
      </div>
      <div>
        <span className="label">Without a bucket</span>
        <Segmented
          label="Without a bucket"
          value={settings.retentionKeepsUnmirrored ? 'keep' : 'let_go'}
          onChange={(next) => void save({ retentionKeepsUnmirrored: next === 'keep' })}
          options={[
            { value: 'keep', label: 'Keep all of it' },
            { value: 'let_go', label: 'Let old ones go when typed' },
          ]}
        />
        <div className="why" style={{ marginTop: 4 }}>
          Nothing is mirrored then, and an old snapshot may be the only copy. None goes by itself in either case.
        </div>
      </div>
      {time('retentionAllHours', 'Keep all, hours', 'Every snapshot that is younger.')}
      {time('retentionHourlyDays', 'Keep one an hour, days', 'The newest of each hour up to this age.')}
      {time('retentionDailyDays', 'Keep one a day, days', 'The newest of each day (UTC) up to this age.')}
      <SavedField
        id="mirror-bucket"
        label="B2 bucket"
        note="Its name. Empty: nothing is mirrored. B2_BUCKET of the environment goes before it."
        placeholder="no mirror"
        value={settings.mirrorBucket ?? ''}
        maxLength={100}
        onSave={(name) => save({ mirrorBucket: orNull(name) })}
      />
      <SavedField
        id="mirror-prefix"
        label="Folder in the bucket"
        note="Each machine has its own below it. Empty: where the old scripts put theirs, so that they are found."
        placeholder="blueprint-validation/vast"
        value={settings.mirrorPrefix ?? ''}
        maxLength={400}
        onSave={(prefix) => save({ mirrorPrefix: orNull(prefix) })}
      />
      <SecretField
        {...fieldOf('b2_application_key_id')}
        label="B2 key id"
        note="Of a key that may list buckets and files, read and write files. It needs nothing else."
      />
      <SecretField {...fieldOf('b2_application_key')} label="B2 key" note="Its secret, shown once when it is made." />
      <SavedField
        id="mirror-bandwidth"
        label="Upload limit, KiB a second"
        note="Empty: as fast as it goes."
        placeholder="no limit"
        value={settings.mirrorBandwidthKib === null ? '' : String(settings.mirrorBandwidthKib)}
        maxLength={9}
        onSave={(text) =>
          text === ''
            ? save({ mirrorBandwidthKib: null })
            : saveNumber(text, (value) => save({ mirrorBandwidthKib: Math.round(value) }))
        }
      />
      <SavedField
        id="mirror-remote"
        label="Remote of rclone"
        note="A remote of your own rclone configuration, used with its own key instead of the one above."
        placeholder="none"
        value={settings.mirrorRemote ?? ''}
        maxLength={100}
        onSave={(name) => save({ mirrorRemote: orNull(name) })}
      />
      <SecretField
        {...fieldOf('b2_prune_key_id')}
        label="B2 key id for removing"
        note="Only for removing old snapshots from the bucket, by hand. Another key, which may delete files."
      />
      <SecretField {...fieldOf('b2_prune_key')} label="B2 key for removing" note="Its secret." />
    </SettingsSection>
  );
}
