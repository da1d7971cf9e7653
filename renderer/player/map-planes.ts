import type { Transform } from '#shared/rules/orientation/transforms.ts';
import type { ColorMap } from './color-map.ts';
import { storedPoint, turnedSize } from './turn.ts';
import type { FramePlanes } from './types.ts';

/** Brightness of each pixel, row by row, 0 to 255; as stored for planes, by weights for RGBA. */
export function lumaOf(planes: FramePlanes): Uint8Array {
  const count = planes.widthPx * planes.heightPx;
  if (planes.layout === 'yuv') return planes.data.subarray(0, count);
  const luma = new Uint8Array(count);
  for (let at = 0, from = 0; at < count; at += 1, from += 4)
    luma[at] = Math.round(
      0.2126 * planes.data[from]! + 0.7152 * planes.data[from + 1]! + 0.0722 * planes.data[from + 2]!,
    );
  return luma;
}

/** A picture's brightness through a colour map, as it is stored. */
export function mapPlanes(planes: FramePlanes, map: ColorMap): ImageData {
  const luma = lumaOf(planes);
  return paint(planes.widthPx, planes.heightPx, map, (at) => luma[at]!);
}

type LumaSide = { readonly planes: FramePlanes; readonly turn: Transform };
/** How wide and high a picture is stored, and how it is laid. */
export type Laid = { readonly planes: Pick<FramePlanes, 'widthPx' | 'heightPx'>; readonly turn: Transform };

/** Level of each difference of brightness, B less A: its size times the gain, or with its sign around 128. */
export function levelOfDifference(difference: number, gain: number, isSigned: boolean): number {
  return isSigned
    ? Math.min(255, Math.max(0, Math.round(128 + (difference * gain) / 2)))
    : Math.min(255, Math.abs(difference) * gain);
}

/** The difference of two pictures at the same shown points, on the shown pixels of the first. */
export function mapDifference(a: LumaSide, b: LumaSide, gain: number, map: ColorMap, isSigned: boolean): ImageData {
  const lumaA = lumaOf(a.planes);
  const lumaB = lumaOf(b.planes);
  const placeA = placesOf(a, a);
  const placeB = placesOf(b, a);
  const levels = Uint8Array.from({ length: 511 }, (_, at) => levelOfDifference(at - 255, gain, isSigned));
  const { width, height } = turnedSize(a.turn, { width: a.planes.widthPx, height: a.planes.heightPx });
  return paint(width, height, map, (at) => levels[lumaB[placeB(at)]! - lumaA[placeA(at)]! + 255]!);
}

/** Stored place of each shown pixel of `grid`. */
export function placesOf(side: Laid, grid: Laid): (at: number) => number {
  const { widthPx, heightPx } = side.planes;
  const shown = turnedSize(grid.turn, { width: grid.planes.widthPx, height: grid.planes.heightPx });
  if (side.turn === 'identity' && shown.width === widthPx && shown.height === heightPx) return (at) => at;
  const table = new Uint32Array(shown.width * shown.height);
  for (let y = 0, at = 0; y < shown.height; y += 1)
    for (let x = 0; x < shown.width; x += 1, at += 1) {
      const [u, v] = storedPoint(side.turn, (x + 0.5) / shown.width, (y + 0.5) / shown.height);
      table[at] = Math.floor(v * heightPx) * widthPx + Math.floor(u * widthPx);
    }
  return (at) => table[at]!;
}

function paint(width: number, height: number, map: ColorMap, levelAt: (at: number) => number): ImageData {
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const colors = new Uint32Array(map.buffer);
  for (let at = 0; at < pixels.length; at += 1) pixels[at] = colors[levelAt(at)]!;
  return image;
}
