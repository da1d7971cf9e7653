import type { ReactNode } from 'react';
import type { MachinePoint } from '#shared/model/fleet-history.ts';
import { classes } from '../../ui/classes.ts';

const width = 96;
const height = 26;
/** Samples come once a minute; a longer step means that nobody looked. */
const longestStepMs = 3 * 60_000;

type Stretch = { readonly x0: number; readonly x1: number; readonly points: readonly (readonly [number, number])[] };

/** Stretches in which the utilisation is known, and between them those in which it is not. */
function stretchesOf(points: readonly MachinePoint[], fromMs: number, toMs: number) {
  const xOf = (ms: number): number => (width * Math.max(0, Math.min(toMs - fromMs, ms - fromMs))) / (toMs - fromMs);
  const yOf = (percent: number): number => height - 1 - (percent / 100) * (height - 2);
  const known: Stretch[] = [];
  const blind: { readonly x0: number; readonly x1: number }[] = [];
  points.forEach((point, index) => {
    const nextMs = Date.parse(points[index + 1]?.at ?? new Date(toMs).toISOString());
    const atMs = Date.parse(point.at);
    const x0 = xOf(atMs);
    const endMs = Math.min(nextMs, atMs + longestStepMs);
    const x1 = xOf(endMs);
    const value = point.phase === 'running' ? point.gpuUtilPercent : 0;
    if (value === null) {
      blind.push({ x0, x1: xOf(nextMs) });
      return;
    }
    const y = yOf(value);
    const last = known.at(-1);
    if (last !== undefined && Math.abs(last.x1 - x0) < 0.01)
      known[known.length - 1] = { x0: last.x0, x1, points: [...last.points, [x0, y], [x1, y]] };
    else
      known.push({
        x0,
        x1,
        points: [
          [x0, y],
          [x1, y],
        ],
      });
    if (endMs < nextMs) blind.push({ x0: x1, x1: xOf(nextMs) });
  });
  return { known, blind };
}

/** What the GPU did over the last minutes. Where nobody knows it is hatched; before the first look it is empty. */
export function Sparkline({
  points,
  sinceMs,
  untilMs,
  tone,
}: {
  readonly points: readonly MachinePoint[];
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly tone: 'plain' | 'warn' | 'unknown' | 'flat';
}): ReactNode {
  const { known, blind } = stretchesOf(points, sinceMs, untilMs);
  return (
    <svg
      className={classes('spark', tone)}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path className="base" d={`M0 ${height - 0.5}H${width}`} />
      {blind.map(({ x0, x1 }) => (
        <g key={x0} className="blind">
          {Array.from({ length: Math.ceil((x1 - x0 + height) / 6) }, (_, step) => {
            const x = x0 + step * 6 - height;
            const from = Math.max(x0, x);
            const to = Math.min(x1, x + height);
            return to > from ? (
              <path key={step} d={`M${from} ${height - (from - x)}L${to} ${height - (to - x)}`} />
            ) : null;
          })}
        </g>
      ))}
      {known.map(({ x0, x1, points: line }) => (
        <g key={x0}>
          <path
            className="fill"
            d={`M${x0} ${height}L${line.map(([x, y]) => `${x} ${y}`).join(' ')}L${x1} ${height}Z`}
          />
          <path className="line" d={`M${line.map(([x, y]) => `${x} ${y}`).join(' ')}`} />
        </g>
      ))}
    </svg>
  );
}
