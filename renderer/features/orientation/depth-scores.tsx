import type { ReactNode } from 'react';
import type { OrientationCheck, OrientationEvidence } from '#shared/model/orientation.ts';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';
import { transformWords } from './words.ts';

type Row = {
  readonly name: string;
  readonly value: string;
  readonly needs: string;
  readonly shape: StateShape;
  readonly word: string;
};

const figure = (value: number): string => value.toFixed(2);
const percent = (share: number): string => `${Math.round(share * 100)} %`;

function rowsOf(evidence: OrientationEvidence, polarity: OrientationCheck['polarity']): readonly Row[] {
  const { summary, sameClip, shiftFrames, thresholds, likeness, framePairs } = evidence;
  const limit = (name: string): number => thresholds[name] ?? Number.NaN;
  const met = (isMet: boolean): Pick<Row, 'shape' | 'word'> =>
    isMet ? { shape: 'ok', word: 'Met' } : { shape: 'warn', word: 'Not met' };
  const frames: Row = {
    name: 'Frames compared',
    value: String(framePairs.length),
    needs: `at least ${limit('leastPairs')}`,
    ...met(framePairs.length >= limit('leastPairs')),
  };
  if (summary === null) return [frames];
  const isOther = sameClip.bar !== null && summary.score <= sameClip.bar;
  return [
    frames,
    {
      name: 'Score',
      value: figure(summary.score),
      needs: `at least ${figure(limit('score'))}`,
      ...met(summary.score >= limit('score')),
    },
    {
      name: 'Margin to the next',
      value: figure(summary.margin),
      needs: `at least ${figure(limit('margin'))}`,
      ...met(summary.margin >= limit('margin')),
    },
    {
      name: 'On top in frames',
      value: percent(summary.winShare),
      needs: `at least ${percent(limit('winShare'))}`,
      ...met(summary.winShare >= limit('winShare')),
    },
    {
      name: 'Other likenesses agree',
      value: `${summary.votes} of 3`,
      needs: `at least ${limit('votes')}`,
      ...met(summary.votes >= limit('votes')),
    },
    {
      name: 'Score with other clips',
      value: sameClip.bar === null ? 'none' : figure(sameClip.bar),
      needs: `below its own; ${sameClip.otherCount} of ${limit('enoughOtherClips')} clips`,
      ...(sameClip.bar === null
        ? { shape: 'off' as const, word: 'Not tested' }
        : isOther
          ? { shape: 'fail' as const, word: 'Not met' }
          : met(true)),
    },
    {
      name: 'Fits better in time',
      value: shiftFrames === null ? 'here' : `${shiftFrames > 0 ? '+' : '−'}${Math.abs(shiftFrames)} frames`,
      needs: 'here',
      ...met(shiftFrames === null),
    },
    {
      name: 'Near and far',
      value: polarity === 'unclear' ? 'unclear' : polarity,
      needs: likeness === null ? '' : `correlation ${figure(likeness.rawCorrelation)}`,
      ...(polarity === 'same'
        ? { shape: 'ok' as const, word: 'Same' }
        : polarity === 'inverted'
          ? { shape: 'warn' as const, word: 'Inverted' }
          : { shape: 'unknown' as const, word: 'Unclear' }),
    },
  ];
}

/** Every figure of a check beside the number it is held against. */
export function DepthScores({
  evidence,
  polarity,
}: {
  readonly evidence: OrientationEvidence;
  readonly polarity: OrientationCheck['polarity'];
}): ReactNode {
  const { summary } = evidence;
  return (
    <>
      <table className="tight">
        <thead>
          <tr>
            <th>Measured</th>
            <th className="num">Value</th>
            <th>Needs</th>
            <th>Verdict</th>
          </tr>
        </thead>
        <tbody>
          {rowsOf(evidence, polarity).map((row) => (
            <tr key={row.name}>
              <td>{row.name}</td>
              <td className="num">{row.value}</td>
              <td className="t2 tn">{row.needs}</td>
              <td>
                <StateMark shape={row.shape} word={row.word} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {summary === null ? null : (
        <table className="tight">
          <thead>
            <tr>
              <th>Control depth</th>
              <th className="num" title="Correlation of what rows, columns and drift do not share: this one decides">
                Score
              </th>
              <th className="num" title="The same with drift left in">
                With drift
              </th>
              <th className="num" title="Directions of edges; by chance 0.50">
                Directions
              </th>
              <th className="num" title="Strength of edges">
                Edges
              </th>
            </tr>
          </thead>
          <tbody>
            {summary.candidates.map((candidate) => (
              <tr key={candidate.transform}>
                <td className={candidate.transform === summary.best ? 'w5' : ''}>
                  {transformWords[candidate.transform]}
                </td>
                <td className={candidate.transform === summary.best ? 'num w5' : 'num'}>{figure(candidate.main)}</td>
                <td className="num t2">{figure(candidate.residual)}</td>
                <td className="num t2">{figure(candidate.gradientField)}</td>
                <td className="num t2">{figure(candidate.gradientStrength)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
