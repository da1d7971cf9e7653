import type { MetricValues } from '../../player/index.ts';

export const plots = ['meanError', 'correlation', 'ssim', 'motion'] as const;
export type Plot = (typeof plots)[number];

export const plotWords: Readonly<Record<Plot, string>> = {
  meanError: 'Mean error, levels of 255',
  correlation: 'Correlation of brightness',
  ssim: 'SSIM of brightness',
  motion: 'Motion, levels of 255 a frame',
};

export type PlotLine = { readonly side: 'both' | 'left' | 'right'; readonly values: Float32Array };

export function linesOf(plot: Plot, values: MetricValues): readonly PlotLine[] {
  if (plot === 'motion')
    return [
      { side: 'left', values: values.motionLeft },
      { side: 'right', values: values.motionRight },
    ];
  return [{ side: 'both', values: values[plot] }];
}

export type PlotScale = { readonly low: number; readonly high: number };

/**
 * What the bottom and the top of a plot stand for: an error from 0 to a round number that holds all of it, a likeness
 * from 0 (or the half or whole below 0 that holds it) to 1.
 */
export function scaleOf(plot: Plot, lines: readonly PlotLine[]): PlotScale {
  let least = Infinity;
  let most = -Infinity;
  for (const { values } of lines)
    for (const value of values) {
      if (Number.isNaN(value)) continue;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  if (plot === 'correlation' || plot === 'ssim') return { low: least < -0.5 ? -1 : least < 0 ? -0.5 : 0, high: 1 };
  return { low: 0, high: roundUp(Math.max(most, 0)) };
}

/** The next of 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8 and their tenfolds; half a level is the least that means anything. */
function roundUp(value: number): number {
  if (value <= 0.5) return 0.5;
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * unit >= value) ?? 10);
}

/** SVG path over `count` frames, one wide each, on a height of 1; a value that is not there breaks the line. */
export function pathOf(values: Float32Array, { low, high }: PlotScale): string {
  const parts: string[] = [];
  let isDrawing = false;
  for (const [at, value] of values.entries()) {
    if (Number.isNaN(value)) {
      isDrawing = false;
      continue;
    }
    const y = 1 - (value - low) / (high - low);
    parts.push(`${isDrawing ? 'L' : 'M'}${at + 0.5} ${y.toFixed(4)}`);
    // A value between two gaps is a dot.
    if (!isDrawing && (at + 1 >= values.length || Number.isNaN(values[at + 1]!))) parts.push('h0.01');
    isDrawing = true;
  }
  return parts.join('');
}

/** A value with as many digits as it is worth. */
export function valueWords(plot: Plot, value: number): string {
  const digits = plot === 'correlation' || plot === 'ssim' ? 3 : value < 10 ? 2 : 1;
  return value.toFixed(digits).replace('-', '−');
}
