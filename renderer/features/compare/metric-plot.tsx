import type { ReactNode } from 'react';
import type { ComparisonState, MetricValues } from '../../player/index.ts';
import { classes } from '../../ui/classes.ts';
import { linesOf, pathOf, plots, plotWords, scaleOf, valueWords, type Plot } from './plot-scale.ts';
import './metric-plot.css';

/** Marks of the scale, beside the plot. */
export function PlotGutter({ plot, values }: { readonly plot: Plot; readonly values: MetricValues | null }): ReactNode {
  if (values === null) return <span className="g-plot" />;
  const { low, high } = scaleOf(plot, linesOf(plot, values));
  return (
    <span className="g-plot tn" aria-hidden="true">
      <span>{high}</span>
      <span>{(low + high) / 2}</span>
      <span>{low}</span>
    </span>
  );
}

/** How alike the two sides are in each frame: part of the scrub bar. What is not measured (yet) is a gap. */
export function MetricPlot({
  plot,
  values,
  state,
}: {
  readonly plot: Plot;
  readonly values: MetricValues | null;
  readonly state: ComparisonState;
}): ReactNode {
  if (values === null) return <div className="cmp-plot" />;
  const lines = linesOf(plot, values);
  const scale = scaleOf(plot, lines);
  const count = state.lastMaster - state.firstMaster + 1;
  const at = state.masterFrame - state.firstMaster;
  const here = lines.map((line) => ({ ...line, value: line.values[at] ?? Number.NaN }));
  const known = here.filter((line) => !Number.isNaN(line.value));
  const percent = (at + 0.5) / count;
  const words =
    known.length === 0
      ? 'not measured here'
      : `${known.map((line) => valueWords(plot, line.value)).join(', ')} at frame ${state.masterFrame}`;
  return (
    <div className="cmp-plot">
      <div className="cmp-plot-area">
        <svg viewBox={`0 0 ${Math.max(1, count)} 1`} preserveAspectRatio="none" aria-hidden="true">
          {scale.low < 0 ? (
            <path className="is-zero" d={`M0 ${scale.high / (scale.high - scale.low)}H${count}`} />
          ) : null}
          {lines.map((line) => (
            <path key={line.side} className={`is-${line.side}`} d={pathOf(line.values, scale)} />
          ))}
        </svg>
        {known.map((line) => (
          <span
            key={line.side}
            className={`cmp-plot-dot is-${line.side}`}
            style={{
              left: `${percent * 100}%`,
              top: `${(1 - (line.value - scale.low) / (scale.high - scale.low)) * 100}%`,
            }}
          />
        ))}
      </div>
      <span
        className={classes('cmp-plot-value tn', percent > 0.7 && 'is-before')}
        style={percent > 0.7 ? { right: `${(1 - percent) * 100}%` } : { left: `max(190px, ${percent * 100}%)` }}
        data-testid="plot-value"
      >
        {words}
      </span>
    </div>
  );
}

/** Which measure the plot shows. It stands beside the scrub bar, not in it: a slider has no controls of its own. */
export function PlotChoice({
  plot,
  onPlot,
}: {
  readonly plot: Plot;
  readonly onPlot: (plot: Plot) => void;
}): ReactNode {
  return (
    <select
      className="cmp-plot-choice"
      aria-label="Measure"
      value={plot}
      onChange={(event) => onPlot(plots.find((each) => each === event.target.value) ?? plot)}
    >
      {plots.map((each) => (
        <option key={each} value={each}>
          {plotWords[each]}
        </option>
      ))}
    </select>
  );
}
