/** A small picture of one channel, row by row from the top left. Values are levels, 0 to 255, or what was made of them. */
export type Grid = { readonly width: number; readonly height: number; readonly values: Float32Array };

/** A decoded luma plane; rows may be longer than the picture. */
export type LumaPlane = {
  readonly width: number;
  readonly height: number;
  /** Bytes from the begin of one row to the next. */
  readonly stride: number;
  readonly data: Uint8Array;
};

/** The part of a picture that is kept, in pixels. */
export type Crop = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

/** Thresholds and blurs of the check belong to a grid of this width; with another they would all be tuned anew. */
export const gridWidth = 64;

export const wholePicture = ({ width, height }: Pick<LumaPlane, 'width' | 'height'>): Crop => ({
  left: 0,
  top: 0,
  width,
  height,
});

/** Levels that lossy coding adds to a bar that is flat. */
const barTolerance = 4;
/** A clip that is flat all over has no bars: at least this share of each side stays. */
const leastKeptShare = 0.5;

/**
 * Rows and columns at the edges that all hold one value, in all frames, are letterbox bars. A floor, whose rows
 * are flat each by itself, is none.
 * @param frames all of one size, at least one
 */
export function findBars(frames: readonly LumaPlane[]): Crop {
  const { width, height, stride } = frames[0]!;
  const row = { length: width, step: 1, jump: stride };
  const column = { length: height, step: stride, jump: 1 };
  const top = barDepth(frames, row, { from: 0, towards: 1, most: height });
  const bottom = barDepth(frames, row, { from: height - 1, towards: -1, most: height });
  const left = barDepth(frames, column, { from: 0, towards: 1, most: width });
  const right = barDepth(frames, column, { from: width - 1, towards: -1, most: width });
  const crop = { left, top, width: width - left - right, height: height - top - bottom };
  const isEmpty = crop.width < width * leastKeptShare || crop.height < height * leastKeptShare;
  return isEmpty ? wholePicture(frames[0]!) : crop;
}

type Line = { readonly length: number; readonly step: number; readonly jump: number };

/** How many lines, counted from an edge, stay within one narrow range of levels. */
function barDepth(
  frames: readonly LumaPlane[],
  { length, step, jump }: Line,
  { from, towards, most }: { readonly from: number; readonly towards: 1 | -1; readonly most: number },
): number {
  let low = 255;
  let high = 0;
  for (let depth = 0; depth < most; depth += 1)
    for (const { data } of frames)
      for (let index = 0; index < length; index += 1) {
        const value = data[(from + towards * depth) * jump + index * step]!;
        if (value < low) low = value;
        if (value > high) high = value;
        if (high - low > barTolerance) return depth;
      }
  return most;
}

/**
 * The mean of the pixels under each cell, with pixels that a cell only touches counted in part.
 * @param size cells; not more than the crop has pixels
 */
export function reduce(frame: LumaPlane, crop: Crop, size: { readonly width: number; readonly height: number }): Grid {
  const columns = spans(crop.width, size.width);
  const rows = spans(crop.height, size.height);
  const values = new Float32Array(size.width * size.height);
  const line = new Float64Array(size.width);
  for (const [y, row] of rows.entries()) {
    line.fill(0);
    for (let inside = 0; inside < row.weights.length; inside += 1) {
      const offset = (crop.top + row.first + inside) * frame.stride + crop.left;
      for (let x = 0; x < size.width; x += 1) {
        const { first, weights } = columns[x]!;
        let sum = 0;
        for (let step = 0; step < weights.length; step += 1) sum += frame.data[offset + first + step]! * weights[step]!;
        line[x]! += sum * row.weights[inside]!;
      }
    }
    values.set(line, y * size.width);
  }
  return { ...size, values };
}

/** Wide enough for the grid and for letterbox bars, and small enough to be kept for many clips. */
const smallWidth = 160;

/** A smaller plane of the same picture; one that is small is kept as it is. */
export function shrink(frame: LumaPlane): LumaPlane {
  if (frame.width <= smallWidth) return frame;
  const height = Math.max(1, Math.round((frame.height * smallWidth) / frame.width));
  const { values } = reduce(frame, wholePicture(frame), { width: smallWidth, height });
  return { width: smallWidth, height, stride: smallWidth, data: Uint8Array.from(values, Math.round) };
}

type Span = { readonly first: number; readonly weights: readonly number[] };

/** Which pixels lie under each cell, and which share of the cell each of them fills. */
function spans(length: number, cells: number): readonly Span[] {
  const scale = length / cells;
  return Array.from({ length: cells }, (_, cell) => {
    const from = cell * scale;
    const to = (cell + 1) * scale;
    const first = Math.floor(from);
    const last = Math.min(Math.ceil(to), length);
    const weights: number[] = [];
    for (let pixel = first; pixel < last; pixel += 1)
      weights.push((Math.min(to, pixel + 1) - Math.max(from, pixel)) / scale);
    return { first, weights };
  });
}

/** The value below which a share of the values lies, between the two next to it. */
export function percentile(values: ArrayLike<number>, share: number): number {
  return percentileOfSorted(Float64Array.from(values).toSorted(), share);
}

/** The same, of values that are sorted already. */
export function percentileOfSorted(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const part = place - below;
  return sorted[below]! * (1 - part) + sorted[Math.min(below + 1, sorted.length - 1)]! * part;
}

export const median = (values: ArrayLike<number>): number => percentile(values, 0.5);

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index]!;
  return sum / values.length;
}

export function variance(values: ArrayLike<number>): number {
  const middle = mean(values);
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += (values[index]! - middle) ** 2;
  return sum / values.length;
}

/** Zero-mean normalised correlation, -1 to 1; 0 when one of the two is flat, since nothing can be said then. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const middleA = mean(a);
  const middleB = mean(b);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let index = 0; index < a.length; index += 1) {
    const x = a[index]! - middleA;
    const y = b[index]! - middleB;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa < 1e-9 || bb < 1e-9 ? 0 : ab / Math.sqrt(aa * bb);
}
