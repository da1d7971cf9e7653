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
  const path = join(folder, 'looked-at.mp4');
  writeFileSync(path, bytes);
  const middle = 'crop=16:12:40:30,scale=1:1:flags=area';
  const raw = ['-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'];
  const gray = execFileSync(ffmpegPath!, ['-nostdin', '-v', 'error', '-i', path, '-vf', middle, ...raw]);
  rmSync(path);
  return [...gray].map((level) => (level > 180 ? 'yes' : 'no'));
}
