import { useEffect, useState, type ReactNode } from 'react';
import type { RoomError } from '#shared/errors.ts';
import { classes } from './classes.ts';
import { formatAgo } from './format.ts';
import { StateMark } from './state-mark.tsx';

/** One sentence what belongs here, and one action. Only after a complete, successful read. */
export function EmptyState({
  lead,
  children,
  actions,
}: {
  readonly lead: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}): ReactNode {
  return (
    <div className="notice">
      <p className="lead">{lead}</p>
      {children === undefined ? null : <p>{children}</p>}
      {actions === undefined ? null : <div className="acts">{actions}</div>}
    </div>
  );
}

/** What happened and what it means, what to do, and the code to search for. */
export function ErrorState({
  title,
  error,
  inline = false,
  actions,
}: {
  readonly title: string;
  readonly error: Pick<RoomError, 'code' | 'message' | 'hint'>;
  readonly inline?: boolean;
  readonly actions?: ReactNode;
}): ReactNode {
  return (
    <div className={classes('notice', inline && 'inline')} role="alert">
      <StateMark
        shape={error.code === 'could_not_tell' || error.code === 'engine_lost' ? 'unknown' : 'fail'}
        word={title}
      />
      <p>{error.message}</p>
      {error.hint === null ? null : <p>{error.hint}</p>}
      <div className="acts">
        {actions}
        <span className="src mono">{error.code}</span>
      </div>
    </div>
  );
}

/** Says "Reading…" only when it takes long enough to wonder; an answer that is quick shows nothing in between. */
export function Reading({ what = 'Reading…' }: { readonly what?: string }): ReactNode {
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="notice" role="status">
      {isLate ? <StateMark shape="running" word={what} /> : null}
    </div>
  );
}

/** Beside values that are shown although they could not be read again. */
export function StaleNote({
  error,
  readAtMs,
  nowMs,
}: {
  readonly error: RoomError | null;
  readonly readAtMs: number;
  readonly nowMs: number;
}): ReactNode {
  if (error === null) return null;
  return (
    <span className="row s11" role="status">
      <StateMark shape="unknown" word={`Read ${formatAgo(readAtMs, nowMs)}`} />
      <span className="t3 trunc" title={error.message}>
        {error.message}
      </span>
    </span>
  );
}
