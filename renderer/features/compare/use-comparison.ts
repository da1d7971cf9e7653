import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { createComparison, type Comparison, type ComparisonState } from '../../player/index.ts';
import type { Subject } from './subject.ts';

/** Opens a player for the subjects and closes it when they change or the screen goes. Null for the first moment. */
export function useComparison(left: Subject, right: Subject | null, startFrame: number | null): Comparison | null {
  const [comparison, setComparison] = useState<Comparison | null>(null);
  const latest = useRef({ left, right, startFrame });
  latest.current = { left, right, startFrame };
  const key = JSON.stringify([
    left.mediaKey,
    left.source.trimStartFrame,
    right?.mediaKey ?? null,
    right?.source.trimStartFrame ?? null,
  ]);
  useEffect(() => {
    const { left: newLeft, right: newRight, startFrame: newStart } = latest.current;
    const opened = createComparison({ left: newLeft.source, right: newRight?.source ?? null, startFrame: newStart });
    setComparison(opened);
    return () => opened.close();
  }, [key]);
  return comparison;
}

export function useComparisonState(comparison: Comparison): ComparisonState {
  return useSyncExternalStore(comparison.subscribe, comparison.getState);
}
