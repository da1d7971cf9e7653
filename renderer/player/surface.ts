import type { Transform } from '#shared/rules/orientation/transforms.ts';
import type { ColorMap } from './color-map.ts';
import type { ShaderMode } from './shader.ts';
import { openGlSurface } from './surface-gl.ts';
import { openPlainSurface } from './surface-2d.ts';
import type { FramePlanes } from './types.ts';
import type { Placement } from './view.ts';

/** One picture and how it is laid for the eye. */
export type ShownPicture = {
  readonly planes: FramePlanes;
  readonly turn: Transform;
  /** Its brightness is shown through this map; null: its colours. */
  readonly map: ColorMap | null;
};

export type PaintRequest = {
  readonly a: ShownPicture;
  /** The second picture; null for `single`. */
  readonly b: ShownPicture | null;
  readonly mode: ShaderMode;
  /** Of the mode `levels`: what each level of difference is shown as. */
  readonly levels: { readonly map: ColorMap; readonly isSigned: boolean } | null;
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

/** `auto`: WebGL2 where a graphics processor does it, else the 2D canvas. */
export type SurfaceChoice = 'auto' | 'webgl2' | '2d';

/** Opens the best surface there is. `onRestored` runs when a lost context came back and must be painted anew. */
export function openSurface(
  canvas: HTMLCanvasElement,
  onRestored: () => void,
  choice: SurfaceChoice = 'auto',
): Surface {
  const wantsGl = choice === 'webgl2' || (choice === 'auto' && !isSoftwareGl());
  const surface = wantsGl ? openGlSurface(canvas, onRestored) : null;
  return surface ?? openPlainSurface(canvas);
}

let software: boolean | null = null;

/** True where WebGL runs on the processor: the 2D canvas is several times faster there (17 against 90 ms a pair). */
function isSoftwareGl(): boolean {
  if (software !== null) return software;
  const gl = document.createElement('canvas').getContext('webgl2');
  if (gl === null) {
    software = true;
    return software;
  }
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = String(gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  software = /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
  return software;
}
