import { ChevronFirst, ChevronLast, Pause, Play, Repeat, StepBack, StepForward } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Comparison, ComparisonState } from '../../player/index.ts';
import { IconButton } from '../../ui/button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { ruleWords } from './words.ts';
import './transport.css';

const rateOptions = [
  { value: '-1', label: '−1×' },
  { value: '0.1', label: '0.1×' },
  { value: '0.25', label: '0.25×' },
  { value: '0.5', label: '0.5×' },
  { value: '1', label: '1×' },
  { value: '2', label: '2×' },
  { value: '4', label: '4×' },
] as const;
type RateValue = (typeof rateOptions)[number]['value'];

const zoomOptions = [
  { value: 'fit', label: 'Fit' },
  { value: '1', label: '1:1' },
  { value: '4', label: '4:1' },
] as const;

export function Transport({
  comparison,
  state,
}: {
  readonly comparison: Comparison;
  readonly state: ComparisonState;
}): ReactNode {
  const rateValue = `${state.direction === -1 ? '-' : ''}${state.rate}`;
  const zoomValue = state.view.scale === null ? 'fit' : String(state.view.scale);
  const isOff = state.match === null;
  const isShown = state.left.isPainted || state.right?.isPainted === true;
  return (
    <div className="cmp-transport" role="toolbar" aria-label="Playing">
      <IconButton
        kind="ghost"
        label="First frame"
        keyHint="Home"
        disabled={isOff}
        onClick={() => comparison.seek(state.firstMaster)}
      >
        <ChevronFirst className="icon" aria-hidden="true" />
      </IconButton>
      <IconButton kind="ghost" label="One frame back" keyHint="←" disabled={isOff} onClick={() => comparison.step(-1)}>
        <StepBack className="icon" aria-hidden="true" />
      </IconButton>
      <IconButton
        kind="ghost"
        label={state.isPlaying ? 'Pause' : 'Play'}
        keyHint="Space"
        disabled={isOff}
        onClick={() => comparison.toggle()}
      >
        {state.isPlaying ? <Pause className="icon" aria-hidden="true" /> : <Play className="icon" aria-hidden="true" />}
      </IconButton>
      <IconButton kind="ghost" label="One frame on" keyHint="→" disabled={isOff} onClick={() => comparison.step(1)}>
        <StepForward className="icon" aria-hidden="true" />
      </IconButton>
      <IconButton
        kind="ghost"
        label="Last frame"
        keyHint="End"
        disabled={isOff}
        onClick={() => comparison.seek(state.lastMaster)}
      >
        <ChevronLast className="icon" aria-hidden="true" />
      </IconButton>
      <span className={isShown ? 'tc' : 'tc is-none'}>{isShown ? state.masterFrame : 'none'}</span>
      {isOff ? null : (
        <span className="t3 mono nw">
          of {state.lastMaster}
          {state.fps === null ? null : <span className="cmp-fps">, {Number(state.fps.toFixed(2))} fps</span>}
        </span>
      )}
      <span className="sp" />
      {state.match === null || state.match.rule.kind === 'alone' ? null : (
        <span className="cmp-rule t3 trunc">Frame-locked {ruleWords(state.match)}</span>
      )}
      <DecodeState state={state} />
      <span className="sp" />
      <IconButton
        kind="ghost"
        label="Loop"
        keyHint="I and O set the range"
        aria-pressed={state.isLooping}
        onClick={() => comparison.setLooping(!state.isLooping)}
      >
        <Repeat className="icon" aria-hidden="true" />
      </IconButton>
      <Segmented
        label="Speed"
        options={rateOptions}
        value={rateValue as RateValue}
        onChange={(value) => {
          comparison.setRate(Math.abs(Number(value)));
          comparison.setDirection(Number(value) < 0 ? -1 : 1);
        }}
      />
      <Segmented
        label="Zoom"
        options={zoomOptions}
        value={zoomValue as 'fit'}
        onChange={(value) =>
          comparison.setView({
            scale: value === 'fit' ? null : Number(value),
            centerX: state.view.centerX,
            centerY: state.view.centerY,
          })
        }
      />
    </div>
  );
}

function DecodeState({ state }: { readonly state: ComparisonState }): ReactNode {
  const sides = [state.left, state.right].filter((side) => side !== null);
  if (sides.some((side) => side.phase === 'failed'))
    return <StateMark shape="fail" word={sides.length === 1 ? 'Not shown' : 'Side not shown'} />;
  if (sides.some((side) => side.frameCount === null)) return <StateMark shape="waiting" word="Reading" />;
  if (state.isHolding) return <StateMark shape="waiting" word="Waiting for a frame" />;
  const lost = sides.reduce((sum, side) => sum + side.missingCount + side.damagedCount, 0);
  const open = sides.reduce((sum, side) => sum + side.openCount, 0);
  const decoded = sides.reduce((sum, side) => sum + side.decodedCount, 0);
  const total = sides.reduce((sum, side) => sum + side.frameCount!, 0);
  if (open > 0) return <StateMark shape="running" word={`Decoding, ${open} to go`} />;
  if (lost > 0) return <StateMark shape="warn" word={`${lost} ${lost === 1 ? 'frame' : 'frames'} not there`} />;
  if (decoded < total) return <StateMark shape="ok" word={`${decoded} of ${total} frames in memory`} />;
  return <StateMark shape="ok" word={sides.length === 1 ? 'All decoded' : 'Both decoded'} />;
}
