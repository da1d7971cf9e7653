import { Search, X } from 'lucide-react';
import type { InputHTMLAttributes, ReactNode, Ref } from 'react';
import { classes } from './classes.ts';

type InputProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value' | 'size'> & {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly ref?: Ref<HTMLInputElement>;
};

/** A text field with its label above it. */
export function TextField({
  label,
  note,
  id,
  value,
  onValue,
  ...rest
}: InputProps & { readonly label: string; readonly note?: ReactNode; readonly id: string }): ReactNode {
  return (
    <div>
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <div className="field">
        <input
          id={id}
          spellCheck={false}
          autoComplete="off"
          {...rest}
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
      </div>
      {note === undefined ? null : (
        <div className="why" style={{ marginTop: 4 }}>
          {note}
        </div>
      )}
    </div>
  );
}

/** A search field; Escape empties it, then lets go of the focus. */
export function SearchField({
  label,
  keyHint,
  value,
  onValue,
  width,
  large = false,
  onKeyDown,
  ...rest
}: InputProps & {
  readonly label: string;
  readonly keyHint?: string;
  readonly width?: number | string;
  readonly large?: boolean;
}): ReactNode {
  return (
    <div
      className={classes('field', large && 'lg')}
      style={width === undefined ? undefined : { width }}
      role="search"
      aria-label={label}
    >
      <Search className="icon" aria-hidden="true" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        spellCheck={false}
        autoComplete="off"
        {...rest}
        value={value}
        onChange={(event) => onValue(event.target.value)}
        onKeyDown={(event) => {
          onKeyDown?.(event);
          if (event.key !== 'Escape' || event.defaultPrevented) return;
          if (value === '') event.currentTarget.blur();
          else onValue('');
          event.stopPropagation();
          event.preventDefault();
        }}
      />
      {value === '' ? (
        keyHint === undefined ? null : (
          <kbd>{keyHint}</kbd>
        )
      ) : (
        <button type="button" aria-label="Clear the search" onClick={() => onValue('')}>
          <X className="icon" aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
