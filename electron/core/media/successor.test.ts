import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ffmpeg, ffmpegPath, makeClip } from '../../../tests/support/media/ffmpeg-clips.ts';
import { probeVideo } from './probe.ts';
import {
  compareSignatures,
  formatSignature,
  parseSignature,
  readSignature,
  signatureFrameIndexes,
} from './signature.ts';
import type { LumaSignature } from './signature.ts';
import { decideSuccessor } from './successor.ts';
import type { PlacedVersion } from './successor.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'successor '));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});
const realTest = test.skipIf(ffmpegPath === null);
// Encoding is slow where cores are shared; nothing here measures time.
vi.setConfig({ testTimeout: 60_000 });

async function versionOf(
  path: string,
  mediaId: string,
): Promise<PlacedVersion & { readonly signature: LumaSignature }> {
  const probe = await probeVideo(path);
  if (!probe.ok) throw new Error(probe.message);
  const { codec, frameCount, widthPx, heightPx } = probe;
  const signature = await readSignature({ ffmpegPath: ffmpegPath ?? '', path, frameCount });
  return { runId: 'run', path: 'renders/clip.mp4', mediaId, codec, frameCount, widthPx, heightPx, signature };
}

realTest('a clip converted in place is linked by its pictures; one made again is not', async () => {
  const original = await makeClip(join(folder, 'a.mp4'), { frames: 30, args: ['-c:v', 'mpeg4', '-q:v', '5'] });
  const converted = join(folder, 'b.mp4');
  await ffmpeg(['-i', original, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', converted]);
  const other = await makeClip(join(folder, 'c.mp4'), { frames: 30, source: 'testsrc=size=128x96:rate=10' });
  const shifted = join(folder, 'd.mp4');
  await ffmpeg(['-i', converted, '-vf', 'hflip', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', shifted]);
  const older = await versionOf(original, 'one');
  expect(older.signature.luma).toHaveLength(8 * 256);

  expect(decideSuccessor(older, await versionOf(converted, 'two'))).toMatchObject({
    isSuccessor: true,
    basis: 'signature',
  });
  expect(decideSuccessor(older, await versionOf(other, 'two'))).toMatchObject({
    isSuccessor: false,
    reason: 'other_pictures',
  });
  expect(decideSuccessor(older, await versionOf(shifted, 'two'))).toMatchObject({
    isSuccessor: false,
    reason: 'other_pictures',
  });
  expect(decideSuccessor({ ...older, signature: null }, await versionOf(other, 'two'))).toMatchObject({
    isSuccessor: true,
    basis: 'frame_count_and_size',
  });
});

realTest('the frames of a signature are those it names', async () => {
  // Frame n is a flat grey whose brightness grows with n.
  const path = await makeClip(join(folder, 'ramp.mp4'), {
    frames: 20,
    source: 'nullsrc=size=64x64:rate=10,geq=lum=16+10*N:cb=128:cr=128',
  });
  const { frameIndexes, luma } = await readSignature({ ffmpegPath: ffmpegPath ?? '', path, frameCount: 20 });
  const means = frameIndexes.map(
    (_, at) => luma.subarray(at * 256, (at + 1) * 256).reduce((sum, value) => sum + value, 0) / 256,
  );
  // Video range 16 to 235 is stretched to 0 to 255.
  for (const [at, index] of frameIndexes.entries())
    expect(Math.abs((means[at] ?? 0) - (index * 10 * 255) / 219)).toBeLessThan(4);
});

realTest('fewer frames than claimed is an error, not a shorter signature', async () => {
  const path = await makeClip(join(folder, 'short.mp4'), { frames: 10 });
  await expect(readSignature({ ffmpegPath: ffmpegPath ?? '', path, frameCount: 40 })).rejects.toMatchObject({
    code: 'file_damaged',
  });
});

test('picked frames are in order, within the clip and contain both ends', () => {
  fc.assert(
    fc.property(fc.nat(500), (count) => {
      const indexes = signatureFrameIndexes(count);
      expect(indexes).toHaveLength(Math.min(8, count));
      expect(new Set(indexes).size).toBe(indexes.length);
      expect(indexes).toEqual(indexes.toSorted((a, b) => a - b));
      if (count > 0) expect([indexes[0], indexes.at(-1)]).toEqual([0, count - 1]);
    }),
  );
});

const base: PlacedVersion = {
  runId: 'r',
  path: 'renders/a.mp4',
  mediaId: 'one',
  codec: 'mp4v',
  frameCount: 73,
  widthPx: 640,
  heightPx: 480,
  signature: null,
};
const next: PlacedVersion = { ...base, mediaId: 'two', codec: 'avc1.64001f' };

test('each rule refuses on its own', () => {
  const reasonFor = (older: Partial<PlacedVersion>, newer: Partial<PlacedVersion>): string => {
    const decision = decideSuccessor({ ...base, ...older }, { ...next, ...newer });
    return decision.isSuccessor ? decision.basis : decision.reason;
  };
  expect(reasonFor({}, {})).toBe('frame_count_and_size');
  expect(reasonFor({ runId: 'x' }, {})).toBe('other_place');
  expect(reasonFor({ path: 'x' }, {})).toBe('other_place');
  expect(reasonFor({ mediaId: 'two' }, {})).toBe('same_version');
  expect(reasonFor({ codec: 'avc1.640016' }, {})).toBe('not_a_conversion');
  expect(reasonFor({}, { codec: 'mp4v' })).toBe('not_a_conversion');
  expect(reasonFor({}, { codec: null })).toBe('not_a_conversion');
  expect(reasonFor({ frameCount: null }, { frameCount: null })).toBe('unknown_shape');
  expect(reasonFor({}, { frameCount: 72 })).toBe('other_shape');
  expect(reasonFor({}, { widthPx: 638 })).toBe('other_shape');
});

test('flat clips are compared by brightness, and an empty signature proves nothing', () => {
  const flat = (value: number): LumaSignature => ({ frameIndexes: [0], luma: new Uint8Array(256).fill(value) });
  const decide = (a: LumaSignature, b: LumaSignature) =>
    decideSuccessor({ ...base, signature: a }, { ...next, signature: b });
  expect(decide(flat(40), flat(40))).toMatchObject({ isSuccessor: true, basis: 'signature' });
  expect(decide(flat(40), flat(60))).toMatchObject({ isSuccessor: false, reason: 'other_pictures' });
  const empty: LumaSignature = { frameIndexes: [], luma: new Uint8Array(0) };
  expect(compareSignatures(empty, empty)).toBeNull();
});

test('a signature survives being stored', () => {
  const signature: LumaSignature = {
    frameIndexes: [0, 9],
    luma: Uint8Array.from({ length: 512 }, (_, index) => index % 256),
  };
  expect(parseSignature(formatSignature(signature))).toEqual(signature);
  for (const bad of ['', '2:0:AAAA', '1:0:AAAA', 'x']) expect(parseSignature(bad)).toBeNull();
});
