import type { ReactNode } from 'react';
import type { Settings } from '#shared/contract/room.ts';
import { SavedField } from './saved-field.tsx';
import { SettingsSection } from './settings-section.tsx';
import { useSaveSettings } from './use-save-settings.ts';

const longestPath = 1000;

const programs = [
  {
    name: 'ffmpeg',
    key: 'ffmpegPath',
    note: 'Makes a copy of clips that can not be decoded here. The original is not touched.',
  },
  { name: 'ffprobe', key: 'ffprobePath', note: 'Reads codecs that the room does not read by itself.' },
  { name: 'rclone', key: 'rclonePath', note: 'Copies snapshots to the bucket and back.' },
  { name: 'ssh', key: 'sshPath', note: 'Opens a terminal on a rented machine.' },
] as const;

export function ToolsSection({ settings }: { readonly settings: Settings }): ReactNode {
  const save = useSaveSettings();
  return (
    <SettingsSection
      id="tools"
      title="Programs"
      note="Empty: the room searches its list of places. It never uses a shell or the PATH of a scheduler."
    >
      {programs.map(({ name, key, note }) => (
        <SavedField
          key={name}
          id={name}
          label={name}
          note={note}
          placeholder="found by itself"
          value={settings[key] ?? ''}
          maxLength={longestPath}
          onSave={(path) => save({ [key]: path === '' ? null : path })}
        />
      ))}
    </SettingsSection>
  );
}
