import type { ReactNode } from 'react';
import type { StudyProposal } from '#shared/model/study.ts';
import { plural } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { signed } from './words.ts';

/** How many source clips there are, what gain they could show, and what is left out: told before anything is shown. */
export function ProposalPart({ proposal }: { readonly proposal: StudyProposal }): ReactNode {
  const { pairs, excluded, sourceClipCount, detectableGain, warnings } = proposal;
  const frameCount = pairs.reduce((sum, pair) => sum + pair.frames.length, 0);
  return (
    <section className="study-proposal" aria-label="Proposal" data-testid="study-proposal">
      <dl className="study-figures">
        <div>
          <dt>Source clips</dt>
          <dd className="tn">{sourceClipCount}</dd>
          <dd className="why">the unit of the test</dd>
        </div>
        <div>
          <dt>Pairs</dt>
          <dd className="tn">{pairs.length}</dd>
          <dd className="why">{plural(frameCount, 'frame')} to answer, checks beside them</dd>
        </div>
        <div>
          <dt>Can detect</dt>
          <dd className="tn">{detectableGain === null ? 'nothing' : `a gain of ${signed(detectableGain)}`}</dd>
          <dd className="why">
            {detectableGain === null ? '6 source clips are the least' : 'in four of five studies, as simulated'}
          </dd>
        </div>
        <div>
          <dt>Left out</dt>
          <dd className="tn">{excluded.length}</dd>
          <dd className="why">
            {excluded.length === 0 ? 'every pair has the same inputs' : 'each with its reason below'}
          </dd>
        </div>
      </dl>
      {warnings.map((warning) => (
        <p key={warning} className="study-warning">
          <StateMark shape="warn" word="Mind" /> <span className="t2">{warning}</span>
        </p>
      ))}
      {pairs.length === 0 ? (
        <p className="study-warning">
          <StateMark shape="fail" word="No pair" />{' '}
          <span className="t2">No clip of these runs was made from the same inputs on both sides.</span>
        </p>
      ) : null}
      {excluded.length === 0 ? null : (
        <table className="tight" aria-label="Clips that are left out">
          <thead>
            <tr>
              <th scope="col">Left out</th>
              <th scope="col">Variant</th>
              <th scope="col">Because</th>
            </tr>
          </thead>
          <tbody>
            {excluded.map(({ sourceClip, variantName, because }) => (
              <tr key={`${sourceClip} ${variantName} ${because}`}>
                <td className="mono">{sourceClip}</td>
                <td>{variantName ?? <span className="t3">none</span>}</td>
                <td className="t2">{because}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
