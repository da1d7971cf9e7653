import type { ReactNode } from 'react';
import { classes } from './classes.ts';

/**
 * The seven state shapes; each differs from the others in silhouette, so that colour is never the
 * only signal. `ok` only for what was proved, `unknown` for what could not be told.
 */
export type StateShape = 'ok' | 'running' | 'waiting' | 'warn' | 'fail' | 'unknown' | 'off';

const cutOut = 'var(--bg)';

const shapes: Record<StateShape, ReactNode> = {
  ok: (
    <>
      <circle cx="7" cy="7" r="6.5" fill="currentColor" />
      <path d="M4 7.2 6.2 9.4 10.1 5" fill="none" stroke={cutOut} strokeWidth="1.8" />
    </>
  ),
  running: (
    <>
      <circle
        className="turn"
        cx="7"
        cy="7"
        r="5.6"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeDasharray="24 12"
      />
      <circle cx="7" cy="7" r="2" fill="currentColor" />
    </>
  ),
  waiting: <circle cx="7" cy="7" r="5.7" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  warn: (
    <>
      <path d="M7 .8 13.6 12.8H.4Z" fill="currentColor" />
      <path d="M7 5v3.6M7 10v1.4" stroke={cutOut} strokeWidth="1.6" />
    </>
  ),
  fail: (
    <>
      <path d="M4.1.5h5.8L13.5 4.1v5.8L9.9 13.5H4.1L.5 9.9V4.1Z" fill="currentColor" />
      <path d="M4.6 4.6l4.8 4.8M9.4 4.6 4.6 9.4" stroke={cutOut} strokeWidth="1.7" />
    </>
  ),
  unknown: (
    <>
      <path d="M7 .4 13.6 7 7 13.6.4 7Z" fill="none" stroke="currentColor" strokeWidth="1.7" />
      <path d="M7 0V14L0 7Z" fill="currentColor" />
    </>
  ),
  off: <path d="M2 7h10" stroke="currentColor" strokeWidth="1.8" />,
};

const classOf: Record<StateShape, string> = {
  ok: 'ok',
  running: 'run',
  waiting: 'wait',
  warn: 'warn',
  fail: 'fail',
  unknown: 'unk',
  off: 'off',
};

/** A state as word, shape and colour, in that order of importance. */
export function StateMark({
  shape,
  word,
  big = false,
}: {
  readonly shape: StateShape;
  readonly word: string;
  readonly big?: boolean;
}): ReactNode {
  return (
    <span className={classes('st', classOf[shape], big && 'big')}>
      <svg viewBox="0 0 14 14" aria-hidden="true">
        {shapes[shape]}
      </svg>
      <span className="word">{word}</span>
    </span>
  );
}
