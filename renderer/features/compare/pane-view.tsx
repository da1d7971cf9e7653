import { useEffect, useRef, type ReactNode } from 'react';
import type { Comparison, PixelValue, SideName, SideState } from '../../player/index.ts';
import { classes } from '../../ui/classes.ts';
import { Tag } from '../../ui/tag.tsx';
import { ConvertButton } from './convert-button.tsx';
import { PaneMark } from './pane-mark.tsx';
import type { Subject } from './subject.ts';
import { usePaneGestures, type Point } from './use-pane-gestures.ts';

type PaneViewProps = {
  readonly comparison: Comparison;
  readonly side: SideName;
  readonly sideLetter: 'A' | 'B' | null;
  readonly subject: Subject;
  readonly state: SideState;
  readonly isStage: boolean;
  readonly aspect: number;
  /** How the picture is laid, where that is not as stored. */
  readonly lookWords: string | null;
  readonly pixel: PixelValue | null;
  readonly onPoint: (point: Point | null) => void;
};

/** Head, picture and figures of one side. `data-frame` is the source frame on the screen, set when it was drawn. */
export function PaneView({
  comparison,
  side,
  sideLetter,
  subject,
  state,
  isStage,
  aspect,
  lookWords,
  pixel,
  onPoint,
}: PaneViewProps): ReactNode {
  const paneRef = useRef<HTMLElement>(null);
  const wellRef = useRef<HTMLDivElement>(null);
  const name = `${sideLetter === null ? 'Clip' : `Side ${sideLetter}`}, ${subject.name}, ${subject.detail}`;

  // A name of its own: a swap changes it, and a canvas made anew would be empty until the next drawing.
  useEffect(() => comparison.attach(side, wellRef.current!), [comparison, side]);
  useEffect(() => comparison.label(side, name), [comparison, side, name]);
  useEffect(
    () =>
      comparison.onPainted((painted) => {
        const { dataset } = paneRef.current!;
        const shown = painted[side];
        if (shown === null) {
          delete dataset['frame'];
          delete dataset['ownFrame'];
        } else {
          dataset['frame'] = String(shown.sourceFrame);
          dataset['ownFrame'] = String(shown.frame);
        }
      }),
    [comparison, side],
  );
  usePaneGestures(comparison, side, wellRef, onPoint);

  const { trimStartFrame, sourceFrameCount } = subject.source;
  const sourceCount = sourceFrameCount ?? (trimStartFrame === null ? null : state.frameCount);
  return (
    <section
      ref={paneRef}
      className="cmp-pane"
      aria-label={name}
      data-testid={side === 'left' ? 'compare-left' : 'compare-right'}
    >
      <header className="cmp-head">
        {sideLetter === null ? null : (
          <span className={classes('cmp-side', sideLetter === 'A' ? 'a' : 'b')}>{sideLetter}</span>
        )}
        <span className="w6 trunc" title={subject.name}>
          {subject.name}
        </span>
        <span className="t3 trunc" title={subject.detail}>
          {subject.detail}
        </span>
        {lookWords === null ? null : (
          <Tag tone="warn" title="A view: the file stays as it is.">
            {lookWords}
          </Tag>
        )}
        {subject.isConverted ? <span className="tag">H.264 copy</span> : null}
        <span className="sp" />
        <span className="t3 s11 tn">{subject.tail}</span>
      </header>
      <div ref={wellRef} className="cmp-well" style={{ aspectRatio: String(aspect) }}>
        {state.mark === null ? null : (
          <PaneMark
            mark={state.mark}
            frame={state.frame}
            isStage={isStage}
            sideLetter={sideLetter ?? 'this clip'}
            onRetry={() => comparison.retry(side)}
            convert={subject.clip === null ? null : <ConvertButton clipId={subject.clip.id} />}
          />
        )}
      </div>
      <footer className="cmp-figures mono">
        <Readout state={state} isSourceKnown={trimStartFrame !== null} sourceCount={sourceCount} />
        <span className="sp" />
        {pixel === null ? null : (
          <span>
            x {pixel.x} y {pixel.y}&ensp;{pixel.rgb.join(' ')}
          </span>
        )}
      </footer>
    </section>
  );
}

/** Numbers of the picture on the screen, and of no other. */
function Readout({
  state,
  isSourceKnown,
  sourceCount,
}: {
  readonly state: SideState;
  readonly isSourceKnown: boolean;
  readonly sourceCount: number | null;
}): ReactNode {
  if (!state.isPainted) return <span>no frame shown</span>;
  return (
    <>
      <span className="f">{state.frame}</span>
      <span>{state.timeSeconds === null ? '' : `${state.timeSeconds.toFixed(3)} s`}</span>
      <span className="trunc">
        {isSourceKnown
          ? `source ${state.sourceFrame}${sourceCount === null ? '' : ` of ${sourceCount}`}`
          : 'source frame not known'}
      </span>
    </>
  );
}
