import { createHash } from 'node:crypto';
import { clipSet, type ClipName } from '../support/clips/clip-set.ts';
import { decodeWithFfmpeg } from '../support/clips/build-clip.ts';
import { expect, openPair, sourceOf, test } from './fixture.ts';

const sizes: Partial<Record<ClipName, number>> = { hd: 1280 * 720 * 1.5 };

async function ffmpegHashes(name: ClipName): Promise<string[]> {
  const raw = await decodeWithFfmpeg(await clipSet[name](), name === 'fullRange709' ? 'yuvj420p' : 'yuv420p');
  const frameBytes = sizes[name] ?? 640 * 480 * 1.5;
  return Array.from({ length: raw.length / frameBytes }, (_, frame) =>
    createHash('sha256')
      .update(raw.subarray(frame * frameBytes, (frame + 1) * frameBytes))
      .digest('hex'),
  );
}

// Every kind of clip that ffmpeg and the player must agree on, byte by byte.
for (const name of [
  'long',
  'key10',
  'intra',
  'openGop',
  'hd',
  'fps30',
  'trimmedByCopy',
  'fragmented',
  'fullRange709',
] as const) {
  test(`every picture of ${name} has the planes that ffmpeg decodes`, async ({ player }) => {
    await openPair(player, sourceOf(name), null);
    const ours = await player.evaluate(() => harness.planeHashes('left'));
    const theirs = await ffmpegHashes(name);
    expect(ours.length).toBe(theirs.length);
    expect(ours.filter((hash, frame) => hash !== theirs[frame])).toEqual([]);
  });
}

test('a hole is a slot of its own, and what follows keeps its number', async ({ player }) => {
  await openPair(player, sourceOf('dropped'), null);
  const found = await player.evaluate(async () => ({
    before: await harness.show(19),
    hole: await harness.show(20),
    mark: harness.state().left.mark,
    after: await harness.show(22),
    holes: harness.state().left.missingCount,
  }));
  expect(found.before).toMatchObject({ left: 19, saidLeft: 19 });
  expect(found.hole).toMatchObject({ left: null, saidLeft: null });
  expect(found.mark).toEqual({ kind: 'no_picture', state: 'missing', reason: 'hole' });
  expect(found.after).toMatchObject({ left: 22, saidLeft: 22 });
  expect(found.holes).toBe(2);
});

test('a file cut off lists its missing frames and shows the others rightly', async ({ player }) => {
  await openPair(player, sourceOf('truncated'), null);
  const { state, reads } = await player.evaluate(async () => {
    const all = [];
    for (let frame = 0; frame < 73; frame++) all.push(await harness.show(frame));
    const { left } = harness.state();
    return {
      state: { count: left.frameCount, decoded: left.decodedCount, missing: left.missingCount, mark: left.mark },
      reads: all,
    };
  });
  expect(state.count).toBe(73);
  expect(state.decoded).toBeGreaterThan(10);
  expect(state.decoded + state.missing).toBe(73);
  expect(state.mark).toEqual({ kind: 'no_picture', state: 'missing', reason: 'truncated' });
  expect(reads.filter((read) => read.left !== null && read.left !== read.masterFrame)).toEqual([]);
});

test('damaged data is marked, decoding goes on at the next keyframe, nothing wrong is shown', async ({ player }) => {
  await openPair(player, sourceOf('damaged'), null);
  const { state, reads } = await player.evaluate(async () => {
    const all = [];
    for (let frame = 0; frame < 73; frame++) all.push(await harness.show(frame));
    const { left } = harness.state();
    return {
      state: { damaged: left.damagedCount, decoded: left.decodedCount, last: harness.comparison().cells('left')[72] },
      reads: all,
    };
  });
  expect(state.damaged).toBeGreaterThan(0);
  expect(state.damaged + state.decoded).toBe(73);
  expect(state.last).toBe('ready');
  expect(reads.filter((read) => read.left !== read.saidLeft)).toEqual([]);
});

test('damage in a clip of one keyframe ends it there', async ({ player }) => {
  await openPair(player, sourceOf('damagedLong'), null);
  const state = await player.evaluate(() => harness.state().left);
  expect(state.decodedCount).toBeGreaterThan(5);
  expect(state.decodedCount + state.damagedCount).toBe(73);
});

test('decoding begins at the keyframe group of the playhead', async ({ player }) => {
  const firstCells = await player.evaluate(async (left) => {
    await harness.open({ left, right: null, startFrame: 65 });
    await harness.until((state) => state.left.decodedCount > 0);
    return harness.comparison().cells('left').slice();
  }, sourceOf('key10'));
  expect(firstCells[0]).toBe('empty');
  expect(firstCells.lastIndexOf('ready')).toBeGreaterThanOrEqual(60);
});

const refused: readonly (readonly [ClipName | 'gone', string, RegExp])[] = [
  ['mpeg4', 'codec_refused', /mp4v/],
  ['withoutIndex', 'not_a_video', /not a video file/],
  ['empty', 'not_a_video', /empty/],
  ['notVideo', 'not_a_video', /not a video file/],
  ['gone', 'file_missing', /gone/],
];
test.describe('refusals', () => {
  test.use({ expectedFailures: [/404/] });
  for (const [name, code, message] of refused) {
    test(`${name}: ${code}, with what to do, while the other side plays`, async ({ player }) => {
      await openPair(player, sourceOf('long'), sourceOf(name));
      const read = await player.evaluate(async () => ({
        shown: await harness.show(30),
        mark: harness.state().right?.mark ?? null,
      }));
      expect(read.shown).toMatchObject({ left: 30, right: null, saidLeft: 30, saidRight: null });
      expect(read.mark).toMatchObject({ kind: 'failed', fault: { code } });
      const fault = read.mark?.kind === 'failed' ? read.mark.fault : null;
      expect(fault?.message).toMatch(message);
      expect(fault?.hint).not.toBe('');
    });
  }
});

test.describe('a connection that breaks', () => {
  test.use({ expectedFailures: [/ERR_/, /Failed to load/] });
  test('is told, and reading again shows the clip', async ({ player, server }) => {
    server.refuse('key10', 'cut');
    try {
      await openPair(player, sourceOf('long'), sourceOf('key10'));
      expect(await player.evaluate(() => harness.state().right?.mark)).toMatchObject({
        kind: 'failed',
        fault: { code: 'network_lost' },
      });
    } finally {
      server.refuse('key10', null);
    }
    const read = await player.evaluate(async () => {
      harness.comparison().retry('right');
      await harness.until((state) => state.right?.decodedCount === 73);
      return await harness.show(44);
    });
    expect(read).toMatchObject({ left: 44, right: 44 });
  });
});

test('a dropped file plays like one of the room', async ({ player }) => {
  const read = await player.evaluate(async (right) => {
    const bytes = await (await fetch('/media/intra')).blob();
    await harness.open({
      left: {
        media: { kind: 'file', file: new File([bytes], 'dropped.mp4') },
        trimStartFrame: null,
        sourceFrameCount: null,
        sourceKey: null,
      },
      right,
    });
    await harness.settled();
    return await harness.show(17);
  }, sourceOf('long'));
  expect(read).toMatchObject({ left: 17, right: 17 });
});

test('posters come two at a time, from memory the second time, and fail in words', async ({ player }) => {
  const found = await player.evaluate(async () => {
    const names = ['long', 'key10', 'intra', 'trimmedByCopy'];
    const posters = await Promise.all(names.map((name) => harness.getPoster(name, { maxWidthPx: 320 })));
    const again = await harness.getPoster('long', { maxWidthPx: 320 });
    const stop = new AbortController();
    const dropped = harness.getPoster('hd', { signal: stop.signal }).catch((error: { code?: string }) => error.code);
    stop.abort();
    return {
      sizes: posters.map((poster) => [poster.bitmap.width, poster.bitmap.height, poster.frame]),
      isSame: again === posters[0],
      refused: await harness.getPoster('mpeg4').catch((error: { code?: string }) => error.code),
      dropped: await dropped,
    };
  });
  expect(found).toEqual({
    sizes: [
      [320, 240, 36],
      [320, 240, 36],
      [320, 240, 36],
      [320, 240, 31],
    ],
    isSame: true,
    refused: 'codec_refused',
    dropped: 'cancelled',
  });
});
