import type { ReactNode } from 'react';
import type { GateEvaluation } from '#shared/rules/arm-gate/verdict.ts';
import { signed } from './words.ts';

const width = 420;
const rowHeight = 16;
const leftEdge = 10;
const plotWidth = width - 2 * leftEdge;
/** From −1 to +1, a share of frames. */
const x = (value: number): number => leftEdge + ((value + 1) / 2) * plotWidth;

/** A mark for the difference of each source clip, sorted, and below them the mean with its interval. */
export function EffectPlot({ evaluation }: { readonly evaluation: GateEvaluation }): ReactNode {
  const clips = evaluation.effects.clips.toSorted((a, b) => b.difference - a.difference);
  const { interval, meanDifference } = evaluation;
  const axisY = clips.length * rowHeight + 44;
  const words =
    meanDifference === null
      ? 'No source clip has a difference'
      : `Differences of ${clips.length} source clips, mean ${signed(meanDifference)}${interval === null ? '' : `, 95 % from ${signed(interval.low)} to ${signed(interval.high)}`}`;
  return (
    <figure className="study-plot">
      <h3>Candidate minus baseline, by source clip</h3>
      <svg viewBox={`0 0 ${width} ${axisY + 22}`} role="img" aria-label={words}>
        {[-1, -0.5, 0, 0.5, 1].map((value) => (
          <g key={value}>
            <line className={value === 0 ? 'zero' : 'grid'} x1={x(value)} x2={x(value)} y1={0} y2={axisY} />
            <text x={x(value)} y={axisY + 16} textAnchor="middle">
              {value === 0 ? '0' : signed(value).replace(/0$/, '')}
            </text>
          </g>
        ))}
        {clips.map((clip, at) => (
          <g key={clip.sourceClip}>
            <line
              className="stem"
              x1={x(0)}
              x2={x(clip.difference)}
              y1={at * rowHeight + 10}
              y2={at * rowHeight + 10}
            />
            <circle cx={x(clip.difference)} cy={at * rowHeight + 10} r={4}>
              <title>{`${clip.sourceClip} ${signed(clip.difference)}`}</title>
            </circle>
          </g>
        ))}
        {meanDifference === null || interval === null ? null : (
          <g className="mean">
            <line x1={x(interval.low)} x2={x(interval.high)} y1={axisY - 18} y2={axisY - 18} />
            <line x1={x(interval.low)} x2={x(interval.low)} y1={axisY - 23} y2={axisY - 13} />
            <line x1={x(interval.high)} x2={x(interval.high)} y1={axisY - 23} y2={axisY - 13} />
            <rect x={x(meanDifference) - 4} y={axisY - 22} width={8} height={8} />
          </g>
        )}
      </svg>
    </figure>
  );
}
