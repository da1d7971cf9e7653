import type { ColorDescription, FramePlanes } from './types.ts';

/** Kr and Kb of each matrix, as the standards define them (Kg = 1 - Kr - Kb). */
const weights = { bt601: [0.299, 0.114], bt709: [0.2126, 0.0722], bt2020: [0.2627, 0.0593] } as const;

/**
 * The 3x3 matrix (rows R, G, B; columns Y, U, V) and offsets that turn stored values (0 to 1) into RGB (0 to 1):
 * rgb = matrix * (yuv - offset). Limited range: luma 16 to 235, chroma 16 to 240, of 255.
 */
export function rgbFromYuv(color: ColorDescription): {
  readonly matrix: readonly number[];
  readonly offset: readonly [number, number, number];
} {
  const [kr, kb] = weights[color.matrix];
  const kg = 1 - kr - kb;
  const lumaGain = color.fullRange ? 1 : 255 / 219;
  const chromaGain = color.fullRange ? 1 : 255 / 224;
  const rv = 2 * (1 - kr) * chromaGain;
  const bu = 2 * (1 - kb) * chromaGain;
  const gu = (-2 * kb * (1 - kb) * chromaGain) / kg;
  const gv = (-2 * kr * (1 - kr) * chromaGain) / kg;
  return {
    matrix: [lumaGain, 0, rv, lumaGain, gu, gv, lumaGain, bu, 0],
    offset: [color.fullRange ? 0 : 16 / 255, 128 / 255, 128 / 255],
  };
}

/** One pixel of a picture: stored luma, and RGB by the same rule as the shader (nearest chroma). All 0 to 255. */
export type PixelValue = {
  readonly x: number;
  readonly y: number;
  readonly luma: number;
  readonly rgb: readonly [number, number, number];
};

export function pixelAt(planes: FramePlanes, x: number, y: number): PixelValue | null {
  if (x < 0 || y < 0 || x >= planes.widthPx || y >= planes.heightPx) return null;
  const { data } = planes;
  if (planes.layout === 'rgba') {
    const at = (y * planes.widthPx + x) * 4;
    const rgb = [data[at]!, data[at + 1]!, data[at + 2]!] as const;
    return { x, y, luma: Math.round(0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]), rgb };
  }
  const lumaBytes = planes.widthPx * planes.heightPx;
  const chromaX = Math.floor((x * planes.chromaWidthPx) / planes.widthPx);
  const chromaY = Math.floor((y * planes.chromaHeightPx) / planes.heightPx);
  const chromaAt = lumaBytes + chromaY * planes.chromaWidthPx + chromaX;
  const luma = data[y * planes.widthPx + x]!;
  const { matrix, offset } = rgbFromYuv(planes.color);
  const yuv = [
    luma / 255 - offset[0],
    data[chromaAt]! / 255 - offset[1],
    data[chromaAt + planes.chromaWidthPx * planes.chromaHeightPx]! / 255 - offset[2],
  ];
  const channel = (row: number): number =>
    Math.round(
      255 *
        Math.min(
          1,
          Math.max(0, matrix[row * 3]! * yuv[0]! + matrix[row * 3 + 1]! * yuv[1]! + matrix[row * 3 + 2]! * yuv[2]!),
        ),
    );
  return { x, y, luma, rgb: [channel(0), channel(1), channel(2)] };
}

/** A small picture for the filmstrip: each target pixel takes the source pixel at its centre. */
export function thumbnail(planes: FramePlanes, width: number, height: number): ImageData {
  const image = new ImageData(width, height);
  const { matrix, offset } = rgbFromYuv(planes.color);
  const { data, widthPx, heightPx, chromaWidthPx, chromaHeightPx } = planes;
  const lumaBytes = widthPx * heightPx;
  const chromaBytes = chromaWidthPx * chromaHeightPx;
  let to = 0;
  for (let row = 0; row < height; row++) {
    const y = Math.floor(((row + 0.5) * heightPx) / height);
    const chromaRow = lumaBytes + Math.floor((y * chromaHeightPx) / heightPx) * chromaWidthPx;
    for (let column = 0; column < width; column++) {
      const x = Math.floor(((column + 0.5) * widthPx) / width);
      if (planes.layout === 'rgba') {
        image.data.set(data.subarray((y * widthPx + x) * 4, (y * widthPx + x) * 4 + 4), to);
      } else {
        const chromaAt = chromaRow + Math.floor((x * chromaWidthPx) / widthPx);
        const a = data[y * widthPx + x]! / 255 - offset[0];
        const b = data[chromaAt]! / 255 - offset[1];
        const c = data[chromaAt + chromaBytes]! / 255 - offset[2];
        image.data[to] = 255 * (matrix[0]! * a + matrix[2]! * c);
        image.data[to + 1] = 255 * (matrix[3]! * a + matrix[4]! * b + matrix[5]! * c);
        image.data[to + 2] = 255 * (matrix[6]! * a + matrix[7]! * b);
        image.data[to + 3] = 255;
      }
      to += 4;
    }
  }
  return image;
}
