import { mapDifference, mapPlanes } from './map-planes.ts';
import type { PaintRequest, ShownPicture, Surface } from './surface.ts';
import { shownPoint } from './turn.ts';
import type { FramePlanes } from './types.ts';
import type { Placement } from './view.ts';

const matrixNames = { bt601: 'smpte170m', bt709: 'bt709', bt2020: 'bt2020-ncl' } as const;

/** Surface without WebGL: wraps the planes into a VideoFrame and lets the browser convert the colours. */
export function openPlainSurface(canvas: HTMLCanvasElement): Surface {
  const context = canvas.getContext('2d');
  return {
    kind: '2d',
    draw: (request) => {
      if (context === null) return false;
      drawPlain(context, canvas, request);
      return true;
    },
    clear: () => context?.clearRect(0, 0, canvas.width, canvas.height),
    close: () => {},
  };
}

function drawPlain(context: CanvasRenderingContext2D, canvas: HTMLCanvasElement, request: PaintRequest): void {
  const { placement } = request;
  const { u0, u1 } = placement;
  const { width, height } = canvas;
  context.imageSmoothingEnabled = !request.isNearest;
  context.globalCompositeOperation = 'source-over';
  if (request.mode === 'single' || request.b === null) {
    drawPart(context, request.a, placement, width, height);
    return;
  }
  if (request.mode === 'levels' && request.levels !== null) {
    const { map, isSigned } = request.levels;
    const picture = onCanvas(mapDifference(request.a, request.b, request.gain, map, isSigned));
    drawUpright(context, picture, placement, width, height);
    return;
  }
  if (request.mode === 'difference') {
    drawPart(context, request.a, placement, width, height);
    context.globalCompositeOperation = 'difference';
    drawPart(context, request.b, placement, width, height);
    // Gain by adding the result to itself: powers of two are enough here.
    context.globalCompositeOperation = 'lighter';
    for (let gain = 1; gain < request.gain; gain *= 2) context.drawImage(canvas, 0, 0);
    context.globalCompositeOperation = 'source-over';
    return;
  }
  const split = request.mode === 'wipe' ? request.split : 0.5;
  const edge = ((split - u0) / (u1 - u0)) * width;
  drawPart(context, request.a, placement, width, height);
  context.save();
  context.beginPath();
  context.rect(edge, 0, width - edge, height);
  context.clip();
  if (request.mode === 'butterfly') {
    context.translate(width, 0);
    context.scale(-1, 1);
    drawPart(context, request.b, { ...placement, u0: 1 - u1, u1: 1 - u0 }, width, height);
  } else {
    drawPart(context, request.b, placement, width, height);
  }
  context.restore();
}

function drawPart(
  context: CanvasRenderingContext2D,
  { planes, turn, map }: ShownPicture,
  placement: Placement,
  width: number,
  height: number,
): void {
  const picture = map === null ? toPicture(planes) : onCanvas(mapPlanes(planes, map));
  if (turn === 'identity') {
    drawUpright(context, picture, placement, width, height);
  } else {
    const { u0, v0, u1, v1 } = placement;
    // Where the corners of what is stored come to lie on the canvas.
    const corner = (u: number, v: number): readonly [number, number] => {
      const [shownU, shownV] = shownPoint(turn, u, v);
      return [((shownU - u0) / (u1 - u0)) * width, ((shownV - v0) / (v1 - v0)) * height];
    };
    const [x0, y0] = corner(0, 0);
    const [x1, y1] = corner(1, 0);
    const [x2, y2] = corner(0, 1);
    context.save();
    context.transform(x1 - x0, y1 - y0, x2 - x0, y2 - y0, x0, y0);
    context.drawImage(picture, 0, 0, 1, 1);
    context.restore();
  }
  if (picture instanceof VideoFrame) picture.close();
}

function drawUpright(
  context: CanvasRenderingContext2D,
  picture: VideoFrame | OffscreenCanvas,
  { u0, v0, u1, v1 }: Placement,
  width: number,
  height: number,
): void {
  const isFrame = picture instanceof VideoFrame;
  const across = isFrame ? picture.codedWidth : picture.width;
  const down = isFrame ? picture.codedHeight : picture.height;
  context.drawImage(picture, u0 * across, v0 * down, (u1 - u0) * across, (v1 - v0) * down, 0, 0, width, height);
}

let scratch: OffscreenCanvas | null = null;

/** Pixels as something that can be drawn scaled: valid until the next call. */
function onCanvas(image: ImageData): OffscreenCanvas {
  scratch ??= new OffscreenCanvas(image.width, image.height);
  if (scratch.width !== image.width || scratch.height !== image.height) {
    scratch.width = image.width;
    scratch.height = image.height;
  }
  scratch.getContext('2d')!.putImageData(image, 0, 0);
  return scratch;
}

function toPicture(planes: FramePlanes): VideoFrame {
  const format =
    planes.layout === 'rgba'
      ? 'RGBX'
      : planes.chromaWidthPx === planes.widthPx
        ? 'I444'
        : planes.chromaHeightPx === planes.heightPx
          ? 'I422'
          : 'I420';
  return new VideoFrame(planes.data, {
    format,
    codedWidth: planes.widthPx,
    codedHeight: planes.heightPx,
    timestamp: 0,
    ...(planes.layout === 'rgba'
      ? {}
      : {
          colorSpace: {
            matrix: matrixNames[planes.color.matrix] as VideoMatrixCoefficients,
            fullRange: planes.color.fullRange,
            primaries: 'bt709',
            transfer: 'iec61966-2-1',
          },
        }),
  });
}
