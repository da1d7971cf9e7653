import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ffmpegPath } from '../media/ffmpeg-clips.ts';
import { copyFolder, demoRuns } from '../test-core.ts';

/** The clips of the demo run that is copied, by the part of their file name before the ending. */
export const demoClips = [
  'clip_000_orbit_morning_daylight',
  'clip_000_orbit_evening_lamps',
  'clip_001_sweep_morning_daylight',
  'clip_001_sweep_evening_lamps',
] as const;
export type DemoClip = (typeof demoClips)[number];

export type RunCopy = {
  readonly root: string;
  /** Absolute path of a file in the folder of enriched clips. */
  readonly file: (name: string) => string;
  readonly control: (clip: DemoClip) => string;
};

/** A copy of a demo run that counts as the run of another machine. */
export function copyDemoRun(folder: string, instanceId: string): RunCopy {
  const root = join(folder, instanceId, 'latest');
  copyFolder(join(demoRuns, '32182930', 'latest'), root);
  const manifest = join(root, 'sync_manifest.txt');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replaceAll('32182930', instanceId));
  const file = (name: string): string => join(root, 'work_dir', 'kitchen_0787', 'enriched', name);
  return { root, file, control: (clip) => file(`${clip}_control_depth.mp4`) };
}

/** The clip made anew by ffmpeg with a filter, as lossy as a sidecar is. */
export function filterClip(path: string, filter: string): void {
  const made = `${path}.made.mp4`;
  const args = ['-y', '-v', 'error', '-i', path, '-vf', filter, '-c:v', 'libx264', '-crf', '20', '-pix_fmt', 'yuv420p'];
  execFileSync(ffmpegPath!, [...args, '-preset', 'veryfast', made]);
  renameSync(made, path);
}

/** Frames of the clip from `first` on, its beginning left out. */
export const laterBy = (first: number): string => `select='gte(n,${first})',setpts=N/10/TB`;

export function swapFiles(a: string, b: string): void {
  const held = `${a}.held`;
  renameSync(a, held);
  copyFileSync(b, a);
  rmSync(b);
  renameSync(held, b);
}
