import { useId, useState, type ReactNode } from 'react';
import { useRoom } from '../../client/hooks.ts';
import { TextField } from '../../ui/field.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { idOf } from './words.ts';

type Draft = { title: string; symptom: string; cause: string; fix: string; todo: string; logLine: string };

const fields: readonly (readonly [keyof Draft, label: string, note: string])[] = [
  ['title', 'Name', 'A few words, as one would say it to a colleague'],
  [
    'logLine',
    'Line of a log',
    'It is known again by this line; numbers in it may differ. Empty: found by reading alone',
  ],
  ['symptom', 'What is seen', ''],
  ['cause', 'What it was', ''],
  ['fix', 'Fixed for good by', ''],
  ['todo', 'When it is met', 'What a person does first'],
];

/** A failure of one's own for the memory, from a line of a log where there is one. */
export function AddSheet({
  logLine,
  onClose,
  onAdded,
}: {
  readonly logLine: string;
  readonly onClose: () => void;
  readonly onAdded: (id: string) => void;
}): ReactNode {
  const formId = useId();
  const { call } = useRoom();
  const [draft, setDraft] = useState<Draft>({ title: '', symptom: '', cause: '', fix: '', todo: '', logLine });
  const [isSending, setIsSending] = useState(false);
  const id = idOf(draft.title);
  const line = draft.logLine.trim();
  const isReady =
    id !== '' &&
    (['title', 'symptom', 'cause', 'fix', 'todo'] as const).every((name) => draft[name].trim().length >= 3) &&
    (line === '' || line.length >= 8);
  const add = async (): Promise<void> => {
    if (!isReady || isSending) return;
    setIsSending(true);
    try {
      const { title, symptom, cause, fix, todo } = draft;
      await call('incidents.add', { id, title, symptom, cause, fix, todo, ...(line === '' ? {} : { logLine: line }) });
      showToast({ shape: 'ok', title: `${title} is in the memory` });
      onAdded(id);
    } catch (thrown) {
      showError('Not added', thrown);
      setIsSending(false);
    }
  };
  return (
    <Sheet
      title="Add to the memory"
      isOpen
      onClose={onClose}
      footer={
        <>
          <span className="why trunc">{id === '' ? '' : `id ${id}`}</span>
          <span className="sp" />
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form={formId} className="btn pri" disabled={!isReady || isSending}>
            Add
          </button>
        </>
      }
    >
      <form
        id={formId}
        className="memory-form"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        {fields.map(([name, label, note]) => (
          <TextField
            key={name}
            id={`${formId}-${name}`}
            label={label}
            {...(note === '' ? {} : { note })}
            value={draft[name]}
            onValue={(value) => setDraft({ ...draft, [name]: value })}
          />
        ))}
      </form>
    </Sheet>
  );
}
