import type { ReactNode } from 'react';
import { Link } from 'wouter';

/** One line of the page: what it is, why it stands here, how old that is, and where it leads. */
export function Line({
  href,
  mark,
  name,
  why,
  age,
  verdicts,
}: {
  readonly href: string;
  readonly mark?: ReactNode;
  readonly name: ReactNode;
  readonly why: ReactNode;
  readonly age: string;
  /** The three verdicts of a run, in their columns; instead of the one mark. */
  readonly verdicts?: ReactNode;
}): ReactNode {
  return (
    <li>
      <Link href={href} className={verdicts === undefined ? 'mline' : 'mline ofrun'}>
        {mark === undefined ? null : <span className="mark">{mark}</span>}
        <span className="name">{name}</span>
        {verdicts === undefined ? null : <span className="verdicts">{verdicts}</span>}
        <span className="because why">{why}</span>
        <span className="age tn why">{age}</span>
      </Link>
    </li>
  );
}

/** A question of the morning with its lines; without any, what was read to be able to say so. */
export function Question({
  title,
  note,
  none,
  actions,
  children,
}: {
  readonly title: string;
  readonly note?: ReactNode;
  /** The sentence for an empty answer; null while there are lines or nothing was read yet. */
  readonly none: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <section className="question" aria-label={title}>
      <div className="sechead">
        <h2>{title}</h2>
        {note === undefined ? null : <span className="t3 s11 tn trunc">{note}</span>}
        <span className="sp" />
        {actions}
      </div>
      {none === null ? null : <p className="why pad none">{none}</p>}
      {children}
    </section>
  );
}

const lineSelector = '.morning .mline, .morning .fact';

/** Moves the focus through all lines of the page, in reading order. */
export function moveThroughLines(step: 1 | -1): void {
  const lines = [...document.querySelectorAll<HTMLElement>(lineSelector)];
  const index = lines.findIndex((line) => line === document.activeElement);
  const next = index < 0 ? (step > 0 ? 0 : lines.length - 1) : Math.max(0, Math.min(lines.length - 1, index + step));
  lines[next]?.focus();
}
