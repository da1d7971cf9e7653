import { createRandom } from '../seeded-random.ts';

/** Beyond this many clips patterns are drawn instead of counted. */
const mostCounted = 20;
const drawnPatterns = 100_000;
/** Sums of the same differences in another order differ in their last digits. */
const rounding = 1e-9;

/**
 * Two-sided p of the sign-flip test: if nothing differs, each clip's difference is as likely to have the other
 * sign. All 2^n patterns are counted up to 20 clips; beyond, 100,000 are drawn and both counts get one more.
 * @param differences one for each source clip
 */
export function signFlipP(differences: readonly number[], seed: number): number {
  const n = differences.length;
  if (n === 0) return 1;
  const observed = Math.abs(differences.reduce((sum, each) => sum + each, 0)) - rounding;
  if (n > mostCounted) return drawnP(differences, observed, seed);
  // Each step flips one sign (Gray code), so that every pattern costs one addition. A pattern and its opposite
  // count alike: half of them are enough.
  const signs = differences.map(() => 1);
  let sum = differences.reduce((total, each) => total + each, 0);
  const half = 2 ** (n - 1);
  let atLeast = 0;
  for (let pattern = 0; pattern < half; pattern += 1) {
    if (Math.abs(sum) >= observed) atLeast += 1;
    const flipped = trailingZeros(pattern + 1);
    if (flipped >= n - 1) break;
    sum -= 2 * signs[flipped]! * differences[flipped]!;
    signs[flipped] = -signs[flipped]!;
  }
  return atLeast / half;
}

const trailingZeros = (value: number): number => 31 - Math.clz32(value & -value);

function drawnP(differences: readonly number[], observed: number, seed: number): number {
  const random = createRandom(seed);
  let atLeast = 0;
  for (let pattern = 0; pattern < drawnPatterns; pattern += 1) {
    let sum = 0;
    for (const each of differences) sum += random() < 0.5 ? each : -each;
    if (Math.abs(sum) >= observed) atLeast += 1;
  }
  return (atLeast + 1) / (drawnPatterns + 1);
}

/** Two-sided p of a fair coin that gave `wins` of one side and `losses` of the other (exact McNemar by clip). */
export function signTestP(wins: number, losses: number): number {
  const n = wins + losses;
  let tail = 0;
  for (let heads = Math.max(wins, losses); heads <= n; heads += 1) tail += Math.exp(logChoose(n, heads) - n * Math.LN2);
  return Math.min(1, 2 * tail);
}

function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i += 1) sum += Math.log((n - k + i) / i);
  return sum;
}

/** 2.5th and 97.5th percentile of the mean over clips drawn anew with replacement; too narrow under 10 clips. */
export function bootstrapInterval(
  differences: readonly number[],
  seed: number,
  resamples = 10_000,
): { readonly low: number; readonly high: number } | null {
  const n = differences.length;
  if (n === 0) return null;
  const random = createRandom(seed);
  const means = new Float64Array(resamples);
  for (let sample = 0; sample < resamples; sample += 1) {
    let sum = 0;
    for (let drawn = 0; drawn < n; drawn += 1) sum += differences[Math.floor(random() * n)]!;
    means[sample] = sum / n;
  }
  means.sort();
  const at = (share: number): number => means[Math.round(share * (resamples - 1))]!;
  return { low: at(0.025), high: at(0.975) };
}

/** Wilson's interval of a share. @param count effective number of frames, may be broken */
export function wilson(share: number, count: number): { readonly low: number; readonly high: number } | null {
  if (!(count > 0)) return null;
  const z = 1.959_963_984_540_054;
  const centre = (share + z ** 2 / (2 * count)) / (1 + z ** 2 / count);
  const half = (z * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2))) / (1 + z ** 2 / count);
  return { low: centre - half, high: centre + half };
}
