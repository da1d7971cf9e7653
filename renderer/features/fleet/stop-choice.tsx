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

/** How a machine is to be stopped; the way that asks is not offered while nothing can be copied. */
export function AfterStop({
  choice,
  onChoice,
  canCopy,
}: {
  readonly choice: StopChoice;
  readonly onChoice: (choice: StopChoice) => void;
  readonly canCopy: boolean;
}): ReactNode {
  return (
    <fieldset className="choices">
      <legend className="sr">How to stop</legend>
      {choices.map(({ value, label, note }) => {
        const isBarred = value === 'copy_or_ask' && !canCopy;
        const words =
          canCopy || value === 'skip'
            ? note
            : value === 'copy_or_ask'
              ? 'Not offered: this room can not copy the files of a machine yet, so it would stop nothing.'
              : 'This room can not copy the files of a machine yet: it says so and stops it. The disk is kept on the host.';
        return (
          <div key={value} className={isBarred ? 'choice barred' : 'choice'}>
            <input
              id={`stop-${value}`}
              type="radio"
              name="stop-choice"
              value={value}
              checked={choice === value}
              disabled={isBarred}
              onChange={() => onChoice(value)}
            />
            <span>
              <label htmlFor={`stop-${value}`} className="w5">
                {label}
              </label>
              <span className="why">{words}</span>
            </span>
          </div>
        );
      })}
    </fieldset>
  );
}
