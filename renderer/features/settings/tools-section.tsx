import type { ReactNode } from 'react';
import type { Settings } from '#shared/contract/room.ts';
import { SavedField } from './saved-field.tsx';
import { SettingsSection } from './settings-section.tsx';
import { useSaveSettings } from './use-save-settings.ts';

const longestPath = 1000;
const orNull = (path: string): string | null => (path === '' ? null : path);

export function ToolsSection({ settings }: { readonly settings: Settings }): ReactNode {
  const save = useSaveSettings();
  return (
    <SettingsSection
      id="tools"
      title="Programs"
      note="Empty: the room searches its list of places. It never uses a shell or the PATH of a scheduler."
    >
      <SavedField
        id="ffmpeg"
        label="ffmpeg"
        note="Makes a copy of clips that can not be decoded here. The original is not touched."
        placeholder="found by itself"
        value={settings.ffmpegPath ?? ''}
        maxLength={longestPath}
        onSave={(path) => save({ ffmpegPath: orNull(path) })}
      />
      <SavedField
        id="ffprobe"
        label="ffprobe"
        note="Reads codecs that the room does not read by itself."
        placeholder="found by itself"
        value={settings.ffprobePath ?? ''}
        maxLength={longestPath}
        onSave={(path) => save({ ffprobePath: orNull(path) })}
      />
      <SavedField
        id="rclone"
        label="rclone"
        note="Copies snapshots to the bucket and back."
        placeholder="found by itself"
        value={settings.rclonePath ?? ''}
        maxLength={longestPath}
        onSave={(path) => save({ rclonePath: orNull(path) })}
      />
      <SavedField
        id="ssh"
        label="ssh"
        note="Opens a terminal on a rented machine."
        placeholder="found by itself"
        value={settings.sshPath ?? ''}
        maxLength={longestPath}
        onSave={(path) => save({ sshPath: orNull(path) })}
      />
    </SettingsSection>
  );
}
