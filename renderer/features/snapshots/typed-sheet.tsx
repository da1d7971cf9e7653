import { useId, useState, type ReactNode } from 'react';
import { TextField } from '../../ui/field.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { closeSnapshotSheet } from './snapshots-store.ts';

/** A question that is answered by typing the machine's id. */
export function TypedSheet({
  title,
  verb,
  words,
  isReady = true,
  isSending,
  onConfirm,
  children,
}: {
  readonly title: string;
  readonly verb: string;
  /** What has to be typed. */
  readonly words: string;
  readonly isReady?: boolean;
  readonly isSending: boolean;
  readonly onConfirm: (typed: string) => void;
  readonly children: ReactNode;
}): ReactNode {
  const id = useId();
  const [typed, setTyped] = useState('');
  const isTyped = typed.trim() === words;
  return (
    <Sheet
      title={title}
      isOpen
      onClose={closeSnapshotSheet}
      footer={
        <>
          <button type="button" className="btn" data-autofocus onClick={closeSnapshotSheet}>
            Cancel
          </button>
          <button type="submit" form={id} className="btn dang" disabled={!isReady || !isTyped || isSending}>
            {verb}
          </button>
        </>
      }
    >
      <form
        id={id}
        className="col snapform"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && isTyped && !isSending) onConfirm(typed.trim());
        }}
      >
        {children}
        {isReady ? (
          <TextField
            id={`${id}typed`}
            label={`Type ${words} to confirm`}
            value={typed}
            onValue={setTyped}
            data-testid="typed-confirmation"
          />
        ) : null}
      </form>
    </Sheet>
  );
}
