/**
 * Test pictures that carry their number: a row of ten cells along the top, first white and last black as
 * guards, eight bits between them, highest first. Read back anywhere the picture is shown.
 */
export type Plane = { readonly widthPx: number; readonly heightPx: number };

/** Height of the row of cells as a share of the picture. */
export const CODE_HEIGHT = 1 / 8;
const CELLS = 10;

/** One I420 picture with number `code` (0 to 255) and some content that differs by seed and moves with the number. `grain`: levels of noise, as a camera or a model leaves it. */
export function drawPicture(size: Plane, code: number, seed: number, grain = 0): Uint8Array {
  const { widthPx, heightPx } = size;
  const chromaWidth = (widthPx + 1) >> 1;
  const chromaHeight = (heightPx + 1) >> 1;
  const data = new Uint8Array(widthPx * heightPx + 2 * chromaWidth * chromaHeight);
  const codeRows = Math.round(heightPx * CODE_HEIGHT);
  const ballX = ((code * 7 + seed * 31) % 100) / 100;
  let noise = code * 7919 + seed;
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      data[y * widthPx + x] =
        y < codeRows
          ? cellLuma(Math.floor((x * CELLS) / widthPx), code)
          : contentLuma(x / widthPx, y / heightPx, ballX, seed);
    }
  }
  for (let pixel = codeRows * widthPx; grain > 0 && pixel < widthPx * heightPx; pixel++) {
    noise = (noise * 1_103_515_245 + 12_345) % 2 ** 31;
    data[pixel] = Math.min(255, data[pixel]! + (((noise >> 16) % (2 * grain + 1)) - grain));
  }
  const at = widthPx * heightPx;
  for (let y = 0; y < chromaHeight; y++) {
    for (let x = 0; x < chromaWidth; x++) {
      const isCode = y * 2 < codeRows + 2;
      data[at + y * chromaWidth + x] = isCode ? 128 : 100 + ((seed * 37) % 60);
      data[at + chromaWidth * chromaHeight + y * chromaWidth + x] = isCode
        ? 128
        : 110 + Math.round(30 * (x / chromaWidth));
    }
  }
  return data;
}

/** The number in a row of ten sampled brightness values (0 to 255, cell centres left to right); null when the guards are wrong. */
export function readCode(cells: readonly number[]): number | null {
  const bits = cells.map((value) => (value > 128 ? 1 : 0));
  if (bits.length !== CELLS || bits[0] !== 1 || bits[9] !== 0) return null;
  return bits.slice(1, 9).reduce<number>((number, bit) => number * 2 + bit, 0);
}

function cellLuma(cell: number, code: number): number {
  const isWhite = cell === 0 || (cell < 9 && ((code >> (8 - cell)) & 1) === 1);
  return isWhite ? 230 : 24;
}

function contentLuma(u: number, v: number, ballX: number, seed: number): number {
  const distance = Math.hypot(u - ballX, (v - 0.6) * 0.75);
  if (distance < 0.12) return 200 - Math.round(distance * 300);
  const stripes = Math.sin((u * 40 + seed) * 1.3) * Math.cos(v * 33 - seed);
  return Math.round(90 + 50 * u + 25 * stripes);
}
