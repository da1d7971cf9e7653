import { useState, type ReactNode } from 'react';
import { classes } from '../../ui/classes.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState, ErrorState, Reading } from '../../ui/notices.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { closeDepth, openDepth, useDepthSheet } from './depth-store.ts';
import { depthMark } from './depth-line.tsx';
import { ClipDepth } from './clip-depth.tsx';
import { useDepth } from './use-depth.ts';
import { clipLabel, standingMark } from './words.ts';
import './orientation.css';

/** Every enriched clip of a run, and all scores of the one that is chosen. */
export function DepthSheet(): ReactNode {
  const { open } = useDepthSheet();
  // The sheet keeps what it held while it closes.
  const [last, setLast] = useState(open);
  if (open !== null && open !== last) setLast(open);
  return (
    <Sheet title="Depth orientation" isOpen={open !== null} onClose={closeDepth} wide>
      {last === null ? null : <DepthOfRun runId={last.runId} clipId={last.clipId} />}
    </Sheet>
  );
}

function DepthOfRun({ runId, clipId }: { readonly runId: string; readonly clipId: string | null }): ReactNode {
  const depth = useDepth(runId);
  const { items } = depth;
  if (items === null)
    return depth.error === null ? (
      <Reading what="Reading verdicts" />
    ) : (
      <ErrorState inline title="Verdicts could not be read" error={depth.error} />
    );
  // What is wrong is looked at first.
  const chosen =
    items.find((item) => item.clipId === clipId) ?? items.find((it) => it.standing !== 'aligned') ?? items[0];
  if (chosen === undefined)
    return (
      <EmptyState lead="This run has no enriched clips.">Control depth is made with them, so there is none.</EmptyState>
    );
  const mark = depthMark(depth);
  return (
    <div className="depthsheet">
      <div className="clips">
        <div className="row">
          <StateMark shape={mark.shape} word={mark.word} />
        </div>
        <ul className="scroll" aria-label="Clips" tabIndex={-1}>
          {items.map((item) => (
            <li key={item.clipId}>
              <button
                type="button"
                className={classes('pick', item.clipId === chosen.clipId && 'on')}
                aria-pressed={item.clipId === chosen.clipId}
                onClick={() => openDepth(runId, item.clipId)}
              >
                <span className="trunc w5" title={item.fileName}>
                  {clipLabel(item)}
                </span>
                <StateMark {...standingMark(item)} />
                <span className="why tn">
                  {item.score === null || item.margin === null
                    ? 'no score'
                    : `score ${item.score.toFixed(2)}, margin ${item.margin.toFixed(2)}`}
                </span>
              </button>
            </li>
          ))}
        </ul>
        <Button
          disabled={!depth.canCheck}
          title="Measures every enriched clip of the run anew; earlier verdicts stay"
          onClick={() => depth.check()}
        >
          Check all
        </Button>
      </div>
      <ClipDepth
        key={chosen.clipId}
        item={chosen}
        canCheck={depth.canCheck}
        onCheck={() => depth.check(chosen.clipId)}
      />
    </div>
  );
}
