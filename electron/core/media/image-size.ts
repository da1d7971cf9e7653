import type { FileHandle } from 'node:fs/promises';
import { ProbeFault } from './probe-result.ts';

export type ImageSize = { readonly container: 'jpeg' | 'png'; readonly widthPx: number; readonly heightPx: number };

const maxJpegMarkers = 1000;

/** Width and height of a JPEG or PNG from its head; null when it is neither. Throws `ProbeFault` for a broken one. */
export async function readImageSize(
  handle: FileHandle,
  head: Buffer,
  fileSizeBytes: number,
): Promise<ImageSize | null> {
  if (head.length >= 8 && head.readUInt32BE(0) === 0x89504e47) {
    if (head.length < 24 || head.toString('latin1', 12, 16) !== 'IHDR')
      throw new ProbeFault('truncated', 'The PNG ends before its size.');
    return { container: 'png', widthPx: head.readUInt32BE(16), heightPx: head.readUInt32BE(20) };
  }
  if (head.length >= 3 && head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff)
    return await readJpegSize(handle, fileSizeBytes);
  return null;
}

/** Hops from marker to marker until the one that starts the frame. */
async function readJpegSize(handle: FileHandle, fileSizeBytes: number): Promise<ImageSize> {
  const marker = Buffer.alloc(9);
  let position = 2;
  for (let count = 0; count < maxJpegMarkers && position + 4 <= fileSizeBytes; count += 1) {
    const { bytesRead } = await handle.read(marker, 0, 9, position);
    if (bytesRead < 4 || marker[0] !== 0xff) break;
    const type = marker.readUInt8(1);
    // Fill bytes may stand before a marker.
    if (type === 0xff) {
      position += 1;
      continue;
    }
    const startsFrame = type >= 0xc0 && type <= 0xcf && type !== 0xc4 && type !== 0xc8 && type !== 0xcc;
    if (startsFrame && bytesRead === 9)
      return { container: 'jpeg', heightPx: marker.readUInt16BE(5), widthPx: marker.readUInt16BE(7) };
    position += 2 + marker.readUInt16BE(2);
  }
  throw new ProbeFault('truncated', 'The JPEG ends before its size.');
}
