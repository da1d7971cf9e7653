import type { ReactNode } from 'react';
import type { StopChoice } from './stop-sheet.tsx';

const choices: readonly { readonly value: StopChoice; readonly label: string; readonly note: string }[] = [
  {
    value: 'copy_or_ask',
    label: 'Copy what is new, then stop; ask me when the copy fails',
    note: 'Nothing is stopped until the copy is verified, and it is billed meanwhile.',
  },
  {
    value: 'copy_or_stop',
    label: 'Copy what is new, then stop, even when the copy fails',
    note: 'The disk is kept on the host either way.',
  },
  { value: 'skip', label: 'Stop now, skip the copy', note: 'The fastest way to stop the bill. Has to be typed.' },
];

/** How a machine is to be stopped. Where SSH does not answer a copy will probably fail, and that is said before. */
export function AfterStop({
  choice,
  onChoice,
  isReachable,
}: {
  readonly choice: StopChoice;
  readonly onChoice: (choice: StopChoice) => void;
  /** Null while nobody has tried. */
  readonly isReachable: boolean | null;
}): ReactNode {
  return (
    <fieldset className="choices">
      <legend className="sr">How to stop</legend>
      {choices.map(({ value, label, note }) => {
        const doubt =
          value === 'skip' || isReachable === true
            ? ''
            : isReachable === null
              ? ' Whether SSH answers is not known.'
              : ' SSH does not answer: the copy will probably fail.';
        return (
          <div key={value} className="choice">
            <input
              id={`stop-${value}`}
              type="radio"
              name="stop-choice"
              value={value}
              checked={choice === value}
              onChange={() => onChoice(value)}
            />
            <span>
              <label htmlFor={`stop-${value}`} className="w5">
                {label}
              </label>
              <span className="why">
                {note}
                {doubt}
              </span>
            </span>
          </div>
        );
      })}
    </fieldset>
  );
}
