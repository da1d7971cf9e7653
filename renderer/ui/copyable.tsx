import { Check, Copy } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { classes } from './classes.ts';

/** An id, path or hash that can be taken along with one press. */
export function Copyable({
  text,
  label,
  mono = true,
  children,
}: {
  readonly text: string;
  /** What it is, for the accessible name: `run id`. */
  readonly label: string;
  readonly mono?: boolean;
  readonly children?: ReactNode;
}): ReactNode {
  const [isCopied, setIsCopied] = useState(false);
  // A name holds the words that are to be seen, so that somebody who speaks to the computer can say it.
  const shown = typeof children === 'string' ? children : text;
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setIsCopied(false), 1200);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <button
      type="button"
      className={classes('copy', mono && 'mono')}
      title={text.length > 200 ? `Copy the ${label}` : `Copy the ${label}: ${text}`}
      aria-label={shown.length > 200 ? `Copy the ${label}` : `Copy the ${label} ${shown}`}
      onClick={() => {
        void navigator.clipboard.writeText(text).then(() => setIsCopied(true));
      }}
    >
      <span className="trunc">{children ?? text}</span>
      {isCopied ? <Check className="icon ok" aria-hidden="true" /> : <Copy className="icon" aria-hidden="true" />}
    </button>
  );
}
