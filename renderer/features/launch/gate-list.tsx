import type { ReactNode } from 'react';
import type { GateResult } from '#shared/model/launch.ts';
import { withMoments } from '../../ui/format.ts';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';
import { useNow } from '../../ui/use-now.ts';
import { giveReason, useLaunch } from './launch-store.ts';

const marks: Readonly<Record<GateResult['state'], { readonly shape: StateShape; readonly word: string }>> = {
  passed: { shape: 'ok', word: 'Passed' },
  failed: { shape: 'fail', word: 'Blocked' },
  warning: { shape: 'warn', word: 'Noted' },
  not_checked: { shape: 'unknown', word: 'Not checked' },
};
const order: readonly GateResult['state'][] = ['failed', 'not_checked', 'warning', 'passed'];

/** A gate that may be launched over takes a reason, which is kept with the launch. */
function Reason({ gate }: { readonly gate: GateResult }): ReactNode {
  const reason = useLaunch((state) => state.reasons[gate.id] ?? '');
  const id = `reason-${gate.id}`;
  return (
    <div className="reason">
      <label htmlFor={id}>Why it is launched all the same; kept with the launch</label>
      <div className="field">
        <input
          id={id}
          maxLength={500}
          autoComplete="off"
          value={reason}
          onChange={(event) => giveReason(gate.id, event.target.value)}
        />
      </div>
    </div>
  );
}

/** Every condition of a launch with what was seen: what holds it first. */
export function GateList({ gates }: { readonly gates: readonly GateResult[] }): ReactNode {
  const reasons = useLaunch((state) => state.reasons);
  const nowMs = useNow(60_000);
  const sorted = gates.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return (
    <ul className="gates">
      {sorted.map((gate) => {
        const isOverridden = gate.state === 'failed' && gate.canOverride && (reasons[gate.id] ?? '').trim().length >= 3;
        const mark = isOverridden ? ({ shape: 'warn', word: 'Overridden' } as const) : marks[gate.state];
        return (
          <li key={gate.id} className={gate.state} data-gate={gate.id}>
            <StateMark {...mark} />
            <div className="col">
              <span className="w5">{gate.title}</span>
              <span className="t2 wrap-any">{withMoments(gate.evidence, nowMs)}</span>
              {gate.state === 'passed' ? null : <span className="why wrap-any">{gate.because}</span>}
              {gate.state === 'failed' && gate.canOverride ? <Reason gate={gate} /> : null}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
