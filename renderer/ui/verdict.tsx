import { useId, useRef, type ReactNode } from 'react';
import type { GatesState, ProvenanceState, RunStatus } from '#shared/model/verdict.ts';
import { placePopover } from './place-popover.ts';
import { StateMark } from './state-mark.tsx';
import { gatesShapes, provenanceShapes, statusShapes } from './verdict-shapes.ts';

/** One of the three verdicts of a run. They are never merged into one mark, colour or score. */
export type VerdictFact =
  | { readonly of: 'status'; readonly state: RunStatus; readonly label: string }
  | { readonly of: 'gates'; readonly state: GatesState; readonly label: string }
  | { readonly of: 'provenance'; readonly state: ProvenanceState; readonly label: string };

export function Verdict({ fact, big = false }: { readonly fact: VerdictFact; readonly big?: boolean }): ReactNode {
  switch (fact.of) {
    case 'status':
      return <StateMark shape={statusShapes[fact.state]} word={fact.label} big={big} />;
    case 'gates':
      return <StateMark shape={gatesShapes[fact.state]} word={fact.label} big={big} />;
    case 'provenance':
      return <StateMark shape={provenanceShapes[fact.state]} word={fact.label} big={big} />;
  }
}

const titles: Record<VerdictFact['of'], string> = { status: 'Status', gates: 'Gates', provenance: 'Provenance' };

/** All sentences behind a verdict, over the screen, so that opening them moves nothing. */
function AllEvidence({
  fact,
  evidence,
}: {
  readonly fact: VerdictFact;
  readonly evidence: readonly string[];
}): ReactNode {
  const id = useId();
  const anchorRef = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button ref={anchorRef} type="button" className="link s11" popoverTarget={id}>
        All {evidence.length} reasons
      </button>
      <div
        id={id}
        popover="auto"
        className="menu evidencelist"
        role="dialog"
        aria-label={`${titles[fact.of]}: evidence`}
        tabIndex={-1}
        onToggle={(event) => {
          if (event.newState === 'open' && anchorRef.current !== null)
            placePopover(event.currentTarget, anchorRef.current);
        }}
      >
        <div className="head">{titles[fact.of]}</div>
        <Verdict fact={fact} />
        <ul>
          {evidence.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </div>
    </>
  );
}

/** A verdict with the first sentences behind it; the rest opens over the screen. */
export function VerdictEvidence({
  fact,
  evidence,
  big = false,
  shown = 2,
}: {
  readonly fact: VerdictFact;
  /** Null while it is being read. */
  readonly evidence: readonly string[] | null;
  readonly big?: boolean;
  readonly shown?: number;
}): ReactNode {
  return (
    <>
      <div>
        <Verdict fact={fact} big={big} />
      </div>
      <ul className="why evidence">
        {evidence === null ? null : evidence.length === 0 ? (
          <li>No evidence was recorded</li>
        ) : (
          evidence.slice(0, shown).map((sentence) => (
            <li key={sentence} title={sentence}>
              {sentence}
            </li>
          ))
        )}
      </ul>
      {evidence !== null && (evidence.length > shown || evidence.some((sentence) => sentence.length > 90)) ? (
        <AllEvidence fact={fact} evidence={evidence} />
      ) : null}
    </>
  );
}
