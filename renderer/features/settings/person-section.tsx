import { useState, type ReactNode } from 'react';
import type { Settings } from '#shared/contract/room.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { SavedField } from './saved-field.tsx';
import { SettingsSection } from './settings-section.tsx';
import { useSaveSettings } from './use-save-settings.ts';

export function PersonSection({ settings }: { readonly settings: Settings }): ReactNode {
  const save = useSaveSettings();
  const [theme, setTheme] = useState(settings.theme);
  const [seen, setSeen] = useState(settings.theme);
  if (seen !== settings.theme) {
    setSeen(settings.theme);
    setTheme(settings.theme);
  }
  return (
    <SettingsSection
      id="person"
      title="You and this window"
      note="Kept in the workspace and used by every window on it."
    >
      <div>
        <span className="label">Theme</span>
        <Segmented
          label="Theme"
          value={theme}
          onChange={(next) => {
            setTheme(next);
            void save({ theme: next });
          }}
          options={[
            { value: 'system', label: 'As the system' },
            { value: 'dark', label: 'Dark' },
            { value: 'light', label: 'Light' },
          ]}
        />
        <div className="why" style={{ marginTop: 4 }}>
          The well behind frames stays dark in both, so that frames look the same.
        </div>
      </div>
      <SavedField
        id="reviewer"
        label="Reviewer name"
        note="Stands beside your verdicts and notes. Earlier ones keep the name they were given under."
        value={settings.reviewerName}
        maxLength={80}
        onSave={(reviewerName) => save({ reviewerName })}
      />
    </SettingsSection>
  );
}
