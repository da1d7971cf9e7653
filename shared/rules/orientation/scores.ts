import { correlation, mean, median, type Grid } from './grid.ts';
import type { Prepared } from './residual.ts';
import { applyTransform, lyingTransforms, uprightTransforms, type Transform } from './transforms.ts';

/** The four likenesses of one pair under one transform of the control picture; each 0 to 1, more is more alike. */
export type PairScore = {
  /** Residuals between two blurs, sign left out: the one that decides. */
  readonly main: number;
  readonly residual: number;
  /** Directions of gradients: blind to near and far swapped, and to any curve of grey. */
  readonly gradientField: number;
  readonly gradientStrength: number;
};

/** What a transform gets over all pairs: medians. */
export type CandidateScore = PairScore & { readonly transform: Transform };

export type FramePair = { readonly control: Prepared; readonly input: Prepared };

/** Which ways the control picture can lie: with the input's shape, with its sides swapped, or both on a square. */
export function candidatesOf(
  control: Pick<Grid, 'width' | 'height'>,
  input: Pick<Grid, 'width' | 'height'>,
): readonly Transform[] {
  const isUpright = control.width === input.width && control.height === input.height;
  const isLying = control.width === input.height && control.height === input.width;
  return [...(isUpright ? uprightTransforms : []), ...(isLying ? lyingTransforms : [])];
}

/** Scores of every candidate for one pair, in the order of `candidates`. */
export function scorePair({ control, input }: FramePair, candidates: readonly Transform[]): readonly PairScore[] {
  const inputGradients = gradientsOf(input.smooth);
  return candidates.map((transform) => {
    const gradients = gradientsOf(applyTransform(control.smooth, transform));
    return {
      main: Math.abs(correlation(applyTransform(control.band, transform).values, input.band.values)),
      residual: Math.abs(correlation(applyTransform(control.residual, transform).values, input.residual.values)),
      gradientField: alikeDirections(gradients, inputGradients),
      gradientStrength: correlation(gradients.strength, inputGradients.strength),
    };
  });
}

/** The part of two frames that the main score correlates. */
export type BandPair = { readonly control: Grid; readonly input: Grid };

/** The main score of the best candidate alone; 0 when no candidate fits. */
export function mainScore(pairs: readonly BandPair[], candidates: readonly Transform[]): number {
  const scores = candidates.map((transform) =>
    median(
      pairs.map(({ control, input }) => Math.abs(correlation(applyTransform(control, transform).values, input.values))),
    ),
  );
  return Math.max(0, ...scores);
}

export type Summary = {
  readonly candidates: readonly CandidateScore[];
  readonly best: Transform;
  readonly score: number;
  /** Median over pairs of the best candidate's lead over the best other one. */
  readonly margin: number;
  /** Share of pairs in which the best candidate is on top. */
  readonly winShare: number;
  /** How many of the three other likenesses pick the same candidate. */
  readonly votes: number;
};

const companions = ['residual', 'gradientField', 'gradientStrength'] as const;

/** @param scores one row a pair, at least one */
export function summarise(scores: readonly (readonly PairScore[])[], candidates: readonly Transform[]): Summary {
  const medianOf = (at: number, name: keyof PairScore): number => median(scores.map((row) => row[at]![name]));
  const table = candidates.map((transform, at) => ({
    transform,
    main: medianOf(at, 'main'),
    residual: medianOf(at, 'residual'),
    gradientField: medianOf(at, 'gradientField'),
    gradientStrength: medianOf(at, 'gradientStrength'),
  }));
  const best = largest(table.map(({ main }) => main));
  const leads = scores.map(
    (row) => row[best]!.main - Math.max(...row.filter((_, at) => at !== best).map(({ main }) => main)),
  );
  return {
    candidates: table,
    best: candidates[best]!,
    score: table[best]!.main,
    margin: median(leads),
    winShare: leads.filter((lead) => lead > 0).length / leads.length,
    votes: companions.filter((name) => largest(table.map((row) => row[name])) === best).length,
  };
}

const largest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

type Gradients = { readonly x: Float32Array; readonly y: Float32Array; readonly strength: Float32Array };

/** Central differences inside, none at the edge. */
function gradientsOf({ width, height, values }: Grid): Gradients {
  const x = new Float32Array(values.length);
  const y = new Float32Array(values.length);
  const strength = new Float32Array(values.length);
  for (let row = 1; row < height - 1; row += 1)
    for (let column = 1; column < width - 1; column += 1) {
      const at = row * width + column;
      x[at] = (values[at + 1]! - values[at - 1]!) / 2;
      y[at] = (values[at + width]! - values[at - width]!) / 2;
      strength[at] = Math.hypot(x[at]!, y[at]!);
    }
  return { x, y, strength };
}

/** Squared cosine between directions, weighted by both strengths: a half for directions by chance. */
function alikeDirections(a: Gradients, b: Gradients): number {
  let alike = 0;
  let weights = 0;
  for (let at = 0; at < a.strength.length; at += 1) {
    const weight = a.strength[at]! * b.strength[at]!;
    if (weight === 0) continue;
    const cosine = (a.x[at]! * b.x[at]! + a.y[at]! * b.y[at]!) / weight;
    alike += weight * cosine * cosine;
    weights += weight;
  }
  return weights === 0 ? 0 : alike / weights;
}

/** How alike the two depths are at an orientation, in figures that decide nothing. */
export type Likeness = {
  /** Median raw correlation, sign kept: below 0, near and far are swapped. */
  readonly rawCorrelation: number;
  /** Median structural similarity of the normalised frames. */
  readonly ssim: number;
  /** Mean absolute rest after the input was fitted as a × control + b, as a share of the input's range. */
  readonly fittedError: number;
};

export function likenessAt(pairs: readonly FramePair[], transform: Transform): Likeness {
  const turned = pairs.map(({ control, input }) => ({
    control: applyTransform(control.normalised, transform).values,
    input: input.normalised.values,
  }));
  return {
    rawCorrelation: median(turned.map(({ control, input }) => correlation(control, input))),
    ssim: median(turned.map(({ control, input }) => structuralSimilarity(control, input))),
    fittedError: fittedErrorOf(turned),
  };
}

type Turned = { readonly control: Float32Array; readonly input: Float32Array };

/** Over the whole frame as one window; values are 0 to 1. */
function structuralSimilarity(a: Float32Array, b: Float32Array): number {
  const steady = [0.01 ** 2, 0.03 ** 2] as const;
  const middleA = mean(a);
  const middleB = mean(b);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let at = 0; at < a.length; at += 1) {
    ab += ((a[at]! - middleA) * (b[at]! - middleB)) / a.length;
    aa += (a[at]! - middleA) ** 2 / a.length;
    bb += (b[at]! - middleB) ** 2 / a.length;
  }
  const light = (2 * middleA * middleB + steady[0]) / (middleA ** 2 + middleB ** 2 + steady[0]);
  return light * ((2 * ab + steady[1]) / (aa + bb + steady[1]));
}

/** One fit for the whole clip: a fit for each frame would hide flicker. */
function fittedErrorOf(pairs: readonly Turned[]): number {
  let n = 0;
  let [sx, sy, sxx, sxy] = [0, 0, 0, 0];
  for (const { control, input } of pairs)
    for (let at = 0; at < control.length; at += 1) {
      n += 1;
      sx += control[at]!;
      sy += input[at]!;
      sxx += control[at]! ** 2;
      sxy += control[at]! * input[at]!;
    }
  const spread = n * sxx - sx * sx;
  const slope = spread === 0 ? 0 : (n * sxy - sx * sy) / spread;
  const offset = (sy - slope * sx) / n;
  let error = 0;
  for (const { control, input } of pairs)
    for (let at = 0; at < control.length; at += 1) error += Math.abs(input[at]! - (slope * control[at]! + offset));
  return error / n;
}
