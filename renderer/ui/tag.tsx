import type { ReactNode } from 'react';
import { classes } from './classes.ts';

export function Tag({
  tone,
  title,
  children,
}: {
  readonly tone?: 'sim' | 'warn' | 'fail' | 'unk';
  readonly title?: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <span className={classes('tag', tone)} title={title}>
      {children}
    </span>
  );
}

/** A value nobody could read: the word over a hatch, with the reason beside it or on hover. Never 0, never a dash. */
export function Unknown({ because, quiet = false }: { readonly because: string; readonly quiet?: boolean }): ReactNode {
  return (
    <span className="nw" title={because}>
      <span className="void">unknown</span>
      {quiet ? <span className="sr">: {because}</span> : <span className="src"> {because}</span>}
    </span>
  );
}
