import type { ReactNode } from 'react';
import type { OrientationItem } from '#shared/model/orientation.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { openDepth } from './depth-store.ts';
import { clipLabel, markOf, standingMark, standingTitle } from './words.ts';

/** What stands of one clip's depth; it opens the scores. Keeps its place while it is read. */
export function DepthTileMark({ item }: { readonly item: OrientationItem | undefined }): ReactNode {
  if (item === undefined) return <span className="depthmark" />;
  const mark = standingMark(item);
  return (
    <button
      type="button"
      className="depthmark"
      aria-label={`Depth of ${clipLabel(item)}: ${mark.word}`}
      title={standingTitle(item)}
      onClick={() => openDepth(item.runId, item.clipId)}
    >
      <StateMark shape={mark.shape} word={markOf(item.standing).word} />
      {item.override === null ? null : <span className="warn">overridden</span>}
      {item.polarity === 'inverted' ? <span className="warn">inverted</span> : null}
    </button>
  );
}
