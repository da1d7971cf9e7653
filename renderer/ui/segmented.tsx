import type { ReactNode } from 'react';
import { classes } from './classes.ts';

export type SegmentOption<V extends string> = {
  readonly value: V;
  readonly label: ReactNode;
  readonly disabled?: boolean;
};

/** One of a few: a row of buttons of which one is pressed. */
export function Segmented<V extends string>({
  label,
  options,
  value,
  onChange,
  size = 'normal',
}: {
  readonly label: string;
  readonly options: readonly SegmentOption<V>[];
  readonly value: V;
  readonly onChange: (value: V) => void;
  readonly size?: 'small' | 'normal';
}): ReactNode {
  return (
    <div className={classes('seg', size === 'small' && 'sm')} role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          disabled={option.disabled === true}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
