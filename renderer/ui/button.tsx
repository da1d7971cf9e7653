import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { classes } from './classes.ts';

export type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type' | 'className'> & {
  readonly kind?: 'plain' | 'primary' | 'danger' | 'ghost';
  readonly size?: 'small' | 'normal' | 'large';
  readonly isSubmit?: boolean;
  readonly testId?: string;
};

const kindClass = { plain: '', primary: 'pri', danger: 'dang', ghost: 'ghost' } as const;
const sizeClass = { small: 'sm', normal: '', large: 'lg' } as const;

export function Button({
  kind = 'plain',
  size = 'normal',
  isSubmit = false,
  testId,
  children,
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button
      {...rest}
      type={isSubmit ? 'submit' : 'button'}
      className={classes('btn', kindClass[kind], sizeClass[size])}
      data-testid={testId}
    >
      {children}
    </button>
  );
}

/** A button without a word: `label` is its name and, with its key, its tooltip. */
export function IconButton({
  label,
  keyHint,
  size = 'normal',
  kind = 'plain',
  ...rest
}: Omit<ButtonProps, 'title' | 'aria-label'> & { readonly label: string; readonly keyHint?: string }): ReactNode {
  const { isSubmit: _isSubmit, testId, ...buttonProps } = rest;
  return (
    <button
      {...buttonProps}
      type="button"
      aria-label={label}
      title={keyHint === undefined ? label : `${label} (${keyHint})`}
      className={classes('btn square', kindClass[kind], sizeClass[size])}
      data-testid={testId}
    />
  );
}
