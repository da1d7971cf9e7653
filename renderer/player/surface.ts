import type { ShaderMode } from './shader.ts';
import { openGlSurface } from './surface-gl.ts';
import { openPlainSurface } from './surface-2d.ts';
import type { FramePlanes } from './types.ts';
import type { Placement } from './view.ts';

export type PaintRequest = {
  readonly a: FramePlanes;
  /** The second picture; null for `single`. */
  readonly b: FramePlanes | null;
  readonly mode: ShaderMode;
  readonly placement: Placement;
  readonly isNearest: boolean;
  readonly split: number;
  readonly gain: number;
};

/** What draws onto one canvas. `draw` finishes before it returns: what it was given is then on the canvas. */
export type Surface = {
  readonly kind: 'webgl2' | '2d';
  /** False while the graphics context is lost: nothing is on the canvas then. */
  readonly draw: (request: PaintRequest) => boolean;
  readonly clear: () => void;
  readonly close: () => void;
};

/** Opens the best surface there is. `onRestored` runs when a lost context came back and must be painted anew. */
export function openSurface(canvas: HTMLCanvasElement, onRestored: () => void, prefer: 'webgl2' | '2d' = 'webgl2'): Surface {
  const surface = prefer === 'webgl2' ? openGlSurface(canvas, onRestored) : null;
  return surface ?? openPlainSurface(canvas);
}
