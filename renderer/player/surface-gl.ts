import { rgbFromYuv } from './color.ts';
import type { ColorMap } from './color-map.ts';
import { fragmentShader, shaderModes, vertexShader } from './shader.ts';
import type { PaintRequest, ShownPicture, Surface } from './surface.ts';
import { turnMatrix } from './turn.ts';
import type { FramePlanes } from './types.ts';

const planeNames = ['luma', 'cb', 'cr'] as const;
const samplerNames = ['lumaA', 'cbA', 'crA', 'lumaB', 'cbB', 'crB'] as const;
const mapNames = ['mapA', 'mapB', 'mapLevels'] as const;
const uniformNames = [
  ...samplerNames,
  ...mapNames,
  'shown',
  'matrixA',
  'matrixB',
  'offsetA',
  'offsetB',
  'turnA',
  'turnB',
  'packedA',
  'packedB',
  'mappedA',
  'mappedB',
  'signedLevels',
  'mode',
  'split',
  'gain',
] as const;
type UniformName = (typeof uniformNames)[number];

type Texture = {
  readonly handle: WebGLTexture;
  width: number;
  height: number;
  format: number;
  isNearest: boolean | null;
};
type Context = {
  readonly gl: WebGL2RenderingContext;
  readonly uniforms: Readonly<Record<UniformName, WebGLUniformLocation | null>>;
  readonly textures: readonly Texture[];
  /** Pictures whose planes the textures hold now, by side. */
  readonly held: [FramePlanes | null, FramePlanes | null];
  readonly maps: readonly WebGLTexture[];
  /** Maps that their textures hold now. */
  readonly heldMaps: (ColorMap | null)[];
};

/** WebGL2 surface: three single-channel textures a picture, colour made in the shader. Null when there is no WebGL2. */
export function openGlSurface(canvas: HTMLCanvasElement, onRestored: () => void): Surface | null {
  const gl = canvas.getContext('webgl2', {
    alpha: true,
    antialias: false,
    depth: false,
    stencil: false,
    preserveDrawingBuffer: true,
    desynchronized: false,
    powerPreference: 'low-power',
  });
  if (gl === null) return null;
  let context: Context | null = prepare(gl);
  if (context === null) return null;

  const onLost = (event: Event): void => {
    event.preventDefault();
    context = null;
  };
  const onBack = (): void => {
    context = prepare(gl);
    onRestored();
  };
  canvas.addEventListener('webglcontextlost', onLost);
  canvas.addEventListener('webglcontextrestored', onBack);

  return {
    kind: 'webgl2',
    draw: (request) => {
      if (context === null || gl.isContextLost()) return false;
      drawPicture(context, canvas, request);
      return true;
    },
    clear: () => {
      if (context === null) return;
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
    },
    close: () => {
      canvas.removeEventListener('webglcontextlost', onLost);
      canvas.removeEventListener('webglcontextrestored', onBack);
      for (const texture of context?.textures ?? []) gl.deleteTexture(texture.handle);
      for (const handle of context?.maps ?? []) gl.deleteTexture(handle);
      context = null;
      // The browser allows few contexts a page: give this one back now, not at the next collection.
      gl.getExtension('WEBGL_lose_context')?.loseContext();
    },
  };
}

function prepare(gl: WebGL2RenderingContext): Context | null {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader],
  ] as const) {
    const shader = gl.createShader(kind);
    if (shader === null) return null;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true) return null;
  gl.useProgram(program);
  gl.bindVertexArray(gl.createVertexArray());
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  const uniforms = Object.fromEntries(
    uniformNames.map((name) => [name, gl.getUniformLocation(program, name)]),
  ) as Record<UniformName, WebGLUniformLocation | null>;
  const textures = samplerNames.map((name, unit): Texture => {
    const handle = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, handle);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    gl.uniform1i(uniforms[name], unit);
    return { handle, width: 0, height: 0, format: 0, isNearest: null };
  });
  const maps = mapNames.map((name, index) => {
    const handle = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0 + samplerNames.length + index);
    gl.bindTexture(gl.TEXTURE_2D, handle);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    gl.uniform1i(uniforms[name], samplerNames.length + index);
    return handle;
  });
  return { gl, uniforms, textures, held: [null, null], maps, heldMaps: mapNames.map(() => null) };
}

function drawPicture(context: Context, canvas: HTMLCanvasElement, request: PaintRequest): void {
  const { gl, uniforms } = context;
  layPicture(context, 0, request.a, request.isNearest);
  if (request.b !== null) layPicture(context, 1, request.b, request.isNearest);
  if (request.levels !== null) uploadMap(context, 2, request.levels.map);
  gl.uniform1i(uniforms.signedLevels, request.levels?.isSigned === true ? 1 : 0);
  const { u0, v0, u1, v1 } = request.placement;
  gl.viewport(0, 0, canvas.width, canvas.height);
  gl.uniform4f(uniforms.shown, u0, v0, u1, v1);
  gl.uniform1i(uniforms.mode, shaderModes[request.mode]);
  gl.uniform1f(uniforms.split, request.split);
  gl.uniform1f(uniforms.gain, request.gain);
  gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
}

function layPicture(context: Context, side: 0 | 1, { planes, turn, map }: ShownPicture, isNearest: boolean): void {
  const { gl, uniforms } = context;
  const name = side === 0 ? 'A' : 'B';
  upload(context, side, planes, isNearest);
  gl.uniformMatrix3fv(uniforms[`turn${name}`], false, turnMatrix(turn));
  gl.uniform1i(uniforms[`mapped${name}`], map === null ? 0 : 1);
  if (map !== null) uploadMap(context, side, map);
}

function uploadMap({ gl, heldMaps }: Context, index: 0 | 1 | 2, map: ColorMap): void {
  if (heldMaps[index] === map) return;
  gl.activeTexture(gl.TEXTURE0 + samplerNames.length + index);
  gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, 256, 1, gl.RGBA, gl.UNSIGNED_BYTE, map);
  heldMaps[index] = map;
}

function upload(context: Context, side: 0 | 1, planes: FramePlanes, isNearest: boolean): void {
  const { gl, uniforms, textures } = context;
  const isNew = context.held[side] !== planes;
  const lumaBytes = planes.widthPx * planes.heightPx;
  const chromaBytes = planes.chromaWidthPx * planes.chromaHeightPx;
  const isPacked = planes.layout === 'rgba';
  for (const [index] of planeNames.entries()) {
    if (isPacked && index > 0) break;
    const texture = textures[side * 3 + index]!;
    gl.activeTexture(gl.TEXTURE0 + side * 3 + index);
    if (isNew) {
      const width = index === 0 ? planes.widthPx : planes.chromaWidthPx;
      const height = index === 0 ? planes.heightPx : planes.chromaHeightPx;
      const format = isPacked ? gl.RGBA : gl.RED;
      const from = index === 0 ? 0 : lumaBytes + (index - 1) * chromaBytes;
      if (texture.width === width && texture.height === height && texture.format === format) {
        gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, format, gl.UNSIGNED_BYTE, planes.data, from);
      } else {
        gl.texImage2D(
          gl.TEXTURE_2D,
          0,
          isPacked ? gl.RGBA8 : gl.R8,
          width,
          height,
          0,
          format,
          gl.UNSIGNED_BYTE,
          planes.data,
          from,
        );
        texture.width = width;
        texture.height = height;
        texture.format = format;
      }
    }
    if (texture.isNearest !== isNearest) {
      const filter = isNearest ? gl.NEAREST : gl.LINEAR;
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
      texture.isNearest = isNearest;
    }
  }
  if (!isNew) return;
  const { matrix, offset } = rgbFromYuv(planes.color);
  const name = side === 0 ? 'A' : 'B';
  // Rows become columns: WebGL reads matrices column by column.
  const columns = [0, 3, 6, 1, 4, 7, 2, 5, 8].map((at) => matrix[at]!);
  gl.uniformMatrix3fv(uniforms[`matrix${name}`], false, columns);
  gl.uniform3f(uniforms[`offset${name}`], offset[0], offset[1], offset[2]);
  gl.uniform1i(uniforms[`packed${name}`], isPacked ? 1 : 0);
  context.held[side] = planes;
}
