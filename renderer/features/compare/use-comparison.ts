import { useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { createComparison, type Comparison, type ComparisonState } from '../../player/index.ts';
import type { Subject } from './subject.ts';

type Opened = {
  readonly comparison: Comparison;
  readonly pairKey: string;
  readonly leftKey: string;
  readonly rightKey: string | null;
};

/**
 * Opens a player for the subjects and closes it when they change or the screen goes. The same two in the
 * other order are no other pair: the player swaps its sides and keeps what it decoded.
 */
export function useComparison(left: Subject, right: Subject | null, startFrame: number | null): Opened | null {
  const [opened, setOpened] = useState<Opened | null>(null);
  const latest = useRef({ left, right, startFrame });
  latest.current = { left, right, startFrame };
  const leftKey = keyOf(left);
  const rightKey = right === null ? null : keyOf(right);
  const pairKey = JSON.stringify(rightKey === null ? [leftKey] : [leftKey, rightKey].toSorted());
  // Before the page is painted: no moment with the figures of one pair under the names of another.
  useLayoutEffect(() => {
    const given = latest.current;
    const comparison = createComparison({
      left: given.left.source,
      right: given.right?.source ?? null,
      startFrame: given.startFrame,
    });
    setOpened({
      comparison,
      pairKey,
      leftKey: keyOf(given.left),
      rightKey: given.right === null ? null : keyOf(given.right),
    });
    return () => comparison.close();
  }, [pairKey]);
  useLayoutEffect(() => {
    if (opened === null || opened.pairKey !== pairKey || opened.rightKey === null) return;
    if (leftKeyOf(opened, opened.comparison.getState()) !== leftKey) opened.comparison.swap();
  }, [opened, pairKey, leftKey]);
  return opened?.pairKey === pairKey ? opened : null;
}

/** The subjects in the order in which the player shows them now. */
export function asShown(
  opened: Opened,
  state: ComparisonState,
  left: Subject,
  right: Subject,
): { readonly left: Subject; readonly right: Subject } {
  return leftKeyOf(opened, state) === keyOf(left) ? { left, right } : { left: right, right: left };
}

export function useComparisonState(comparison: Comparison): ComparisonState {
  return useSyncExternalStore(comparison.subscribe, comparison.getState);
}

function leftKeyOf(opened: Opened, state: ComparisonState): string {
  return state.isSwapped ? (opened.rightKey ?? opened.leftKey) : opened.leftKey;
}

/** Changes when other pictures are to be shown, or the same ones under other numbers. */
function keyOf(subject: Subject): string {
  return `${subject.mediaKey} ${subject.source.trimStartFrame}`;
}
