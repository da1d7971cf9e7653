import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  decodedFrameCount,
  ffmpeg,
  ffmpegPath,
  ffprobePath,
  makeClip,
} from '../../../tests/support/media/ffmpeg-clips.ts';
import { convertToH264 } from './convert.ts';
import type { ConvertProgress, ConvertRequest } from './convert.ts';
import { fingerprintFile } from './media-id.ts';
import { probeVideo } from './probe.ts';
import { compareSignatures, readSignature } from './signature.ts';

let folder = '';
let cache = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "con'vert "));
  cache = join(folder, 'cache');
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});
const realTest = test.skipIf(ffmpegPath === null);
// Encoding is slow where cores are shared; nothing here measures time.
vi.setConfig({ testTimeout: 60_000 });
const mp4v = ['-c:v', 'mpeg4', '-q:v', '4'];

function convert(source: string, changes: Partial<ConvertRequest> = {}) {
  return convertToH264({
    ffmpegPath: ffmpegPath ?? '',
    ffprobePath,
    source,
    destinationFolder: cache,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...changes,
  });
}

async function fakeTool(name: string, body: string): Promise<string> {
  const path = join(folder, name);
  // The last argument is `file:<copy>`; the version question has no such argument.
  await writeFile(
    path,
    `#!/bin/sh\nif [ "$2" = -version ]; then echo "ffmpeg version 7.1"; exit 0; fi\nfor last; do :; done\nout="\${last#file:}"\n${body}\n`,
  );
  await chmod(path, 0o755);
  return path;
}

realTest('an mp4v clip becomes H.264 with the same frames and size, and is not touched', async () => {
  const source = await makeClip(join(folder, 'clip 👋 (1).mp4'), { frames: 73, args: mp4v });
  const before = await fingerprintFile(source);
  const bytes = await readFile(source);
  const progress: ConvertProgress[] = [];
  const converted = await convert(source, { onProgress: (step) => progress.push(step) });
  expect(converted).toMatchObject({ frameCount: 73, wasThere: false });
  expect(converted.probe).toMatchObject({
    playable: true,
    codecName: 'H.264',
    frameCount: 73,
    fps: 10,
    widthPx: 128,
    heightPx: 96,
    preRollFrameCount: 0,
    damage: null,
  });
  expect(converted.probe.keyframeCount).toBeGreaterThanOrEqual(73 / 8);
  expect(await decodedFrameCount(converted.path)).toBe(73);
  expect(await fingerprintFile(source)).toEqual(before);
  expect((await readFile(source)).equals(bytes)).toBe(true);
  expect(await readdir(cache)).toEqual([converted.path.slice(cache.length + 1)]);
  expect(progress.at(-1)).toEqual({ framesDone: 73, frameCount: 73 });

  const signatureOf = (path: string) => readSignature({ ffmpegPath: ffmpegPath ?? '', path, frameCount: 73 });
  const agreement = compareSignatures(await signatureOf(source), await signatureOf(converted.path));
  expect(agreement?.correlation).toBeGreaterThan(0.999);

  const written = (await stat(converted.path)).mtimeMs;
  expect(await convert(source)).toMatchObject({ path: converted.path, wasThere: true });
  expect((await stat(converted.path)).mtimeMs).toBe(written);
});

realTest('a damaged earlier copy is made again', async () => {
  const source = await makeClip(join(folder, 'a.mp4'), { args: mp4v });
  const { path } = await convert(source);
  await writeFile(path, 'broken');
  expect(await convert(source)).toMatchObject({ path, wasThere: false, frameCount: 24 });
});

realTest('uneven times and a trimmed start keep every shown frame', async () => {
  const uneven = await makeClip(join(folder, 'uneven.mp4'), {
    frames: 20,
    args: ['-vf', "setpts='N*0.1/TB+mod(N,3)*0.03/TB'", '-vsync', 'vfr', '-enc_time_base', '1:1000', ...mp4v],
  });
  const probe = await probeVideo(uneven);
  const converted = await convert(uneven);
  expect(converted.frameCount).toBe(20);
  expect(probe.ok ? probe.durationSeconds : null).toBeCloseTo(converted.probe.durationSeconds ?? -1, 1);

  const whole = await makeClip(join(folder, 'whole.mp4'), {
    frames: 40,
    args: ['-c:v', 'libx265', '-x265-params', 'log-level=none:keyint=10', '-pix_fmt', 'yuv420p'],
  });
  const trimmed = join(folder, 'trimmed.mp4');
  await ffmpeg(['-ss', '1.25', '-i', whole, '-c', 'copy', trimmed]);
  const shown = await decodedFrameCount(trimmed);
  expect((await convert(trimmed)).frameCount).toBe(shown);
});

realTest('what can not keep its frames or its size is refused and leaves nothing', async () => {
  const odd = await makeClip(join(folder, 'odd.mp4'), { source: 'testsrc=size=127x95:rate=10', args: mp4v });
  await expect(convert(odd)).rejects.toMatchObject({ code: 'not_supported_here' });
  const empty = join(folder, 'empty.mp4');
  await writeFile(empty, '');
  await expect(convert(empty)).rejects.toMatchObject({ code: 'file_damaged' });
  const whole = await makeClip(join(folder, 'whole.mp4'), { frames: 30, args: mp4v });
  const bytes = await readFile(whole);
  // The decoder would paint over a hole, large or small; such pictures must not pass for the original's.
  for (const [from, to] of [
    [0.3, 0.8],
    [0.5, 0.51],
  ] as const) {
    const hollow = join(folder, 'hollow.mp4');
    await writeFile(
      hollow,
      Buffer.from(bytes).fill(0xa5, Math.floor(bytes.length * from), Math.floor(bytes.length * to)),
    );
    await expect(convert(hollow)).rejects.toMatchObject({ code: 'file_damaged' });
  }
  expect(await readdir(cache)).toEqual([]);
});

realTest('a full disk, a failure and a short copy each say what happened and leave nothing', async () => {
  const source = await makeClip(join(folder, 'a.mp4'), { args: mp4v });
  const full = await fakeTool(
    'full',
    'echo half > "$out"; echo "av_interleaved_write_frame(): No space left on device" >&2; exit 1',
  );
  await expect(convert(source, { ffmpegPath: full })).rejects.toMatchObject({ code: 'disk_full' });
  const fails = await fakeTool('fails', 'echo half > "$out"; echo "Unknown encoder libx264" >&2; exit 1');
  await expect(convert(source, { ffmpegPath: fails })).rejects.toMatchObject({
    code: 'tool_failed',
    message: expect.stringContaining('libx264'),
  });
  const short = await makeClip(join(folder, 'short.mp4'), { frames: 23 });
  const loses = await fakeTool('loses', `cat "$(dirname "$0")/short.mp4" > "$out"`);
  await expect(convert(source, { ffmpegPath: loses, ffprobePath: null })).rejects.toMatchObject({
    code: 'file_damaged',
    message: expect.stringContaining('24 frames, of which 23'),
  });
  await expect(convert(source, { ffmpegPath: join(folder, 'absent') })).rejects.toMatchObject({ code: 'tool_missing' });
  expect(short).toBeTruthy();
  expect(await readdir(cache)).toEqual([]);
});

realTest('a source that changes meanwhile is noticed', async () => {
  const source = await makeClip(join(folder, 'a.mp4'), { args: mp4v });
  await makeClip(join(folder, 'good.mp4'), {});
  const meddles = await fakeTool(
    'meddles',
    `cat "$(dirname "$0")/good.mp4" > "$out"; printf x >> "$(dirname "$0")/a.mp4"`,
  );
  await expect(convert(source, { ffmpegPath: meddles, ffprobePath: null })).rejects.toMatchObject({ code: 'conflict' });
  expect(await readdir(cache)).toEqual([]);
});

realTest('a cancel leaves nothing and keeps the original', async () => {
  const source = await makeClip(join(folder, 'long.mp4'), { frames: 400, size: '640x480', args: mp4v });
  await utimes(source, 1000, 1000);
  const abort = new AbortController();
  await expect(convert(source, { signal: abort.signal, onProgress: () => abort.abort() })).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(await readdir(cache)).toEqual([]);
  expect((await stat(source)).mtimeMs).toBe(1_000_000);
});

realTest('a folder that can not be made is said', async () => {
  const source = await makeClip(join(folder, 'a.mp4'), { args: mp4v });
  await mkdir(cache);
  await writeFile(join(cache, 'file'), '');
  await expect(convert(source, { destinationFolder: join(cache, 'file', 'inner') })).rejects.toMatchObject({
    code: 'file_missing',
  });
});
