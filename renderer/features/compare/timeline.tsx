import { useMemo, useRef, useState, type PointerEvent, type ReactNode } from 'react';
import type { CellState, Comparison, ComparisonState, SideName } from '../../player/index.ts';
import { classes } from '../../ui/classes.ts';
import { Filmstrip } from './filmstrip.tsx';
import { masterOf } from './frame-notes.tsx';
import { MetricPlot, PlotChoice, PlotGutter } from './metric-plot.tsx';
import type { Plot } from './plot-scale.ts';
import type { FrameNote } from './use-frame-notes.ts';
import { useMetrics } from './use-metrics.ts';
import './timeline.css';

type Run = { readonly state: CellState; readonly from: number; readonly length: number };

const stateWords: Readonly<Record<CellState, string>> = {
  ready: 'decoded',
  empty: 'not decoded yet',
  missing: 'missing',
  damaged: 'damaged',
  none: 'no frame',
};

/** Plot, axis, what is decoded of each side, loop range and filmstrips over the same frames. Dragging anywhere on it scrubs. */
export function Timeline({
  comparison,
  state,
  aspect,
  notes,
}: {
  readonly comparison: Comparison;
  readonly state: ComparisonState;
  readonly aspect: number;
  readonly notes: readonly FrameNote[];
}): ReactNode {
  const trackRef = useRef<HTMLDivElement>(null);
  const isDragging = useRef(false);
  const [plot, setPlot] = useState<Plot>('meanError');
  const first = state.firstMaster;
  const count = state.match === null ? 0 : state.lastMaster - first + 1;
  const sides: readonly SideName[] = state.right === null ? ['left'] : ['left', 'right'];
  const isPair = state.right !== null;
  const isDecoded = state.right !== null && count > 0 && state.left.openCount + state.right.openCount === 0;
  const values = useMetrics(comparison, isDecoded);

  const frameAt = (clientX: number): number => {
    const box = trackRef.current!.getBoundingClientRect();
    return first + Math.min(count - 1, Math.max(0, Math.floor(((clientX - box.left) / box.width) * count)));
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0 || count === 0) return;
    isDragging.current = true;
    event.currentTarget.setPointerCapture(event.pointerId);
    comparison.pause();
    comparison.seek(frameAt(event.clientX));
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (isDragging.current) comparison.seek(frameAt(event.clientX));
  };
  const onPointerEnd = (): void => {
    isDragging.current = false;
  };
  const percent = (frame: number): string => (count === 0 ? '0%' : `${((frame - first) / count) * 100}%`);
  const { loop } = state;

  return (
    <div className="cmp-timeline">
      <div className="cmp-gutter" aria-hidden="true">
        {isPair ? <PlotGutter plot={plot} values={values} /> : null}
        <span className="g-axis">Frame</span>
        {sides.map((side) => (
          <span key={side} className="g-band">
            {sides.length === 1 ? 'Decoded' : `Decoded ${letter(side)}`}
          </span>
        ))}
        {sides.map((side) => (
          <span key={side} className="g-film">
            {sides.length === 1 ? null : (
              <span className={classes('cmp-side', side === 'left' ? 'a' : 'b')}>{letter(side)}</span>
            )}
          </span>
        ))}
      </div>
      <div
        ref={trackRef}
        className="cmp-track"
        data-testid="timeline"
        role="slider"
        tabIndex={0}
        aria-label="Frame"
        aria-valuemin={first}
        aria-valuemax={Math.max(first, state.lastMaster)}
        aria-valuenow={state.masterFrame}
        aria-valuetext={`Frame ${state.masterFrame} of ${first} to ${state.lastMaster}`}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerEnd}
        onPointerCancel={onPointerEnd}
      >
        {isPair ? <MetricPlot plot={plot} values={values} state={state} /> : null}
        <Axis first={first} count={count} />
        {sides.map((side) => (
          <Band key={side} cells={comparison.cells(side)} count={count} />
        ))}
        {sides.map((side) => (
          <Filmstrip
            key={side}
            comparison={comparison}
            match={state.match}
            side={side}
            aspect={aspect}
            first={first}
            count={count}
            storeVersion={(side === 'left' ? state.left : state.right)?.storeVersion ?? 0}
          />
        ))}
        {notes.map((note) => {
          const at = count === 0 ? null : masterOf(comparison, state, note);
          return at === null ? null : (
            <span key={note.eventId} className="cmp-noted" style={{ left: percent(at) }} title={note.text} />
          );
        })}
        {loop === null ? null : (
          <span
            className={classes('cmp-loop', !state.isLooping && 'is-idle')}
            style={{ left: percent(loop.first), width: `${((loop.last - loop.first + 1) / count) * 100}%` }}
          >
            <span>
              loop {loop.first} to {loop.last}
            </span>
          </span>
        )}
        {count === 0 ? null : (
          <span className="cmp-playhead" style={{ left: `${((state.masterFrame - first + 0.5) / count) * 100}%` }} />
        )}
      </div>
      {isPair ? <PlotChoice plot={plot} onPlot={setPlot} /> : null}
    </div>
  );
}

function letter(side: SideName): string {
  return side === 'left' ? 'A' : 'B';
}

function Axis({ first, count }: { readonly first: number; readonly count: number }): ReactNode {
  const ticks = useMemo(() => {
    const step =
      [1, 2, 5, 6, 10, 12, 20, 25, 50, 100, 250, 500, 1000].find((candidate) => count / candidate <= 14) ??
      Math.ceil(count / 14);
    const start = Math.ceil(first / step) * step;
    return Array.from(
      { length: Math.max(0, Math.ceil((first + count - start) / step)) },
      (_, index) => start + index * step,
    );
  }, [first, count]);
  return (
    <div className="cmp-axis" aria-hidden="true">
      {ticks.map((tick) => (
        <span key={tick} style={{ left: `${((tick - first + 0.5) / count) * 100}%` }}>
          {tick}
        </span>
      ))}
    </div>
  );
}

function Band({ cells, count }: { readonly cells: readonly CellState[]; readonly count: number }): ReactNode {
  const runs = useMemo(() => runsOf(cells), [cells]);
  return (
    <div className="cmp-band" aria-hidden="true">
      {runs.map((run) => (
        <span
          key={run.from}
          className={`is-${run.state}`}
          title={`${run.length === 1 ? 'Frame' : 'Frames'} ${stateWords[run.state]}`}
          style={{ left: `${(run.from / count) * 100}%`, width: `${(run.length / count) * 100}%` }}
        />
      ))}
    </div>
  );
}

function runsOf(cells: readonly CellState[]): Run[] {
  const runs: Run[] = [];
  let from = 0;
  for (let at = 1; at <= cells.length; at++) {
    if (at < cells.length && cells[at] === cells[from]) continue;
    const state = cells[from];
    if (state !== undefined) runs.push({ state, from, length: at - from });
    from = at;
  }
  return runs;
}
