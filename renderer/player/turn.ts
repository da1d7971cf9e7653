import { lyingTransforms, type Transform } from '#shared/rules/orientation/transforms.ts';
import type { Size } from './view.ts';

/**
 * How a stored picture is laid for the eye. Points are shares of the picture, 0 to 1 across and down. It is a view:
 * nothing of it reaches a file.
 */
export function turnedSize(turn: Transform, { width, height }: Size): Size {
  return lyingTransforms.includes(turn) ? { width: height, height: width } : { width, height };
}

type Point = readonly [u: number, v: number];

/** Where the point that is shown at (u, v) is stored. */
export function storedPoint(turn: Transform, u: number, v: number): Point {
  switch (turn) {
    case 'identity':
      return [u, v];
    case 'rotate_180':
      return [1 - u, 1 - v];
    case 'flip_left_right':
      return [1 - u, v];
    case 'flip_up_down':
      return [u, 1 - v];
    case 'rotate_90':
      return [v, 1 - u];
    case 'rotate_270':
      return [1 - v, u];
    case 'transpose':
      return [v, u];
    case 'anti_transpose':
      return [1 - v, 1 - u];
    default:
      return turn satisfies never;
  }
}

const inverses: Partial<Record<Transform, Transform>> = { rotate_90: 'rotate_270', rotate_270: 'rotate_90' };

/** Where a stored point is shown: the turns but the two quarter rotations undo themselves. */
export function shownPoint(turn: Transform, u: number, v: number): Point {
  return storedPoint(inverses[turn] ?? turn, u, v);
}

/** `storedPoint` as a 3x3 matrix for (u, v, 1), column by column, as WebGL reads it. */
export function turnMatrix(turn: Transform): readonly number[] {
  const [ox, oy] = storedPoint(turn, 0, 0);
  const [ux, uy] = storedPoint(turn, 1, 0);
  const [vx, vy] = storedPoint(turn, 0, 1);
  return [ux - ox, uy - oy, 0, vx - ox, vy - oy, 0, ox, oy, 1];
}
