import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyFolder, demoRuns, openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';

let folder: ReturnType<typeof temporaryFolder>;
let room: TestCore;
let run: string;
const render = (): string => join(run, 'work_dir', 'kitchen_0787', 'renders', 'clip_000_orbit.mp4');

beforeEach(async () => {
  folder = temporaryFolder();
  run = join(folder.path, '32182955', 'latest');
  copyFolder(join(demoRuns, '32182955', 'latest'), run);
  room = await openTestCore(join(folder.path, 'workspace'));
});
afterEach(async () => {
  await room.close();
  folder.remove();
});

/** The clip as the pipeline wrote it before it knew H.264. */
function makeMp4v(): void {
  const original = join(folder.path, 'original.mp4');
  writeFileSync(original, readFileSync(render()));
  execFileSync('/usr/bin/ffmpeg', ['-y', '-v', 'error', '-i', original, '-c:v', 'mpeg4', '-q:v', '5', render()]);
}

async function theRender() {
  const { items } = await room.call('clips.list', { role: ['render'] });
  expect(items).toHaveLength(1);
  return items[0]!;
}

test('a clip that can not be decoded says why, and plays from a cached copy', async () => {
  makeMp4v();
  const bytes = readFileSync(render());
  await room.call('runs.import', { path: run });
  const clip = await theRender();
  expect(clip).toMatchObject({
    playable: false,
    codec: expect.stringContaining('mp4v'),
    frameCount: 24,
    convertedMediaId: null,
  });
  expect(clip.unplayableBecause).toMatch(/MPEG-4 Part 2/);

  const converted = await room.call('clips.convert', { id: clip.id });
  expect(converted.frameCount).toBe(24);
  expect((await theRender()).convertedMediaId).toBe(converted.convertedMediaId);
  const answer = await room.core.media.open(converted.convertedMediaId, { method: 'GET', rangeHeader: null });
  expect(answer.status).toBe(200);
  answer.body!.destroy();
  expect(readFileSync(render())).toEqual(bytes);
  // Asking again gives the copy that is there; a rebuilt index still knows it.
  expect((await room.call('clips.convert', { id: clip.id })).convertedMediaId).toBe(converted.convertedMediaId);
  await room.call('history.rebuild', {});
  const again = await room.core.media.open(converted.convertedMediaId, { method: 'HEAD', rangeHeader: null });
  expect(again.status).toBe(200);
});

test('a decision on a clip that the pipeline then converted in place says "on an earlier encoding"', async () => {
  makeMp4v();
  await room.call('runs.import', { path: run });
  const before = await theRender();
  await room.call('decisions.record', {
    subject: { kind: 'clip', clipId: before.id, mediaId: before.mediaId, frame: 3, frameEnd: null },
    value: { kind: 'verdict', verdict: 'accepted', note: '' },
  });
  expect((await room.call('decisions.list', { clipId: before.id })).items[0]!.onEarlierEncoding).toBe(false);

  const mp4v = join(folder.path, 'mp4v.mp4');
  writeFileSync(mp4v, readFileSync(render()));
  execFileSync('/usr/bin/ffmpeg', [
    '-y',
    '-v',
    'error',
    '-i',
    mp4v,
    '-c:v',
    'libx264',
    '-pix_fmt',
    'yuv420p',
    render(),
  ]);
  await room.call('runs.import', { path: run });
  const after = await theRender();
  expect(after.id).toBe(before.id);
  expect(after.mediaId).not.toBe(before.mediaId);
  expect(after).toMatchObject({ playable: true, predecessorMediaId: before.mediaId });
  expect((await room.call('decisions.list', { clipId: before.id })).items[0]!.onEarlierEncoding).toBe(true);
});

test('another picture at the same place is another version, not a successor', async () => {
  makeMp4v();
  await room.call('runs.import', { path: run });
  const before = await theRender();
  execFileSync('/usr/bin/ffmpeg', [
    '-y',
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    'testsrc=size=640x480:rate=10:duration=2.4',
    '-c:v',
    'libx264',
    '-pix_fmt',
    'yuv420p',
    render(),
  ]);
  await room.call('runs.import', { path: run });
  const after = await theRender();
  expect(after.mediaId).not.toBe(before.mediaId);
  expect(after.predecessorMediaId).toBeNull();
});

test('a clip whose file is gone is shown as missing and answers 404; its history stays', async () => {
  await room.call('runs.import', { path: run });
  const clip = await theRender();
  rmSync(render());
  expect(await theRender()).toMatchObject({
    id: clip.id,
    isPresent: false,
    playable: false,
    frameCount: 24,
    unplayableBecause: expect.stringMatching(/gone/),
  });
  expect((await room.core.media.open(clip.mediaId!, { method: 'GET', rangeHeader: null })).status).toBe(404);
});

test('bytes that changed under an id are not served', async () => {
  await room.call('runs.import', { path: run });
  const clip = await theRender();
  const bytes = readFileSync(render());
  bytes[bytes.length - 10]! ^= 0xff;
  writeFileSync(render(), bytes);
  expect((await room.core.media.open(clip.mediaId!, { method: 'GET', rangeHeader: null })).status).toBe(404);
});
