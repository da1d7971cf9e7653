import { useEffect, useRef, type ReactNode } from 'react';
import type { TriageItem } from '#shared/contract/triage.ts';
import { classes } from '../../ui/classes.ts';
import { formatAge, formatExact } from '../../ui/format.ts';
import { Middle } from '../../ui/middle.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { keyOf, reasonMarks, titleOf } from './review-words.ts';

/** Everything that waits, one line each; the most urgent reason is its mark, the others stand beside it. */
export function ReviewList({
  items,
  selectedKey,
  nowMs,
  onSelect,
  onOpen,
}: {
  readonly items: readonly TriageItem[];
  readonly selectedKey: string | null;
  readonly nowMs: number;
  readonly onSelect: (key: string) => void;
  readonly onOpen: (item: TriageItem) => void;
}): ReactNode {
  const listRef = useRef<HTMLDivElement>(null);
  useEffect(() => {
    listRef.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [selectedKey]);
  return (
    <div
      ref={listRef}
      className="reviewlist scroll"
      role="listbox"
      tabIndex={0}
      aria-label="What waits for a reviewer"
      aria-activedescendant={selectedKey === null ? undefined : `wait-${selectedKey}`}
    >
      {items.map((item) => {
        const key = keyOf(item);
        const [first, ...others] = item.reasons;
        return (
          <div
            key={key}
            id={`wait-${key}`}
            role="option"
            aria-selected={key === selectedKey}
            className={classes('reviewrow', key === selectedKey && 'sel')}
            data-testid="review-item"
            onClick={() => onSelect(key)}
            onDoubleClick={() => onOpen(item)}
          >
            <StateMark {...reasonMarks[first!.kind]} />
            <span className="w5 trunc" title={item.path ?? item.runName}>
              {titleOf(item)}
            </span>
            <span className="t2 trunc" title={item.reasons.map(({ because }) => because).join(' ')}>
              {first!.because}
              {others.length === 0 ? null : <span className="t3">{` and ${others.length} more`}</span>}
            </span>
            <span className="t3 ofrun">
              <Middle text={item.clipId === null ? 'the run' : item.runName} />
            </span>
            <span className="t3 tn nw" title={`${formatExact(item.seenAt)} UTC`}>
              {formatAge(Date.parse(item.seenAt), nowMs)}
            </span>
          </div>
        );
      })}
    </div>
  );
}
