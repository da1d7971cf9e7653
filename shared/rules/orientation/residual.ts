import { mean, percentileOfSorted, variance, type Grid } from './grid.ts';

/** One frame as the check looks at it; each part lies as the frame is stored. */
export type Prepared = {
  /** 2nd to 98th percentile as 0 to 1. */
  readonly normalised: Grid;
  /** Without what its rows and columns have in common. */
  readonly residual: Grid;
  /** The residual between two blurs: what the main score correlates. */
  readonly band: Grid;
  /** The normalised frame, blurred a little, for gradients. */
  readonly smooth: Grid;
  /** Levels between the 2nd and the 98th percentile. */
  readonly rangeLevels: number;
  /** How much of the variance is left in `band`, 0 to 1. */
  readonly energyShare: number;
};

const fineSigma = 0.7;
const coarseSigma = 6;
const gradientSigma = 1;

/**
 * Takes away what can not tell mirror images apart: each row's and each column's mean (a floor gives both a
 * gradient that looks right in every flip), then drift over the whole picture.
 */
export function prepare(frame: Grid): Prepared {
  const { normalised, rangeLevels } = normalise(frame);
  const residual = withoutMeans(normalised);
  const band = bandOfResidual(residual);
  const whole = variance(normalised.values);
  return {
    normalised,
    residual,
    band,
    smooth: blur(normalised, gradientSigma),
    rangeLevels,
    energyShare: whole <= 0 ? 0 : variance(band.values) / whole,
  };
}

/** Only what the main score correlates: for the many comparisons that nothing else is asked of. */
export const bandOf = (frame: Grid): Grid => bandOfResidual(withoutMeans(normalise(frame).normalised));

function normalise(frame: Grid): { readonly normalised: Grid; readonly rangeLevels: number } {
  const sorted = Float64Array.from(frame.values).toSorted();
  const low = percentileOfSorted(sorted, 0.02);
  const high = percentileOfSorted(sorted, 0.98);
  const range = high - low;
  const normalised = map(frame, (value) => (range <= 0 ? 0 : (Math.min(Math.max(value, low), high) - low) / range));
  return { normalised, rangeLevels: range };
}

const bandOfResidual = (residual: Grid): Grid => difference(blur(residual, fineSigma), blur(residual, coarseSigma));

function map(grid: Grid, change: (value: number, x: number, y: number) => number): Grid {
  const { width } = grid;
  return { ...grid, values: grid.values.map((value, at) => change(value, at % width, Math.floor(at / width))) };
}

const difference = (a: Grid, b: Grid): Grid => ({ ...a, values: a.values.map((value, at) => value - b.values[at]!) });

function withoutMeans(grid: Grid): Grid {
  const { width, height, values } = grid;
  const rows = new Float64Array(height);
  const columns = new Float64Array(width);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const value = values[y * width + x]!;
      rows[y]! += value / width;
      columns[x]! += value / height;
    }
  const whole = mean(values);
  return map(grid, (value, x, y) => value - rows[y]! - columns[x]! + whole);
}

/** Gaussian, rows then columns, the edge mirrored. @param sigma cells of the grid */
function blur(grid: Grid, sigma: number): Grid {
  const reach = Math.ceil(3 * sigma);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * sigma * sigma)),
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  const weights = kernel.map((weight) => weight / sum);
  const { width, height } = grid;
  const across = along(grid.values, { count: height, length: width, step: 1, jump: width }, weights);
  const values = along(across, { count: width, length: height, step: width, jump: 1 }, weights);
  return { width, height, values };
}

type Lines = { readonly count: number; readonly length: number; readonly step: number; readonly jump: number };

/** Plain loops: this is where the time of a check goes. */
function along(source: Float32Array, { count, length, step, jump }: Lines, weights: Float64Array): Float32Array {
  const reach = (weights.length - 1) / 2;
  const places = Int32Array.from({ length: length + 2 * reach }, (_, at) => mirrored(at - reach, length) * step);
  const target = new Float32Array(source.length);
  for (let line = 0; line < count; line += 1) {
    const begin = line * jump;
    for (let at = 0; at < length; at += 1) {
      let sum = 0;
      for (let index = 0; index < weights.length; index += 1)
        sum += weights[index]! * source[begin + places[at + index]!]!;
      target[begin + at * step] = sum;
    }
  }
  return target;
}

function mirrored(at: number, length: number): number {
  let place = at;
  while (place < 0 || place >= length) place = place < 0 ? -place - 1 : 2 * length - 1 - place;
  return place;
}
