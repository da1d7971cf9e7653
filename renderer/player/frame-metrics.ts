/** What is told of one pair of pictures, on their brightness as stored. */
export type FrameMetrics = {
  /** Mean size of the difference, in levels of 255. */
  readonly meanError: number;
  /** Pearson's, -1 to 1; NaN where a picture is of one level. */
  readonly correlation: number;
  /** Structural similarity (Wang et al. 2004), mean over windows of 8 x 8 pixels side by side; 1 is equal. */
  readonly ssim: number;
};

type Grid = {
  readonly values: Uint8Array;
  readonly width: number;
  readonly height: number;
};

const windowPx = 8;
const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;

/** Both pictures on the same grid. */
export function frameMetrics(a: Grid, b: Grid): FrameMetrics {
  let similarity = 0;
  let windows = 0;
  let error = 0;
  const total = { a: 0, b: 0, aa: 0, bb: 0, ab: 0 };
  for (let top = 0; top < a.height; top += windowPx) {
    for (let left = 0; left < a.width; left += windowPx) {
      const bottom = Math.min(a.height, top + windowPx);
      const right = Math.min(a.width, left + windowPx);
      let sumA = 0;
      let sumB = 0;
      let sumAa = 0;
      let sumBb = 0;
      let sumAb = 0;
      for (let y = top; y < bottom; y += 1) {
        for (let at = y * a.width + left, end = y * a.width + right; at < end; at += 1) {
          const valueA = a.values[at]!;
          const valueB = b.values[at]!;
          sumA += valueA;
          sumB += valueB;
          sumAa += valueA * valueA;
          sumBb += valueB * valueB;
          sumAb += valueA * valueB;
          error += valueA > valueB ? valueA - valueB : valueB - valueA;
        }
      }
      const count = (bottom - top) * (right - left);
      const meanA = sumA / count;
      const meanB = sumB / count;
      const varianceA = sumAa / count - meanA * meanA;
      const varianceB = sumBb / count - meanB * meanB;
      const covariance = sumAb / count - meanA * meanB;
      similarity +=
        ((2 * meanA * meanB + c1) * (2 * covariance + c2)) /
        ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2));
      windows += 1;
      total.a += sumA;
      total.b += sumB;
      total.aa += sumAa;
      total.bb += sumBb;
      total.ab += sumAb;
    }
  }
  const count = a.width * a.height;
  const spreadA = total.aa - (total.a * total.a) / count;
  const spreadB = total.bb - (total.b * total.b) / count;
  return {
    meanError: error / count,
    correlation:
      spreadA < 1 || spreadB < 1 ? Number.NaN : (total.ab - (total.a * total.b) / count) / Math.sqrt(spreadA * spreadB),
    ssim: similarity / windows,
  };
}

/** Mean size of the change from one picture of a clip to the next, in levels of 255. */
export function motionBetween(before: Uint8Array, after: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < after.length; at += 1) sum += Math.abs(after[at]! - before[at]!);
  return sum / after.length;
}
