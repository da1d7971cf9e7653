import { copyFile, mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { decodedFrameCount, ffmpeg, ffmpegPath, makeClip } from '../../../tests/support/media/ffmpeg-clips.ts';
import { listPackets } from './probe-packets.ts';
import { readPackets } from './read-packets.ts';
import { probeVideo } from './probe.ts';
import type { ProbedMedia } from './probe.ts';

const demo = join(import.meta.dirname, '../../../resources/demo');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probe '));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const inFolder = (name: string): string => join(folder, name);
const realTest = test.skipIf(ffmpegPath === null);
// Encoding is slow where cores are shared; nothing here measures time.
vi.setConfig({ testTimeout: 60_000 });

async function probed(path: string): Promise<ProbedMedia> {
  const result = await probeVideo(path);
  if (!result.ok) throw new Error(`${path}: ${result.message}`);
  return result;
}

test('every demo clip agrees with the library the player uses', async () => {
  const clips = globSync('**/*.mp4', { cwd: demo }).map((name) => join(demo, name));
  expect(clips.length).toBeGreaterThan(20);
  for (const clip of clips) {
    const own = await probed(clip);
    const listed = await readPackets(clip);
    const { frameCount, keyframeCount, fps } = own;
    expect({ frameCount, keyframeCount, fps }, clip).toEqual({
      frameCount: listed.frames.frameCount,
      keyframeCount: listed.frames.keyframeCount,
      fps: listed.frames.fps,
    });
    expect(own.codec).toBe(listed.codec.codec);
    expect([own.widthPx, own.heightPx, own.playable, own.damage]).toEqual([
      listed.widthPx,
      listed.heightPx,
      true,
      null,
    ]);
    expect(own.durationSeconds).toBeCloseTo(listed.frames.durationSeconds ?? -1, 6);
  }
});

type Kind = { readonly args: readonly string[]; readonly ext?: string; readonly wanted: Partial<ProbedMedia> };
const kinds: Readonly<Record<string, Kind>> = {
  'b frames': {
    args: ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-bf', '3'],
    wanted: { codecName: 'H.264', playable: true, keyframeCount: 1 },
  },
  baseline: {
    args: ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-profile:v', 'baseline', '-g', '6'],
    wanted: { playable: true, keyframeCount: 4 },
  },
  intra: { args: ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '1'], wanted: { playable: true, keyframeCount: 24 } },
  'ten bits': { args: ['-c:v', 'libx264', '-pix_fmt', 'yuv420p10le'], wanted: { codecName: 'H.264', playable: false } },
  'full colour': { args: ['-c:v', 'libx264', '-pix_fmt', 'yuv444p'], wanted: { playable: false } },
  'no colour': { args: ['-c:v', 'libx264', '-pix_fmt', 'gray'], wanted: { playable: false } },
  mp4v: {
    args: ['-c:v', 'mpeg4', '-g', '12'],
    wanted: { codec: 'mp4v', codecName: 'MPEG-4 Part 2', playable: false, keyframeCount: 2 },
  },
  mjpeg: { args: ['-c:v', 'mjpeg'], wanted: { codecName: 'Motion JPEG', playable: false, keyframeCount: 24 } },
  vp9: {
    args: ['-c:v', 'libvpx-vp9', '-pix_fmt', 'yuv420p', '-deadline', 'realtime'],
    wanted: { codecName: 'VP9', playable: true },
  },
  'vp9 webm': {
    args: ['-c:v', 'libvpx-vp9', '-pix_fmt', 'yuv420p', '-deadline', 'realtime'],
    ext: 'webm',
    wanted: { container: 'webm', codecName: 'VP9', playable: true },
  },
  'h264 mkv': {
    args: ['-c:v', 'libx264', '-pix_fmt', 'yuv420p'],
    ext: 'mkv',
    wanted: { container: 'matroska', codecName: 'H.264', playable: true },
  },
  mov: { args: ['-c:v', 'libx264', '-pix_fmt', 'yuv420p'], ext: 'mov', wanted: { container: 'mov', playable: true } },
  fragmented: {
    args: ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '6', '-movflags', 'frag_keyframe+empty_moov'],
    wanted: { playable: true, keyframeCount: 4 },
  },
  'fragmented mp4v': {
    args: ['-c:v', 'mpeg4', '-movflags', 'frag_keyframe+empty_moov'],
    wanted: { codec: 'mp4v', playable: false },
  },
  'dropped frames': {
    args: ['-vf', "select='not(between(n,20,22))'", '-vsync', 'vfr', '-c:v', 'libx264', '-pix_fmt', 'yuv420p'],
    wanted: { playable: true },
  },
};

realTest.each(Object.entries(kinds))(
  '%s: counts are those of the decoder, rates and sizes those asked for',
  async (name, kind) => {
    const base = {
      container: 'mp4',
      frameCount: 24,
      fps: 10,
      widthPx: 128,
      heightPx: 96,
      rotationDegrees: 0,
      damage: null,
    } as const;
    const path = await makeClip(inFolder(`${name}.${kind.ext ?? 'mp4'}`), { args: kind.args });
    const result = await probed(path);
    expect(result).toMatchObject({ ...base, ...kind.wanted });
    expect(result.frameCount).toBe(await decodedFrameCount(path));
    expect(result.durationSeconds).toBeGreaterThan(2.3);
    expect(result.playable).toBe(result.unplayableBecause === null);
  },
);

realTest('the reason for mp4v says what to do', async () => {
  const result = await probed(await makeClip(inFolder('reason.mp4'), { args: ['-c:v', 'mpeg4'] }));
  expect(result.unplayableBecause).toBe(
    'MPEG-4 Part 2 (mp4v), which Chromium can not decode. The pipeline wrote this before 2 March 2026; convert it to a cached H.264 copy.',
  );
});

realTest('frames before the start of a trim are not counted, as in the player', async () => {
  const whole = await makeClip(inFolder('whole.mp4'), {
    frames: 73,
    args: ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '10', '-bf', '2'],
  });
  const trimmed = inFolder('trimmed.mp4');
  await ffmpeg(['-ss', '1.25', '-i', whole, '-c', 'copy', trimmed]);
  const result = await probed(trimmed);
  const listed = (await readPackets(trimmed)).frames;
  expect(result.preRollFrameCount).toBeGreaterThan(0);
  expect(result.frameCount).toBe(await decodedFrameCount(trimmed));
  expect([result.frameCount, result.preRollFrameCount, result.keyframeCount]).toEqual([
    listed.frameCount,
    listed.preRollFrameCount,
    listed.keyframeCount,
  ]);
});

realTest('a turned picture keeps its stored size and says how far it is turned', async () => {
  const plain = await makeClip(inFolder('plain.mp4'));
  const turned = inFolder('turned.mp4');
  await ffmpeg(['-i', plain, '-c', 'copy', '-metadata:s:v:0', 'rotate=90', turned]);
  // ffmpeg counts its quarter turns the other way round.
  expect(await probed(turned)).toMatchObject({ widthPx: 128, heightPx: 96, rotationDegrees: 270 });
  expect((await readPackets(turned)).rotationDegrees).toBe(270);
});

realTest('pictures', async () => {
  const jpg = await makeClip(inFolder('one.jpg'), { frames: 1, args: ['-update', '1'] });
  const png = await makeClip(inFolder('one.png'), { frames: 1, args: ['-update', '1'] });
  expect(await probed(jpg)).toMatchObject({ codec: 'jpeg', widthPx: 128, heightPx: 96, frameCount: 1, playable: true });
  expect(await probed(png)).toMatchObject({ codec: 'png', widthPx: 128, heightPx: 96, frameCount: 1, playable: true });
  await truncate(jpg, 40);
  expect(await probeVideo(jpg)).toMatchObject({ ok: false, code: 'truncated' });
});

realTest(
  'cut files: with the table in front the rest is still known, with the table at the end it is not',
  async () => {
    const args = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p'];
    const front = await makeClip(inFolder('front.mp4'), { args: [...args, '-movflags', '+faststart'] });
    await truncate(front, Math.floor((await stat(front)).size * 0.8));
    const result = await probed(front);
    expect(result.frameCount).toBe(24);
    expect(result.damage).toMatchObject({ code: 'truncated' });
    expect(result.damage?.framesOnDisk).toBeGreaterThan(0);
    expect(result.damage?.framesOnDisk).toBeLessThan(24);

    const back = await makeClip(inFolder('back.mp4'), { args });
    const size = (await stat(back)).size;
    await truncate(back, size - 20);
    expect(await probeVideo(back)).toMatchObject({ ok: false, code: 'truncated' });
    await truncate(back, Math.floor(size / 2));
    expect(await probeVideo(back)).toMatchObject({ ok: false, code: 'truncated' });
  },
);

test('what is no clip says so and does not throw', async () => {
  const cases: Record<string, readonly [Buffer, string]> = {
    'empty.mp4': [Buffer.alloc(0), 'empty'],
    'blank.mp4': [Buffer.alloc(5000), 'not_media'],
    'text.mp4': [Buffer.from('this is a text, not a film, and quite a bit longer than one head'), 'not_media'],
    'tiny.mp4': [Buffer.from([1]), 'not_media'],
    'head.mp4': [Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp42', 'latin1'), 'moov_missing'],
    'unfinished.mp4': [
      Buffer.concat([Buffer.from('\0\0\0\x14ftypisom\0\0\0\0isom\0\0\0\0mdat', 'latin1'), Buffer.alloc(500, 7)]),
      'moov_missing',
    ],
    'webm-head.webm': [Buffer.from('1a45dfa3a3428681014282847765626d', 'hex'), 'damaged'],
  };
  for (const [name, [bytes, code]] of Object.entries(cases)) {
    await writeFile(inFolder(name), bytes);
    const result = await probeVideo(inFolder(name));
    expect(result, name).toMatchObject({ ok: false, code });
    expect(result.ok ? '' : result.message, name).toMatch(/^[A-Z].*[.:)\w]$/);
  }
});

realTest('a file with sound only has no video track', async () => {
  const path = inFolder('sound.mp4');
  await ffmpeg(['-f', 'lavfi', '-i', 'sine=duration=1', path]);
  expect(await probeVideo(path)).toMatchObject({ ok: false, code: 'no_video_track' });
});

test("the disk's errors are errors", async () => {
  await expect(probeVideo(inFolder('none.mp4'))).rejects.toMatchObject({ code: 'file_missing' });
  await mkdir(inFolder('folder.mp4'));
  await expect(probeVideo(inFolder('folder.mp4'))).rejects.toMatchObject({ code: 'path_unreadable' });
  await expect(probeVideo(inFolder('none.mp4'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'cancelled',
  });
});

realTest('a thread that takes too long or is cancelled is ended', async () => {
  const path = await makeClip(inFolder('limit.webm'), { args: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime'] });
  await expect(listPackets(path, undefined, 1)).rejects.toMatchObject({ code: 'damaged' });
  const abort = new AbortController();
  const probing = probeVideo(path, { signal: abort.signal });
  abort.abort();
  await expect(probing).rejects.toMatchObject({ code: 'cancelled' });
});

test('damaged tables never throw and never claim absurd counts', async () => {
  const clip = globSync('**/*_depth.mp4', { cwd: demo })[0];
  if (clip === undefined) throw new Error('no demo clip');
  const good = await readFile(join(demo, clip));
  const moovAt = good.indexOf('moov');
  const moovBytes = good.readUInt32BE(moovAt - 4);
  const path = inFolder('mutated.mp4');
  await copyFile(join(demo, clip), path);
  const change = fc.record({
    at: fc.nat(moovBytes - 1),
    value: fc.constantFrom(0, 1, 8, 127, 128, 255),
    span: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const bytes = Buffer.from(good);
      for (const { at, value, span } of changes) bytes.fill(value, moovAt + at, moovAt + at + span);
      await writeFile(path, bytes);
      const result = await probeVideo(path);
      if (result.ok) expect(result.frameCount).toBeLessThanOrEqual(432_000);
      else expect(result.message).not.toBe('');
    }),
    { numRuns: 400 },
  );
});
