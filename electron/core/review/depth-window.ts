import type { DepthWindow } from '#shared/model/orientation.ts';

/** Rates that are nearer than this are one rate: the control's is the whole part of its input's. */
const sameRate = 0.05;

/**
 * Which frames of the input depth belong to the frames of the control depth. Equal rates go frame by frame; an input
 * that is a whole number of times faster gives every n-th frame; a slower one can not give each control frame its own.
 */
export function depthWindowOf(
  input: { readonly frameCount: number; readonly fps: number | null },
  control: { readonly fps: number | null },
  trim: { readonly startFrame: number; readonly frameCount: number } | null,
): { readonly ok: true; readonly window: DepthWindow } | { readonly ok: false; readonly because: string } {
  const ratio = input.fps === null || control.fps === null ? 1 : input.fps / control.fps;
  const step = Math.max(1, Math.round(ratio));
  if (Math.abs(ratio / step - 1) > sameRate)
    return {
      ok: false,
      because: `The input depth runs at ${input.fps} frames a second and the control depth at ${control.fps}: their frames can not be matched one to one.`,
    };
  const startFrame = trim?.startFrame ?? 0;
  if (startFrame >= input.frameCount)
    return {
      ok: false,
      because: `The clip begins at frame ${startFrame} of an input depth that has ${input.frameCount}.`,
    };
  const left = Math.floor((input.frameCount - startFrame - 1) / step) + 1;
  const wanted = trim === null ? left : Math.ceil(trim.frameCount / step);
  return { ok: true, window: { startFrame, stepFrames: step, frameCount: Math.min(left, wanted) } };
}
