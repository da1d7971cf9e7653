import { useState, type ReactNode } from 'react';
import { TextField } from '../../ui/field.tsx';
import { Button } from '../../ui/button.tsx';

/** A text that is kept when it is saved, by Return or the button; Escape brings the kept one back. */
export function SavedField({
  id,
  label,
  note,
  value,
  placeholder,
  maxLength,
  onSave,
}: {
  readonly id: string;
  readonly label: string;
  readonly note: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly maxLength: number;
  readonly onSave: (value: string) => Promise<boolean>;
}): ReactNode {
  const [draft, setDraft] = useState<string | null>(null);
  const shown = draft ?? value;
  const isChanged = shown !== value;
  return (
    <form
      className="saved"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isChanged) return;
        void onSave(shown.trim()).then((isSaved) => {
          if (isSaved) setDraft(null);
        });
      }}
    >
      <TextField
        id={id}
        label={label}
        note={note}
        value={shown}
        onValue={setDraft}
        maxLength={maxLength}
        placeholder={placeholder}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setDraft(null);
        }}
      />
      <Button isSubmit disabled={!isChanged} aria-label={`Save: ${label}`}>
        Save
      </Button>
    </form>
  );
}
