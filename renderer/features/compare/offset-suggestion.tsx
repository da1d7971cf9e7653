import { useEffect, useState, type ReactNode } from 'react';
import { suggestOffset, type Comparison, type ComparisonState, type OffsetSuggestion } from '../../player/index.ts';
import { Button } from '../../ui/button.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { signed } from './words.ts';

/**
 * Says when another shift of B fits clearly better, once both clips are decoded. It never shifts by itself: that
 * would hide a clip that is late.
 */
export function OffsetSuggestions({
  comparison,
  state,
  onShift,
}: {
  readonly comparison: Comparison;
  readonly state: ComparisonState;
  readonly onShift: (by: number) => void;
}): ReactNode {
  const [found, setFound] = useState<OffsetSuggestion | null>(null);
  const { match, left, right, look } = state;
  const isWhole = left.openCount === 0 && right !== null && right.openCount === 0 && left.facts !== null;
  const turns = `${look.left.turn} ${look.right.turn}`;
  useEffect(() => {
    setFound(null);
    if (!isWhole || match === null) return undefined;
    // After the picture is drawn: nobody waits for a suggestion.
    const later = setTimeout(() => setFound(suggestOffset(comparison)), 200);
    return () => clearTimeout(later);
  }, [comparison, isWhole, match, turns]);
  if (found === null) return null;
  const frames = `${signed(found.offset)} ${Math.abs(found.offset) === 1 ? 'frame' : 'frames'}`;
  return (
    <div className="cmp-suggestion">
      <StateMark
        shape="warn"
        word={`B fits better shifted by ${frames}: likeness ${found.score.toFixed(2)}, now ${found.scoreNow.toFixed(2)}`}
      />
      <Button size="small" onClick={() => onShift(found.offset)}>
        Shift B by {frames}
      </Button>
    </div>
  );
}
