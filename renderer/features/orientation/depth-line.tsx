import type { ReactNode } from 'react';
import { formatPercent } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { openDepth } from './depth-store.ts';
import type { Depth } from './use-depth.ts';
import { summaryMark, type Mark } from './words.ts';

export function depthMark({ counts, running, error }: Depth): Mark {
  if (running !== null) {
    const { progress } = running;
    const far = progress?.total == null ? '' : ` ${formatPercent(progress.done, progress.total)}`;
    return { shape: 'running', word: `checking${far}` };
  }
  if (counts !== null) return summaryMark(counts);
  return error === null ? { shape: 'waiting', word: 'reading' } : { shape: 'unknown', word: 'not readable' };
}

/** One line for a whole run; it opens the scores. */
export function DepthLine({ runId, depth }: { readonly runId: string; readonly depth: Depth }): ReactNode {
  const { shape, word } = depthMark(depth);
  return (
    <button
      type="button"
      className="depthline"
      data-testid="depth-line"
      title="Scores of every clip"
      onClick={() => openDepth(runId, null)}
    >
      <StateMark shape={shape} word={`Depth: ${word}`} />
    </button>
  );
}
