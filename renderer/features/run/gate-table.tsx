import { Fragment, type ReactNode } from 'react';
import type { Gate } from '#shared/model/verdict.ts';
import { stageNames } from '#shared/model/stages.ts';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';

/** Longer words than a figure get a line of their own. */
const longestFigure = 12;

export const gateMarks: Record<Gate['state'], { readonly shape: StateShape; readonly word: string }> = {
  passed: { shape: 'ok', word: 'Passed' },
  failed: { shape: 'fail', word: 'Failed' },
  not_measured: { shape: 'waiting', word: 'Not measured' },
  unknown: { shape: 'unknown', word: 'Unknown' },
};

/** Every quality gate: what was measured against which limit, and where that was read. */
export function GateTable({
  gates,
  onStage,
  namesFacility,
}: {
  readonly gates: readonly Gate[];
  readonly onStage: (stage: { readonly key: string; readonly facilityId: string | null }) => void;
  readonly namesFacility: boolean;
}): ReactNode {
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
        {gates.map((gate) => {
          const place = namesFacility && gate.facilityId !== null ? gate.facilityId : null;
          const said = [place, gate.measured].filter((part) => part !== null).join(': ');
          const isLong = said.length > longestFigure;
          return (
            <Fragment key={`${gate.key} ${gate.facilityId ?? ''}`}>
              <tr className={isLong ? 'said' : ''}>
                <td>
                  {gate.stageKey === null ? (
                    gate.name
                  ) : (
                    <button
                      type="button"
                      className="gatename"
                      title={`Open stage ${stageNames(gate.stageKey).short}. Read from ${gate.source}`}
                      onClick={() => onStage({ key: gate.stageKey ?? '', facilityId: gate.facilityId })}
                    >
                      {gate.name}
                    </button>
                  )}
                </td>
                <td>
                  <StateMark {...gateMarks[gate.state]} />
                </td>
                <td className={gate.state === 'passed' || gate.state === 'failed' ? 'num' : 'num why'}>
                  {isLong ? '' : gate.measured}
                </td>
              </tr>
              {isLong ? (
                <tr className="saying">
                  <td colSpan={3} className="why">
                    {said}
                  </td>
                </tr>
              ) : null}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}
