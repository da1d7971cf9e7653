import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '#shared/rules/arm-gate/labels.ts';
import { ffmpegPath, makeClip } from '../media/ffmpeg-clips.ts';
import { buildRun } from '../runs/build-run.ts';

export const studyFrames = 8;
const size = '96x72';

export type StudyRuns = { readonly baseline: string; readonly candidate: string };

/**
 * Two runs of the same source clips. A bright block stands for the arm: in the baseline it is seen in the first frames
 * of a clip, in the candidate in all of them. Renders have none.
 */
export async function buildStudyRuns(
  folder: string,
  of: {
    readonly clips?: number;
    /** Frames of a baseline clip that show the arm, by the number of the clip. */
    readonly armOfBaseline?: (clip: number) => number;
    /** The same of the candidate; all of them when left out. */
    readonly armOfCandidate?: (clip: number) => number;
  } = {},
): Promise<StudyRuns> {
  const { clips = 8, armOfBaseline = (clip) => clip % 4, armOfCandidate = () => studyFrames } = of;
  const names = Array.from({ length: clips }, (_, at) => `clip_${String(at).padStart(3, '0')}_pan`);
  const runs: StudyRuns = { baseline: join(folder, 'baseline'), candidate: join(folder, 'candidate') };
  for (const [side, armOf] of [
    ['baseline', armOfBaseline],
    ['candidate', armOfCandidate],
  ] as const) {
    await buildRun(runs[side], {
      facilityIds: ['kitchen_0787'],
      clips: names.map((name) => ({ name, variants: ['morning_daylight'] })),
      remoteWorkDir: `/models/${side}`,
    });
    for (const [at, name] of names.entries()) {
      const below = join(runs[side], 'kitchen_0787');
      await scene(join(below, 'renders', `${name}.mp4`), at, 0);
      await scene(join(below, 'renders', `${name}_depth.mp4`), at + 100, 0);
      await scene(
        join(below, 'enriched', `${name}_morning_daylight.mp4`),
        at,
        armOf(at),
        side === 'candidate' ? 20 : 30,
      );
    }
  }
  return runs;
}

/** A scene of its own colour whose first `armFrames` frames show the arm, in the middle. */
async function scene(path: string, number: number, armFrames: number, crf = 24): Promise<void> {
  const shade = ((number * 37) % 90) + 20;
  const base = `color=c=0x${shade.toString(16).padStart(2, '0').repeat(3)}:s=${size}:r=10`;
  const arm = `drawbox=x=32:y=24:w=32:h=24:color=white:t=fill:enable='lt(n,${armFrames})'`;
  await makeClip(path, {
    frames: studyFrames,
    source: `${base},${arm},noise=alls=${number % 7}:allf=t`,
    args: ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-crf', String(crf), '-preset', 'ultrafast'],
  });
}

/** Looks at the bytes of a clip as a person would: in which of its frames is the arm to be seen? */
export function armFramesOf(bytes: Buffer, folder: string): Answer[] {
  const levels = rawFrames(bytes, folder, 'crop=16:12:40:30,scale=1:1:flags=area', 'gray');
  return [...levels].map((level) => (level > 180 ? 'yes' : 'no'));
}

/** The same of the demo's clips, whose arm is orange as nothing else in the kitchen; a fading one is no arm. */
export function orangeArmFramesOf(bytes: Buffer, folder: string): Answer[] {
  const pixels = 80 * 60;
  const frames = rawFrames(bytes, folder, 'scale=80:60:flags=area', 'rgb24');
  return Array.from({ length: frames.length / (pixels * 3) }, (_frame, index) => {
    const frame = frames.subarray(index * pixels * 3, (index + 1) * pixels * 3);
    let orange = 0;
    for (let at = 0; at < frame.length; at += 3)
      if (frame[at]! > 170 && frame[at + 1]! > 90 && frame[at + 1]! < 160 && frame[at + 2]! < 70) orange += 1;
    return orange > 8 ? 'yes' : 'no';
  });
}

function rawFrames(bytes: Buffer, folder: string, filter: string, format: string): Buffer {
  const path = join(folder, 'looked-at.mp4');
  writeFileSync(path, bytes);
  const raw = ['-pix_fmt', format, '-f', 'rawvideo', 'pipe:1'];
  const frames = execFileSync(ffmpegPath!, ['-nostdin', '-v', 'error', '-i', path, '-vf', filter, ...raw], {
    maxBuffer: 64 * 1024 * 1024,
  });
  rmSync(path);
  return frames;
}
