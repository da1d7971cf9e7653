import type { ReactNode } from 'react';
import { useRoomQuery } from '../../client/hooks.ts';
import { type Comparison, type ComparisonState, type PixelValue, type SideState } from '../../player/index.ts';
import { IconButton } from '../../ui/button.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { Minus, Plus } from 'lucide-react';
import { ClipFactsSection } from './clip-facts.tsx';
import { FrameNotesSection } from './frame-notes.tsx';
import { LookSection } from './look-section.tsx';
import { OffsetSuggestions } from './offset-suggestion.tsx';
import { PromptFacts } from './prompt-facts.tsx';
import type { Subject } from './subject.ts';
import type { FrameNotes } from './use-frame-notes.ts';
import { formatMs, ruleWords, signed } from './words.ts';
import './inspector.css';

type Pixels = { readonly left: PixelValue | null; readonly right: PixelValue | null } | null;

/** Facts about the pair beside the pictures. */
export function Inspector({
  comparison,
  state,
  left,
  right,
  pixels,
  notes,
}: {
  readonly comparison: Comparison;
  readonly state: ComparisonState;
  readonly left: Subject;
  readonly right: Subject | null;
  readonly pixels: Pixels;
  readonly notes: FrameNotes;
}): ReactNode {
  return (
    <aside className="cmp-inspector scroll" aria-label="Facts">
      {right === null || state.right === null ? null : (
        <PairFacts comparison={comparison} state={state} left={left} right={right} />
      )}
      <LookSection comparison={comparison} state={state} isPair={right !== null} />
      <FrameNotesSection comparison={comparison} state={state} left={left} right={right} notes={notes} />
      <PixelFacts pixels={pixels} isPair={right !== null} />
      <ClipFactsSection letter={right === null ? null : 'A'} subject={left} side={state.left} />
      {right === null || state.right === null ? null : (
        <ClipFactsSection letter="B" subject={right} side={state.right} />
      )}
      <PromptFacts left={left} right={right} />
    </aside>
  );
}

function Same({
  isSame,
  same,
  differs,
}: {
  readonly isSame: boolean | null;
  readonly same: string;
  readonly differs: string;
}): ReactNode {
  if (isSame === null) return <StateMark shape="unknown" word="not known" />;
  return isSame ? <StateMark shape="ok" word={same} /> : <StateMark shape="warn" word={differs} />;
}

/** Null when a side does not say it. */
function isEqual<T>(a: T | null | undefined, b: T | null | undefined): boolean | null {
  return a === null || a === undefined || b === null || b === undefined ? null : a === b;
}

function PairFacts({
  comparison,
  state,
  left,
  right,
}: {
  readonly comparison: Comparison;
  readonly state: ComparisonState;
  readonly left: Subject;
  readonly right: Subject;
}): ReactNode {
  const { match, matchChoice } = state;
  const suggestions = useRoomQuery(
    'clips.suggestPairs',
    { clipId: left.clip?.id ?? '' },
    { enabled: left.clip !== null && right.clip !== null },
  );
  const suggestion = suggestions.data?.items.find((item) =>
    [item.left.id, item.right.id].every((id) => id === left.clip?.id || id === right.clip?.id),
  );
  const a = left.clip;
  const b = right.clip;
  const isSameClip = a === null || b === null ? null : isEqual(a.clipName, b.clipName);
  const isSameVariant = a === null || b === null ? null : a.variantName === b.variantName;
  const factsA = state.left.facts;
  const factsB = state.right?.facts ?? null;
  const isSameSize =
    factsA === null || factsB === null
      ? null
      : factsA.widthPx === factsB.widthPx && factsA.heightPx === factsB.heightPx;
  const notMatched = [state.left, state.right].some((side) => side?.phase === 'failed') ? 'not known' : 'reading';
  const isPaired = match !== null && match.rule.kind !== 'alone';
  const shift = (by: number): void => comparison.setMatch({ ...matchChoice, offset: matchChoice.offset + by });
  return (
    <section>
      <h2>
        Pair{' '}
        <span className="src tn">
          {state.residualMs === null
            ? match === null
              ? ''
              : 'no pair at this frame'
            : `residual ${formatMs(state.residualMs)}`}
        </span>
      </h2>
      <dl className="cmp-facts">
        <dt>Clip</dt>
        <dd>
          <Same isSame={isSameClip} same="same" differs="differs" />
        </dd>
        <dt>Variant</dt>
        <dd>
          <Same isSame={isSameVariant} same={a?.variantName === null ? 'none' : 'same'} differs="differs" />
        </dd>
        <dt>Matched</dt>
        <dd className="tn">{match === null ? notMatched : ruleWords(match)}</dd>
        <dt>Pairs</dt>
        <dd className="tn">
          {!isPaired
            ? match === null
              ? notMatched
              : 'none'
            : `${match.pairCount} of ${match.count}, within ${formatMs(match.maxResidualMs)}`}
        </dd>
        <dt>Trim window</dt>
        <dd className="tn">{`${windowWords(left, state.left)} · ${windowWords(right, state.right)}`}</dd>
        <dt>Picture size</dt>
        <dd>
          <Same
            isSame={isSameSize}
            same={factsA === null ? 'same' : `${factsA.widthPx} × ${factsA.heightPx}`}
            differs="differs"
          />
        </dd>
        <dt>Seed</dt>
        <dd>
          <Same isSame={isEqual(a?.seed, b?.seed)} same="same" differs="differs" />
        </dd>
        <dt>Shift of B</dt>
        <dd className="row">
          <IconButton
            label="Shift B one frame back"
            kind="ghost"
            size="small"
            disabled={!isPaired}
            onClick={() => shift(-1)}
          >
            <Minus className="icon" aria-hidden="true" />
          </IconButton>
          <span className="tn">
            {matchChoice.offset === 0
              ? 'none'
              : `${signed(matchChoice.offset)} ${Math.abs(matchChoice.offset) === 1 ? 'frame' : 'frames'}${state.fps === null ? '' : `, ${formatMs(Math.abs(matchChoice.offset * 1000) / state.fps)}`}`}
          </span>
          <IconButton
            label="Shift B one frame on"
            kind="ghost"
            size="small"
            disabled={!isPaired}
            onClick={() => shift(1)}
          >
            <Plus className="icon" aria-hidden="true" />
          </IconButton>
        </dd>
      </dl>
      {isPaired ? <OffsetSuggestions comparison={comparison} state={state} onShift={shift} /> : null}
      {match?.notes.map((note) => (
        <p key={note} className="why">
          {note}
        </p>
      ))}
      {suggestion === undefined || suggestion.differences.length === 0 ? null : (
        <ul className="cmp-differences" aria-label="Inputs that differ">
          {suggestion.differences.map((difference) => (
            <li key={difference}>
              <StateMark shape="warn" word={difference} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function windowWords(subject: Subject, side: SideState | null): string {
  const start = subject.source.trimStartFrame;
  const count = side?.frameCount ?? null;
  if (start === null) return 'not known';
  return count === null ? `from ${start}` : `${start} to ${start + count - 1}`;
}

function PixelFacts({ pixels, isPair }: { readonly pixels: Pixels; readonly isPair: boolean }): ReactNode {
  const left = pixels?.left ?? null;
  const right = pixels?.right ?? null;
  const rows = [
    ['A', left],
    ['B', right],
  ] as const;
  return (
    <section>
      <h2>
        Under the pointer <span className="src">stored luma, RGB</span>
      </h2>
      {rows.map(([letter, pixel]) =>
        letter === 'B' && !isPair ? null : (
          <div key={letter} className="cmp-pixel mono">
            {isPair ? <span className={letter === 'A' ? 'cmp-side a' : 'cmp-side b'}>{letter}</span> : null}
            {pixel === null ? (
              <span className="t3">no pixel</span>
            ) : (
              <>
                <span className="swatch" style={{ background: `rgb(${pixel.rgb.join(' ')})` }} />
                <span>
                  {pixel.x}, {pixel.y}
                </span>
                <span>Y {pixel.luma}</span>
                <span>{pixel.rgb.join(' ')}</span>
              </>
            )}
          </div>
        ),
      )}
      {left === null || right === null ? null : <p className="why tn">Luma B − A: {signed(right.luma - left.luma)}</p>}
    </section>
  );
}
