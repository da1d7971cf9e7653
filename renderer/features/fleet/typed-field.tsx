import { useId, type ReactNode } from 'react';

/** The field in which a person types the words that stand for a decision. */
export function TypedField({
  words,
  value,
  onValue,
  note,
}: {
  readonly words: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly note?: string;
}): ReactNode {
  const id = useId();
  return (
    <div className="typed">
      <label className="label" htmlFor={id}>
        Type <span className="mono t1">{words}</span> to confirm
      </label>
      <div className="field">
        <input
          id={id}
          value={value}
          spellCheck={false}
          autoComplete="off"
          data-testid="typed-confirmation"
          onChange={(event) => onValue(event.target.value)}
        />
      </div>
      {note === undefined ? null : <p className="why">{note}</p>}
    </div>
  );
}
