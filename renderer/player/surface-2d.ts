import type { PaintRequest, Surface } from './surface.ts';
import type { FramePlanes } from './types.ts';

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
  const { u0, u1 } = request.placement;
  const { width, height } = canvas;
  context.imageSmoothingEnabled = !request.isNearest;
  context.globalCompositeOperation = 'source-over';
  if (request.mode === 'single' || request.b === null) {
    drawPart(context, request.a, request, width, height);
    return;
  }
  if (request.mode === 'difference') {
    drawPart(context, request.a, request, width, height);
    context.globalCompositeOperation = 'difference';
    drawPart(context, request.b, request, width, height);
    // Gain by adding the result to itself: powers of two are enough here.
    context.globalCompositeOperation = 'lighter';
    for (let gain = 1; gain < request.gain; gain *= 2) context.drawImage(canvas, 0, 0);
    context.globalCompositeOperation = 'source-over';
    return;
  }
  const split = request.mode === 'wipe' ? request.split : 0.5;
  const edge = ((split - u0) / (u1 - u0)) * width;
  drawPart(context, request.a, request, width, height);
  context.save();
  context.beginPath();
  context.rect(edge, 0, width - edge, height);
  context.clip();
  if (request.mode === 'butterfly') {
    const mirrored = { ...request, placement: { ...request.placement, u0: 1 - u1, u1: 1 - u0 } };
    context.translate(width, 0);
    context.scale(-1, 1);
    drawPart(context, request.b, mirrored, width, height);
  } else {
    drawPart(context, request.b, request, width, height);
  }
  context.restore();
}

function drawPart(
  context: CanvasRenderingContext2D,
  planes: FramePlanes,
  request: PaintRequest,
  width: number,
  height: number,
): void {
  const { u0, v0, u1, v1 } = request.placement;
  const picture = toPicture(planes);
  context.drawImage(
    picture,
    u0 * planes.widthPx,
    v0 * planes.heightPx,
    (u1 - u0) * planes.widthPx,
    (v1 - v0) * planes.heightPx,
    0,
    0,
    width,
    height,
  );
  if (picture instanceof VideoFrame) picture.close();
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
