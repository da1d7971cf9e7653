import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ffmpegPath } from '../support/media/ffmpeg-clips.ts';
import { demoRuns, openTestCore, temporaryFolder } from '../support/test-core.ts';
import type { Bench } from './figure.ts';

const run = promisify(execFile);
const facility = 'latest/work_dir/kitchen_0787';
const sources = ['clip_000_orbit', 'clip_001_sweep'];

/** A run of so many times the four pairs of a demo run, each under names of its own. Returns its depth files. */
function multiply(to: string, times: number): string[] {
  const from = join(demoRuns, '32182944');
  cpSync(from, to, { recursive: true, filter: (path) => !/\/(?:enriched|renders)\//.test(path) });
  const depths: string[] = [];
  for (const part of ['enriched', 'enriched/_trimmed_inputs', 'renders']) {
    mkdirSync(join(to, facility, part), { recursive: true });
    for (const entry of readdirSync(join(from, facility, part), { withFileTypes: true })) {
      const source = sources.find((name) => entry.name.startsWith(name));
      if (!entry.isFile() || source === undefined) continue;
      for (let copy = 0; copy < times; copy++) {
        const path = join(to, facility, part, renamed(entry.name, copy));
        const file = join(from, facility, part, entry.name);
        if (entry.name.endsWith('.mp4')) copyFileSync(file, path);
        else writeFileSync(path, renamed(readFileSync(file, 'utf8'), copy));
        if (/_control_depth\.mp4$|_depth_trim\.mp4$/.test(entry.name)) depths.push(path);
      }
    }
  }
  for (const [part, name] of [
    ['enriched', 'enriched_manifest.json'],
    ['renders', 'render_manifest.json'],
  ] as const) {
    const manifest = JSON.parse(readFileSync(join(from, facility, part, name), 'utf8')) as { clips: unknown[] };
    const clips = Array.from({ length: times }, (_, copy) =>
      (JSON.parse(renamed(JSON.stringify(manifest.clips), copy)) as unknown[]).flat(),
    ).flat();
    writeFileSync(join(to, facility, part, name), JSON.stringify({ ...manifest, clips }));
  }
  return depths;
}

const renamed = (text: string, copy: number): string =>
  text.replaceAll(/clip_00([01])_/g, (_all, which: string) => `clip_${String(copy).padStart(2, '0')}${which}_`);

async function decodeAll(files: readonly string[]): Promise<number> {
  const start = performance.now();
  for (const file of files)
    await run(ffmpegPath!, [
      '-nostdin',
      '-v',
      'error',
      '-i',
      file,
      '-f',
      'rawvideo',
      '-pix_fmt',
      'gray',
      '-y',
      '/dev/null',
    ]);
  return (performance.now() - start) / 1000;
}

const round = (value: number): number => Number(value.toFixed(2));

/** The check of depth through the public method, beside nothing but decoding the same files in the same run. */
export const benchOrientation: Bench = async (_options, report) => {
  if (ffmpegPath === null) throw new Error('ffmpeg is not here');
  const folder = temporaryFolder();
  const room = await openTestCore(join(folder.path, 'workspace'));
  try {
    for (const [pairs, times] of [
      [4, 1],
      [100, 25],
    ] as const) {
      const path = join(folder.path, String(pairs), '32182944');
      const depths = multiply(path, times);
      const { runs } = await room.call('runs.import', { path });
      const { runId } = runs[0]!;
      const decoding = await decodeAll(depths);
      const start = performance.now();
      const { checkedCount, counts } = await room.call('orientation.check', { runId });
      const seconds = (performance.now() - start) / 1000;
      if (checkedCount !== pairs || counts.aligned !== pairs)
        throw new Error(`${counts.aligned} of ${checkedCount} pairs are aligned; ${pairs} were to be`);
      report({
        name: `orientation check of a run with ${pairs} pairs of 49 frames`,
        value: round(seconds),
        unit: 's',
        beside: {
          name: `ffmpeg decoding the same ${depths.length} depth clips, one after the other`,
          value: round(decoding),
        },
        goal: null,
        met: null,
      });
    }
    const { items } = await room.call('clips.list', { role: ['enriched'], limit: 1 });
    const start = performance.now();
    await room.call('orientation.check', { clipId: items[0]!.id });
    report({
      name: 'orientation check of one pair of 49 frames in a run of 100',
      value: round((performance.now() - start) / 1000),
      unit: 's',
      beside: null,
      goal: null,
      met: null,
    });
  } finally {
    await room.close();
    folder.remove();
  }
};
