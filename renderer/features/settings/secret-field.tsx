import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';

/** A secret goes in and never comes back: the field is empty, and says whether one is set. */
export function SecretField({
  id,
  label,
  note,
  isSet,
  isLong = false,
  onSet,
  onRemove,
}: {
  readonly id: string;
  readonly label: string;
  readonly note: string;
  /** Null while it is not known. */
  readonly isSet: boolean | null;
  /** Several lines, as a private key has. */
  readonly isLong?: boolean;
  readonly onSet: (value: string) => Promise<boolean>;
  readonly onRemove: () => Promise<boolean>;
}): ReactNode {
  const [draft, setDraft] = useState('');
  const isEmpty = draft.trim() === '';
  const shared = {
    id,
    value: draft,
    maxLength: 20_000,
    spellCheck: false,
    autoComplete: 'off',
    placeholder: isSet === null ? 'not read' : isSet ? 'set' : 'not set',
    onKeyDown: (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setDraft('');
    },
  };
  return (
    <form
      className="saved"
      onSubmit={(event) => {
        event.preventDefault();
        if (isEmpty) return;
        void onSet(draft).then((isKept) => {
          if (isKept) setDraft('');
        });
      }}
    >
      {isLong ? (
        <div>
          <label className="label" htmlFor={id}>
            {label}
          </label>
          {/* A field of one line would take the line ends out of a key. */}
          <textarea {...shared} className="area secret" rows={3} onChange={(event) => setDraft(event.target.value)} />
          <div className="why" style={{ marginTop: 4 }}>
            {note}
          </div>
        </div>
      ) : (
        <TextField {...shared} label={label} note={note} type="password" onValue={setDraft} />
      )}
      <div className="row">
        <Button isSubmit disabled={isEmpty} aria-label={`Set: ${label}`}>
          Set
        </Button>
        <Button disabled={isSet !== true} aria-label={`Remove: ${label}`} onClick={() => void onRemove()}>
          Remove
        </Button>
      </div>
    </form>
  );
}
