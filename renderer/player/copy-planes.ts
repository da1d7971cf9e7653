import type { ColorDescription, FramePlanes } from './types.ts';

/** Colour range and matrix of a decoded frame; what the file leaves open follows the usual rule and is marked as guessed. */
export function describeColor(space: VideoColorSpace, heightPx: number): ColorDescription {
  const fullRange = space.fullRange ?? false;
  switch (space.matrix as string | null) {
    case 'bt709':
      return { matrix: 'bt709', fullRange, isGuessed: false };
    case 'bt470bg':
    case 'smpte170m':
      return { matrix: 'bt601', fullRange, isGuessed: false };
    case 'bt2020-ncl':
      return { matrix: 'bt2020', fullRange, isGuessed: false };
    default:
      return { matrix: heightPx < 720 ? 'bt601' : 'bt709', fullRange, isGuessed: true };
  }
}

/** Copies the visible pixels of a decoded frame out as packed planes. The frame itself stays open. */
export async function copyPlanes(frame: VideoFrame): Promise<FramePlanes> {
  const rect = frame.visibleRect;
  const widthPx = rect?.width ?? frame.codedWidth;
  const heightPx = rect?.height ?? frame.codedHeight;
  const color = describeColor(frame.colorSpace, heightPx);
  const chroma = chromaSize(frame.format, widthPx, heightPx);
  const copyRect = rect === null ? {} : { rect };
  if (chroma === null) {
    const data = new Uint8Array(widthPx * heightPx * 4);
    await frame.copyTo(data, { ...copyRect, format: 'RGBA', layout: [{ offset: 0, stride: widthPx * 4 }] });
    return { layout: 'rgba', widthPx, heightPx, chromaWidthPx: 0, chromaHeightPx: 0, color, data };
  }
  const { chromaWidthPx, chromaHeightPx } = chroma;
  const lumaBytes = widthPx * heightPx;
  const chromaBytes = chromaWidthPx * chromaHeightPx;
  const data = new Uint8Array(lumaBytes + 2 * chromaBytes);
  if (frame.format === 'NV12') {
    const packed = new Uint8Array(lumaBytes + 2 * chromaBytes);
    await frame.copyTo(packed, {
      ...copyRect,
      layout: [
        { offset: 0, stride: widthPx },
        { offset: lumaBytes, stride: chromaWidthPx * 2 },
      ],
    });
    data.set(packed.subarray(0, lumaBytes));
    for (let at = 0; at < chromaBytes; at++) {
      data[lumaBytes + at] = packed[lumaBytes + 2 * at]!;
      data[lumaBytes + chromaBytes + at] = packed[lumaBytes + 2 * at + 1]!;
    }
  } else {
    await frame.copyTo(data, {
      ...copyRect,
      layout: [
        { offset: 0, stride: widthPx },
        { offset: lumaBytes, stride: chromaWidthPx },
        { offset: lumaBytes + chromaBytes, stride: chromaWidthPx },
      ],
    });
  }
  return { layout: 'yuv', widthPx, heightPx, chromaWidthPx, chromaHeightPx, color, data };
}

function chromaSize(
  format: VideoPixelFormat | null,
  widthPx: number,
  heightPx: number,
): { chromaWidthPx: number; chromaHeightPx: number } | null {
  switch (format) {
    case 'I420':
    case 'NV12':
      return { chromaWidthPx: (widthPx + 1) >> 1, chromaHeightPx: (heightPx + 1) >> 1 };
    case 'I422':
      return { chromaWidthPx: (widthPx + 1) >> 1, chromaHeightPx: heightPx };
    case 'I444':
      return { chromaWidthPx: widthPx, chromaHeightPx: heightPx };
    default:
      return null;
  }
}
