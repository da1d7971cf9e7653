import type { DepthWindow } from '#shared/model/orientation.ts';
import type { LumaPlane } from '#shared/rules/orientation/grid.ts';
import { factsOf, sampleOther } from '#shared/rules/orientation/read-clip.ts';
import { evenPlaces } from '#shared/rules/orientation/sample-frames.ts';
import { readOrientation, type OrientationReading } from '#shared/rules/orientation/verdict.ts';
import { fingerprintFile, hashFile, mediaIdOf } from '../media/media-id.ts';
import { probeVideo, type ProbedMedia } from '../media/probe.ts';
import type { ProcedureContext } from '../threads/rpc.ts';
import type { LumaFile } from './decode-luma.ts';
import { planDepth, type DepthPlan, type RunPlace } from './depth-plan.ts';
import { openLumaFrames } from './luma-frames.ts';

/** A depth file as it is on the disk now. */
export type ExaminedDepth = { readonly sha256: string; readonly mediaId: string; readonly sizeBytes: number } & (
  | { readonly ok: true; readonly probe: ProbedMedia }
  | { readonly ok: false; readonly because: string }
);

export type OrientationAnswer = {
  readonly reading: OrientationReading;
  readonly framePairs: readonly (readonly [number, number])[];
};

/** The reading part of an orientation check; planes come from files, so little crosses between threads. */
export const orientationTasks = {
  'orientation.plan': async (
    input: { readonly places: readonly RunPlace[]; readonly clipPaths: readonly string[] },
    { signal }: ProcedureContext,
  ): Promise<DepthPlan[]> => planDepth(input.places, input.clipPaths, signal),

  /** @throws RoomError file_missing, path_unreadable, conflict (it is being written), cancelled. */
  'orientation.examine': async (
    input: { readonly path: string; readonly mediaSalt: string },
    { signal }: ProcedureContext,
  ): Promise<ExaminedDepth> => {
    const print = await fingerprintFile(input.path);
    const seen = {
      sha256: await hashFile(input.path, signal),
      mediaId: mediaIdOf(print, input.mediaSalt),
      sizeBytes: print.sizeBytes,
    };
    const probe = await probeVideo(input.path, { signal });
    if (!probe.ok) return { ...seen, ok: false, because: probe.message };
    if (probe.damage !== null) return { ...seen, ok: false, because: probe.damage.message };
    if (probe.frameCount === 0) return { ...seen, ok: false, because: 'It lists no frames.' };
    return { ...seen, ok: true, probe };
  },

  /** An input depth as other clips are held against it. The frames lie in shared memory: they are passed on uncopied. */
  'orientation.sample': async (input: {
    readonly file: LumaFile;
    readonly window: DepthWindow;
  }): Promise<LumaPlane[]> => {
    const frames = openLumaFrames(input.file, input.window);
    try {
      return sampleOther(frames).map(inSharedMemory);
    } finally {
      frames.close();
    }
  },

  'orientation.read': async (input: {
    readonly control: { readonly file: LumaFile; readonly window: DepthWindow };
    readonly input: { readonly file: LumaFile; readonly window: DepthWindow };
    readonly others: readonly (readonly LumaPlane[])[];
  }): Promise<OrientationAnswer> => {
    const control = openLumaFrames(input.control.file, input.control.window);
    const source = openLumaFrames(input.input.file, input.input.window);
    try {
      const reading = readOrientation(factsOf({ control, input: source, others: input.others }));
      const { startFrame, stepFrames } = input.input.window;
      return {
        reading,
        framePairs: evenPlaces(Math.min(control.length, source.length)).map((place) => [
          place,
          startFrame + place * stepFrames,
        ]),
      };
    } finally {
      control.close();
      source.close();
    }
  },
};

function inSharedMemory(frame: LumaPlane): LumaPlane {
  const data = new Uint8Array(new SharedArrayBuffer(frame.data.byteLength));
  data.set(frame.data);
  return { ...frame, data };
}
