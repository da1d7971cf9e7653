import type { ReactNode } from 'react';
import type { GatesState, ProvenanceState, RunStatus } from '#shared/model/verdict.ts';
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

/** A verdict with the sentences behind it. */
export function VerdictEvidence({
  fact,
  evidence,
  big = false,
}: {
  readonly fact: VerdictFact;
  /** Null while it is being read. */
  readonly evidence: readonly string[] | null;
  readonly big?: boolean;
}): ReactNode {
  return (
    <>
      <Verdict fact={fact} big={big} />
      <ul className="why evidence">
        {evidence === null ? null : evidence.length === 0 ? <li>No evidence was recorded</li> : evidence.map((sentence) => <li key={sentence}>{sentence}</li>)}
      </ul>
    </>
  );
}
