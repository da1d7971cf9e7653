import type { LumaPlane } from '#shared/rules/orientation/grid.ts';
import { createRandom } from '#shared/rules/seeded-random.ts';

export type SceneKind = 'table' | 'sparse_table' | 'overhead' | 'ramp' | 'flat' | 'symmetric';
export type SceneOptions = {
  readonly kind: SceneKind;
  readonly seed: number;
  readonly frameCount: number;
  readonly width?: number;
  readonly height?: number;
  /** How far the camera goes to the side from frame to frame, as a share of the width. */
  readonly pan?: number;
};

type Box = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
};

/**
 * Depth as a render gives it, far bright: a floor that rises to the horizon, boxes that stand on it, and an
 * arm of two links that moves from frame to frame. Objects lie anywhere, so no mirror image is the picture.
 */
export function drawScene({ kind, seed, frameCount, width = 96, height = 72, pan = 0 }: SceneOptions): LumaPlane[] {
  const random = createRandom(seed);
  const boxCount = kind === 'table' ? 9 : kind === 'overhead' ? 7 : kind === 'sparse_table' ? 4 : 0;
  const boxes: Box[] = Array.from({ length: boxCount }, () => ({
    x: random() * (0.85 + pan * frameCount),
    y: 0.15 + random() * 0.65,
    width: 0.06 + random() * 0.18,
    height: 0.08 + random() * 0.25,
    depth: 40 + random() * 150,
  }));
  if (kind === 'symmetric')
    for (const side of [0.15, 0.67]) boxes.push({ x: side, y: 0.4, width: 0.18, height: 0.2, depth: 70 });
  const swing = { at: random() * 6.28, pace: 0.04 + random() * 0.05, base: 0.25 + random() * 0.5 };
  return Array.from({ length: frameCount }, (_, frame) => {
    const data = new Uint8Array(width * height);
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        const v = y / height;
        let depth = kind === 'overhead' ? 170 + 20 * v : 225 - 160 * v;
        if (kind === 'flat') depth = 128;
        for (const box of boxes) if (isIn(box, x / width + pan * frame, v)) depth = Math.min(depth, box.depth);
        data[y * width + x] = depth;
      }
    if (kind === 'table' || kind === 'sparse_table' || kind === 'overhead')
      drawArm(data, { width, height }, swing.base, swing.at + frame * swing.pace);
    return { width, height, stride: width, data };
  });
}

const isIn = (box: Box, x: number, y: number): boolean =>
  x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;

function drawArm(
  data: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  base: number,
  angle: number,
): void {
  let [x, y] = [base * width, height - 1];
  for (const [length, turn] of [
    [0.42, -1.4 + 0.5 * Math.sin(angle)],
    [0.3, -0.6 + 0.9 * Math.sin(angle * 1.7)],
  ] as const) {
    const [dx, dy] = [Math.cos(turn), Math.sin(turn)];
    for (let step = 0; step < length * height; step += 0.5) {
      const [cx, cy] = [x + dx * step, y + dy * step];
      for (let across = -2.5; across <= 2.5; across += 1) {
        const px = Math.round(cx - dy * across);
        const py = Math.round(cy + dx * across);
        if (px >= 0 && px < width && py >= 0 && py < height) data[py * width + px] = 25;
      }
    }
    x += dx * length * height;
    y += dy * length * height;
  }
}
