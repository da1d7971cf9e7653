import { z } from 'zod';
import type { Grid } from './grid.ts';

/** The eight ways in which a picture can be laid, by turning and mirroring it. */
export const transformSchema = z.enum([
  'identity',
  'rotate_180',
  'flip_left_right',
  'flip_up_down',
  'rotate_90',
  'rotate_270',
  'transpose',
  'anti_transpose',
]);
export type Transform = z.infer<typeof transformSchema>;

/** Those that keep width and height, and those that swap them. Rotations are clockwise. */
export const uprightTransforms: readonly Transform[] = ['identity', 'rotate_180', 'flip_left_right', 'flip_up_down'];
export const lyingTransforms: readonly Transform[] = ['rotate_90', 'rotate_270', 'transpose', 'anti_transpose'];

/** The picture after a transform. */
export function applyTransform(grid: Grid, transform: Transform): Grid {
  if (transform === 'identity') return grid;
  const { width, height, values } = grid;
  const isLying = lyingTransforms.includes(transform);
  const size = isLying ? { width: height, height: width } : { width, height };
  const moved = new Float32Array(values.length);
  for (let y = 0; y < size.height; y += 1)
    for (let x = 0; x < size.width; x += 1) moved[y * size.width + x] = values[sourceOf(transform, x, y, grid)]!;
  return { ...size, values: moved };
}

/** Where the value of a place comes from. */
function sourceOf(transform: Transform, x: number, y: number, { width, height }: Grid): number {
  switch (transform) {
    case 'identity':
      return y * width + x;
    case 'rotate_180':
      return (height - 1 - y) * width + (width - 1 - x);
    case 'flip_left_right':
      return y * width + (width - 1 - x);
    case 'flip_up_down':
      return (height - 1 - y) * width + x;
    case 'rotate_90':
      return (height - 1 - x) * width + y;
    case 'rotate_270':
      return x * width + (width - 1 - y);
    case 'transpose':
      return x * width + y;
    case 'anti_transpose':
      return (height - 1 - x) * width + (width - 1 - y);
  }
}
