import { expect, openPair, sourceOf, test } from './fixture.ts';
import type { Read } from './harness/harness.ts';

// Reading pictures back is slow where many programs share the processor.
test.describe.configure({ timeout: 150_000 });

/** Pictures that are not the ones the page said, or two different source frames shown as a pair. */
function wrongReads(reads: readonly Read[], codeOffset = 0): Read[] {
  return reads.filter(
    (read) =>
      read.left !== (read.saidLeft === null ? null : read.saidLeft + codeOffset) ||
      read.right !== (read.saidRight === null ? null : read.saidRight + codeOffset) ||
      (read.left !== null && read.right !== null && read.left !== read.right),
  );
}

for (const [kind, jumps] of [
  ['webgl2', 40],
  ['2d', 1000],
] as const) {
  test(`steps, jumps and scrubs show the frame they name on both sides (${kind})`, async ({ player }) => {
    await openPair(player, sourceOf('long'), sourceOf('longOther'), { surface: kind });
    const { reads, surface } = await player.evaluate(async (jumpCount) => {
      const all = [];
      for (let frame = 0; frame < 73; frame++) all.push(await harness.show(frame));
      for (let frame = 72; frame >= 0; frame--) all.push(await harness.show(frame));
      for (let jump = 0; jump < jumpCount; jump++)
        all.push(await harness.show((jump * 37 + ((jump * jump) % 11)) % 73));
      return { reads: all, surface: harness.state().surface };
    }, jumps);
    expect(surface).toBe(kind);
    expect(reads).toHaveLength(146 + jumps);
    expect(reads.every((read) => read.left === read.masterFrame)).toBe(true);
    expect(wrongReads(reads)).toEqual([]);
  });
}

test('a drag faster than the display: newest wish wins, every tick shows one pair', async ({ player }) => {
  await openPair(player, sourceOf('long'), sourceOf('longOther'));
  const { reads, onTarget } = await player.evaluate(async () => {
    harness.record();
    let hits = 0;
    for (let tick = 0; tick < 240; tick++) {
      // Several events between two ticks, as a fast pointer makes them.
      for (let event = 0; event < 4; event++) harness.comparison().seek((tick * 4 + event * 13) % 73);
      await harness.nextTick();
      if (harness.state().masterFrame === (tick * 4 + 3 * 13) % 73) hits += 1;
    }
    return { reads: harness.stopRecording(), onTarget: hits };
  });
  expect(wrongReads(reads)).toEqual([]);
  expect(new Set(reads.map((read) => read.masterFrame)).size).toBeGreaterThan(60);
  expect(onTarget).toBe(240);
  expect(reads.length).toBeLessThanOrEqual(245);
});

test('plays forward, backward, fast and in a loop without a wrong or mixed pair', async ({ player }) => {
  await openPair(player, sourceOf('long'), sourceOf('longOther'));
  const phases = (await player.evaluate(async () => {
    const play = async (rate: number, direction: 1 | -1, from: number, paints: number): Promise<unknown[]> => {
      await harness.show(from);
      harness.comparison().setRate(rate);
      harness.record();
      harness.comparison().play(direction);
      for (let tick = 0; tick < paints; tick++) await harness.nextTick();
      harness.comparison().pause();
      await harness.nextTick();
      return harness.stopRecording();
    };
    const forward = await play(1, 1, 0, 120);
    const backward = await play(1, -1, 72, 120);
    const fast = await play(4, 1, 0, 90);
    const slow = await play(0.25, 1, 10, 60);
    harness.comparison().setLoop({ first: 30, last: 36 });
    const loop = await play(4, -1, 33, 120);
    return { forward, backward, fast, slow, loop };
  })) as Record<'forward' | 'backward' | 'fast' | 'slow' | 'loop', Read[]>;
  for (const reads of Object.values(phases)) expect(wrongReads(reads)).toEqual([]);
  const steps = (reads: readonly Read[]): number[] =>
    reads.slice(1).map((read, at) => read.masterFrame - reads[at]!.masterFrame);
  // At normal speed no frame is passed over.
  expect(steps(phases.forward).every((step) => step === 0 || step === 1)).toBe(true);
  expect(steps(phases.backward).every((step) => step === 0 || step === -1)).toBe(true);
  expect(steps(phases.slow).every((step) => step === 0 || step === 1)).toBe(true);
  expect(phases.forward.at(-1)!.masterFrame).toBeGreaterThan(5);
  expect(phases.loop.slice(2).every((read) => read.masterFrame >= 30 && read.masterFrame <= 36)).toBe(true);
  expect(new Set(phases.loop.map((read) => read.masterFrame)).size).toBe(7);
});

test('scrubbing while it decodes shows the right pair or says that it is not decoded', async ({ player }) => {
  const reads = await player.evaluate(
    async (options) => {
      const all = [];
      for (let round = 0; round < 6; round++) {
        await harness.open({ ...options, startFrame: round * 20 });
        harness.record();
        for (let tick = 0; tick < 40; tick++) {
          harness.comparison().seek((tick * 29 + round * 7) % 121);
          await harness.nextTick();
        }
        all.push(...harness.stopRecording());
      }
      return all;
    },
    { left: sourceOf('hd'), right: sourceOf('hdOther') },
  );
  expect(reads.length).toBeGreaterThan(100);
  expect(reads.some((read) => read.left === null || read.right === null)).toBe(true);
  expect(wrongReads(reads)).toEqual([]);
});

// 146 pictures of 460,800 bytes would need 67 MB. One keyframe in the clip, and one every ten frames.
for (const [left, right, budgetMb] of [
  ['long', 'longOther', 12],
  ['key10', 'key10Other', 16],
  ['openGop', 'long', 12],
] as const)
  test(`a pair larger than its memory: scrubbed all over, right or not decoded yet (${left})`, async ({ player }) => {
    const budgetBytes = budgetMb * 1e6;
    await openPair(player, sourceOf(left), sourceOf(right), { budgetBytes });
    const found = await player.evaluate(async () => {
      const reads = [];
      const marks = new Set<string>();
      let maxBytes = 0;
      const look = (): void => {
        maxBytes = Math.max(maxBytes, harness.heldBytes());
        const { left: a, right: b } = harness.state();
        for (const mark of [a.mark, b?.mark]) if (mark !== null && mark !== undefined) marks.add(mark.kind);
      };
      harness.record();
      // A quick drag there and back, jumps from end to end, then play in both directions through the whole.
      for (let tick = 0; tick < 150; tick++) {
        harness.comparison().seek(tick % 3 === 2 ? (tick * 41) % 73 : Math.round(36 + 36 * Math.sin(tick / 9)));
        await harness.nextTick();
        look();
      }
      for (const [from, direction] of [
        [0, 1],
        [72, -1],
      ] as const) {
        harness.comparison().seek(from);
        harness.comparison().setRate(4);
        harness.comparison().play(direction);
        for (let tick = 0; tick < 90; tick++) {
          await harness.nextTick();
          look();
        }
        harness.comparison().pause();
      }
      reads.push(...harness.stopRecording());
      // Wherever one stays, the pair comes, and nothing was given up on the way.
      const stays = [];
      for (const frame of [3, 70, 36, 12, 55, 0, 72]) {
        harness.comparison().seek(frame);
        await harness.until(
          (state) => state.masterFrame === frame && state.left.isPainted && state.right?.isPainted === true,
        );
        look();
        stays.push(await harness.show(frame));
      }
      await harness.settled();
      look();
      const { left: a, right: b } = harness.state();
      return {
        reads,
        stays,
        marks: [...marks],
        maxBytes,
        lost: a.missingCount + a.damagedCount + b!.missingCount + b!.damagedCount,
        held: a.decodedCount + b!.decodedCount,
      };
    });
    expect(found.lost).toBe(0);
    expect(wrongReads(found.reads)).toEqual([]);
    expect(found.reads.length).toBeGreaterThan(150);
    expect(found.marks).toEqual(['not_decoded']);
    expect(found.maxBytes).toBeLessThanOrEqual(budgetBytes);
    expect(found.held).toBeLessThan(146);
    expect(found.stays.map((read) => [read.left, read.right])).toEqual([3, 70, 36, 12, 55, 0, 72].map((f) => [f, f]));
  });

test('through the trim window: a cut of 49 frames beside its source of 73', async ({ player }) => {
  await openPair(player, sourceOf('trimWindow', 12), sourceOf('long', 0));
  const reads = await player.evaluate(async () => {
    const all = [];
    for (let frame = 0; frame < 73; frame++) all.push(await harness.show(frame));
    return all;
  });
  expect(wrongReads(reads)).toEqual([]);
  // The axis is what both have: source frames 12 to 60.
  expect(reads[30]).toMatchObject({ masterFrame: 30, left: 30, right: 30 });
  expect(reads[5]).toMatchObject({ masterFrame: 12, left: 12, right: 12 });
  expect(reads[61]).toMatchObject({ masterFrame: 60, left: 60, right: 60 });
});

test('swapping the sides keeps the pair that is on the screen', async ({ player }) => {
  await openPair(player, sourceOf('trimWindow', 12), sourceOf('long', 0));
  const found = await player.evaluate(async () => {
    await harness.show(40);
    harness.comparison().swap();
    await harness.nextTick();
    return { frame: harness.state().masterFrame, read: await harness.show(50), atEnd: await harness.show(60) };
  });
  expect(found.frame).toBe(40);
  expect(found.read).toMatchObject({ left: 50, right: 50 });
  expect(found.atEnd).toMatchObject({ left: 60, right: 60 });
});

test('30 fps beside 10 fps: each step pairs one frame of each', async ({ player }) => {
  await openPair(player, sourceOf('fps30'), sourceOf('long'));
  const found = await player.evaluate(async () => {
    const all = [];
    for (let frame = 0; frame < 73; frame++) all.push(await harness.show(frame));
    return { reads: all, rule: harness.state().match?.rule };
  });
  expect(found.rule).toEqual({ kind: 'rate', stepLeft: 3, stepRight: 1, phase: 0 });
  expect(found.reads.filter((read) => read.right !== read.masterFrame || read.left !== read.masterFrame * 3)).toEqual(
    [],
  );
});

test('a shift moves the right side by whole frames and keeps the left one', async ({ player }) => {
  await openPair(player, sourceOf('long'), sourceOf('longOther'));
  const read = await player.evaluate(async () => {
    await harness.show(20);
    harness.comparison().setMatch({ kind: 'auto', offset: 4 });
    await harness.nextTick();
    await harness.nextTick();
    return await harness.show(harness.state().masterFrame);
  });
  expect(read).toMatchObject({ left: 20, right: 24 });
});

test('a holed clip keeps its pairs: no frame beside a hole', async ({ player }) => {
  await openPair(player, sourceOf('dropped'), sourceOf('long'));
  const reads = await player.evaluate(async () => [
    await harness.show(19),
    await harness.show(20),
    await harness.show(21),
    await harness.show(22),
  ]);
  expect(reads.map((read) => [read.left, read.right])).toEqual([
    [19, 19],
    [null, 20],
    [null, 21],
    [22, 22],
  ]);
});

for (const surface of ['webgl2', '2d'] as const)
  test(`zoomed in, both sides show the same part of the same frame (${surface})`, async ({ player }) => {
    await openPair(player, sourceOf('long'), sourceOf('longOther'), { surface });
    const found = await player.evaluate(async () => {
      const comparison = harness.comparison();
      comparison.setView({ scale: 8, centerX: 0.4, centerY: 0.5 });
      const read = await harness.show(33);
      const box = document.getElementById('left')!.getBoundingClientRect();
      const other = document.getElementById('right')!.getBoundingClientRect();
      const left = comparison.pointAt('left', box.left + 100, box.top + 80)!;
      const right = comparison.pointAt('right', other.left + 100, other.top + 80)!;
      const probe = comparison.probe(left.u, left.v);
      const canvas = document.querySelector<HTMLCanvasElement>('#left canvas')!;
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d')!;
      copy.drawImage(canvas, 0, 0);
      return { read, left, right, probe, pixel: Array.from(copy.getImageData(100, 80, 1, 1).data.slice(0, 3)) };
    });
    expect([found.read.saidLeft, found.read.saidRight]).toEqual([33, 33]);
    expect(found.left.u).toBeCloseTo(found.right.u, 6);
    expect(found.left.v).toBeCloseTo(found.right.v, 6);
    // What the inspector says is what the screen shows, within one level of rounding.
    for (const [channel, value] of found.pixel.entries())
      expect(Math.abs(value - found.probe.left!.rgb[channel]!)).toBeLessThanOrEqual(1);
  });
