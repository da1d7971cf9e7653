import type { ReactNode } from 'react';
import { mapGradient, type ComparisonState } from '../../player/index.ts';
import { fullDifference } from './look-words.ts';

/** What the colours of a difference stand for, laid over its picture. Colours by themselves need no scale. */
export function DifferenceScale({ state }: { readonly state: ComparisonState }): ReactNode {
  const { differenceStyle } = state.look;
  if (differenceStyle === 'colour') return null;
  const full = fullDifference(state.gain);
  return (
    <div className="cmp-scale is-over tn" data-testid="difference-scale">
      <span>{differenceStyle === 'signed' ? `B darker by ${full}` : '0'}</span>
      <span className="cmp-scale-bar" style={{ background: mapGradient(differenceStyle) }} />
      <span>{differenceStyle === 'signed' ? `brighter by ${full}` : `${full} levels`}</span>
    </div>
  );
}
