import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toErrorPayload } from '#shared/errors.ts';
import type { StudyPlan } from '#shared/model/study.ts';
import type { RunTool } from '../../tools/tool-supervisor.ts';
import type { PairPictures } from './report-data.ts';

/** Wide enough to see an arm, small enough for hundreds of them in one page. */
const pictureWidthPx = 240;
const mostMs = 120_000;

/**
 * Takes the frames that were asked about out of both clips of each pair, as they are stored. A clip that is gone or can
 * not be decoded has no pictures, and the note says which.
 */
export async function takePictures(
  plan: StudyPlan,
  deps: {
    readonly ffmpegPath: string;
    readonly run: RunTool;
    /** Where a media id has its bytes. @throws RoomError file_missing. */
    readonly pathOf: (mediaId: string) => Promise<string>;
    /** Is made and taken away again. */
    readonly folder: string;
    readonly signal: AbortSignal;
    readonly onPair: (done: number) => void;
  },
): Promise<{ readonly pictures: PairPictures[]; readonly note: string | null }> {
  const failed: string[] = [];
  const framesOf = async (mediaId: string, frames: readonly number[], name: string): Promise<string[]> => {
    try {
      return await framesOfClip(await deps.pathOf(mediaId), frames, deps);
    } catch (thrown) {
      deps.signal.throwIfAborted();
      failed.push(`${name}: ${toErrorPayload(thrown).message}`);
      return [];
    }
  };
  const pictures: PairPictures[] = [];
  try {
    for (const { pairId, frames, baseline, candidate } of plan.pairs) {
      pictures.push({
        pairId,
        baseline: await framesOf(baseline.shownMediaId, frames, `${pairId} baseline`),
        candidate: await framesOf(candidate.shownMediaId, frames, `${pairId} candidate`),
      });
      deps.onPair(pictures.length);
    }
  } finally {
    await rm(deps.folder, { recursive: true, force: true });
  }
  return { pictures, note: failed.length === 0 ? null : failed.join(' ') };
}

async function framesOfClip(
  path: string,
  frames: readonly number[],
  { ffmpegPath, run, folder, signal }: Parameters<typeof takePictures>[1],
): Promise<string[]> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const wanted = frames.map((frame) => `eq(n\\,${frame})`).join('+');
  const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error'];
  const input = ['-noautorotate', '-protocol_whitelist', 'file,pipe', '-i', `file:${path}`, '-map', '0:v:0', '-an'];
  // Even times: otherwise frames would be repeated to fill the gaps between those that were picked.
  const filter = `select=${wanted},scale=${pictureWidthPx}:-2:flags=area,setpts=N/25/TB`;
  await run({
    path: ffmpegPath,
    args: [
      ...quiet,
      ...input,
      '-vf',
      filter,
      '-r',
      '25',
      '-q:v',
      '4',
      '-f',
      'image2',
      `file:${join(folder, '%04d.jpg')}`,
    ],
    signal,
    timeoutMs: mostMs,
  });
  const names = (await readdir(folder)).toSorted();
  if (names.length !== frames.length) throw new Error(`${names.length} of ${frames.length} frames could be decoded.`);
  return Promise.all(names.map(async (name) => (await readFile(join(folder, name))).toString('base64')));
}
