import { useEffect, useRef, useState, type ReactNode } from 'react';
import { turnedSize, type Comparison } from '../../player/index.ts';
import { useFooterNote } from '../../shell/footer.tsx';
import { classes } from '../../ui/classes.ts';
import { Inspector } from './inspector.tsx';
import { DifferenceScale } from './difference-scale.tsx';
import { sideLookWords } from './look-words.ts';
import { PaneView } from './pane-view.tsx';
import type { Subject } from './subject.ts';
import { Timeline } from './timeline.tsx';
import { Transport } from './transport.tsx';
import { useComparisonState } from './use-comparison.ts';
import { useFrameNotes } from './use-frame-notes.ts';
import { usePaneGestures, type Point } from './use-pane-gestures.ts';

/** Panes, timeline, transport and facts of one or two clips. `left` and `right` are in the order on the screen. */
export function PlayerView({
  comparison,
  left,
  right,
}: {
  readonly comparison: Comparison;
  readonly left: Subject;
  readonly right: Subject | null;
}): ReactNode {
  const state = useComparisonState(comparison);
  const notes = useFrameNotes(left, right);
  const [point, setPoint] = useState<Point | null>(null);
  const isStage = state.mode !== 'side';
  const facts = state.left.facts ?? state.right?.facts ?? null;
  const stored = facts ?? { widthPx: left.clip?.widthPx ?? 4, heightPx: left.clip?.heightPx ?? 3 };
  const shown = turnedSize(state.look.left.turn, { width: stored.widthPx, height: stored.heightPx });
  const aspect = shown.width / shown.height;
  const pixels = point === null ? null : comparison.probe(point.u, point.v);
  useFooterNote(state.skippedCount === 0 ? null : `${state.skippedCount} frames passed over at this speed`);
  return (
    <div className="cmp-split">
      <div className="cmp-main">
        <div className={classes('cmp-panes', right !== null && 'is-two')}>
          <PaneView
            comparison={comparison}
            side="left"
            sideLetter={right === null ? null : 'A'}
            subject={left}
            state={state.left}
            isStage={isStage}
            aspect={aspect}
            lookWords={sideLookWords(state.look.left, state.look.palette)}
            pixel={pixels?.left ?? null}
            onPoint={setPoint}
          />
          {right === null || state.right === null ? null : (
            <PaneView
              comparison={comparison}
              side="right"
              sideLetter="B"
              subject={right}
              state={state.right}
              isStage={isStage}
              aspect={aspect}
              lookWords={sideLookWords(state.look.right, state.look.palette)}
              pixel={pixels?.right ?? null}
              onPoint={setPoint}
            />
          )}
          {isStage ? (
            <Stage
              comparison={comparison}
              hasMark={state.left.mark !== null || state.right?.mark !== null}
              onPoint={setPoint}
            />
          ) : null}
          {state.mode === 'difference' ? <DifferenceScale state={state} /> : null}
        </div>
        <Timeline comparison={comparison} state={state} aspect={aspect} notes={notes.items} />
        <Transport comparison={comparison} state={state} />
      </div>
      <Inspector comparison={comparison} state={state} left={left} right={right} pixels={pixels} notes={notes} />
    </div>
  );
}

/** The one picture of the modes that lay both sides over each other. */
function Stage({
  comparison,
  hasMark,
  onPoint,
}: {
  readonly comparison: Comparison;
  readonly hasMark: boolean;
  readonly onPoint: (point: Point | null) => void;
}): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const detach = comparison.attach('stage', ref.current!);
    comparison.label('stage', 'Both sides');
    return detach;
  }, [comparison]);
  usePaneGestures(comparison, 'stage', ref, onPoint);
  return <div ref={ref} className={classes('cmp-well cmp-stage', hasMark && 'is-empty')} data-testid="compare-stage" />;
}
