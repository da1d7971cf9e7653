import type { ReactNode } from 'react';

const tailLength = 11;

/** A name that gives way in its middle: runs of one machine differ only at the end. */
export function Middle({ text }: { readonly text: string }): ReactNode {
  if (text.length <= tailLength + 4) {
    return (
      <span className="middle" title={text}>
        <span className="head">{text}</span>
      </span>
    );
  }
  return (
    <span className="middle" title={text}>
      <span className="head">{text.slice(0, -tailLength)}</span>
      <span className="tail">{text.slice(-tailLength)}</span>
    </span>
  );
}
