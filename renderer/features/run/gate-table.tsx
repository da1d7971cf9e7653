import type { ReactNode } from 'react';
import type { Gate } from '#shared/model/verdict.ts';
import { stageNames } from '#shared/model/stages.ts';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';

const marks: Record<Gate['state'], { readonly shape: StateShape; readonly word: string }> = {
  passed: { shape: 'ok', word: 'Passed' },
  failed: { shape: 'fail', word: 'Failed' },
  not_measured: { shape: 'waiting', word: 'Not measured' },
  unknown: { shape: 'unknown', word: 'Unknown' },
};

/** Every quality gate: what was measured against which limit, and where that was read. */
export function GateTable({ gates, onStage }: { readonly gates: readonly Gate[]; readonly onStage: (key: string) => void }): ReactNode {
  if (gates.length === 0) return <p className="why pad">No gate was reached in this run</p>;
  return (
    <table className="tight gates">
      <thead>
        <tr>
          <th>Gate</th>
          <th>Verdict</th>
          <th className="num">Measured</th>
        </tr>
      </thead>
      <tbody>
        {gates.map((gate) => (
          <tr key={`${gate.key} ${gate.facilityId ?? ''}`} title={`Read from ${gate.source}`}>
            <td>
              <span className="trunc">{gate.name}</span>
              {gate.stageKey === null ? null : (
                <button type="button" className="link" onClick={() => onStage(gate.stageKey ?? '')} aria-label={`Open stage ${stageNames(gate.stageKey).short}`}>
                  {stageNames(gate.stageKey).short}
                </button>
              )}
            </td>
            <td>
              <StateMark {...marks[gate.state]} />
            </td>
            <td className="num">{gate.measured}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
