import { closeSync, openSync, readSync } from 'node:fs';
import { RoomError } from '#shared/errors.ts';
import type { LumaPlane } from '#shared/rules/orientation/grid.ts';
import type { FrameSource } from '#shared/rules/orientation/read-clip.ts';
import type { DepthWindow } from '#shared/model/orientation.ts';
import type { LumaFile } from './decode-luma.ts';

/**
 * Reads single frames of a file of luma planes, those of a window by their place in it. Reads at once: for a task
 * thread only.
 */
export function openLumaFrames(file: LumaFile, window: DepthWindow): FrameSource & { close(): void } {
  const handle = openSync(file.path, 'r');
  const frameBytes = file.widthPx * file.heightPx;
  return {
    length: window.frameCount,
    at(index): LumaPlane | undefined {
      if (index < 0 || index >= window.frameCount) return undefined;
      const data = new Uint8Array(frameBytes);
      const position = (window.startFrame + index * window.stepFrames) * frameBytes;
      if (readSync(handle, data, 0, frameBytes, position) !== frameBytes)
        throw new RoomError('conflict', 'The decoded frames were changed by another program while they were read.');
      return { width: file.widthPx, height: file.heightPx, stride: file.widthPx, data };
    },
    close: () => closeSync(handle),
  };
}

/** All frames of a file, as they come. */
export const wholeWindow = (frameCount: number): DepthWindow => ({ startFrame: 0, stepFrames: 1, frameCount });
