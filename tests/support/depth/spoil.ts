import type { LumaPlane } from '#shared/rules/orientation/grid.ts';
import { applyTransform, type Transform } from '#shared/rules/orientation/transforms.ts';
import { createRandom, normal } from '#shared/rules/seeded-random.ts';

export type Spoiling = {
  readonly seed: number;
  /** Standard deviation, levels. */
  readonly noise: number;
  readonly gamma: number;
  /** How much the brightness of a frame goes up or down, levels. */
  readonly flicker: number;
  /** Cells of a box blur to each side. */
  readonly blur: number;
  /** Near and far swapped. */
  readonly isInverted: boolean;
};

/** What a model and lossy coding do to depth on its way into the control file. */
export function spoil(frames: readonly LumaPlane[], how: Spoiling): LumaPlane[] {
  const random = createRandom(how.seed);
  return frames.map((frame) => {
    const shift = (random() * 2 - 1) * how.flicker;
    const soft = boxBlur(frame, how.blur);
    const data = soft.map((value) => {
      const curved = 255 * (value / 255) ** how.gamma;
      const turned = how.isInverted ? 255 - curved : curved;
      return Math.min(255, Math.max(0, Math.round(turned + shift + normal(random) * how.noise)));
    });
    return { ...frame, stride: frame.width, data };
  });
}

function boxBlur({ width, height, stride, data }: LumaPlane, reach: number): Uint8Array {
  if (reach === 0) return data.slice();
  const blurred = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      let count = 0;
      for (let dy = -reach; dy <= reach; dy += 1)
        for (let dx = -reach; dx <= reach; dx += 1) {
          const [px, py] = [x + dx, y + dy];
          if (px < 0 || px >= width || py < 0 || py >= height) continue;
          sum += data[py * stride + px]!;
          count += 1;
        }
      blurred[y * width + x] = sum / count;
    }
  return blurred;
}

/** The frames laid another way. */
export function lay(frames: readonly LumaPlane[], transform: Transform): LumaPlane[] {
  return frames.map((frame) => {
    const { width, height, values } = applyTransform(
      { width: frame.width, height: frame.height, values: Float32Array.from(frame.data) },
      transform,
    );
    return { width, height, stride: width, data: Uint8Array.from(values) };
  });
}

/** Black bars above and below. */
export function letterbox(frames: readonly LumaPlane[], rows: number): LumaPlane[] {
  return frames.map(({ width, height, data }) => {
    const boxed = new Uint8Array(width * (height + 2 * rows)).fill(16);
    boxed.set(data, width * rows);
    return { width, height: height + 2 * rows, stride: width, data: boxed };
  });
}
