import type { Page } from '@playwright/test';
import type { Figure } from '../figure.ts';

/**
 * Reads pictures back over all modes: side by side by random jumps, steps, drags and play, and the modes
 * that lay both sides over each other. `reads`: about how many; counted is what was read.
 */
export async function allModes(page: Page, reads: number): Promise<Figure> {
  const found = await page.evaluate(async (count) => {
    const source = (name: string) => ({
      media: { kind: 'url' as const, url: `/media/${name}` },
      trimStartFrame: null,
      sourceFrameCount: null,
      sourceKey: null,
    });
    const pair = { left: source('dense'), right: source('denseOther') };
    let done = 0;
    let wrong = 0;
    const tell = (isRight: boolean): void => {
      done += 1;
      if (!isRight) wrong += 1;
    };
    /** Jumps, single steps both ways, and a drag, in turn. */
    const target = (tick: number): number => {
      if (tick % 90 < 30) return (tick * 37 + ((tick * tick) % 11)) % 73;
      if (tick % 90 < 60) return tick % 180 < 90 ? tick % 73 : 72 - (tick % 73);
      return Math.round(36 + 36 * Math.sin(tick / 7));
    };
    const cellsOf = (frame: number): number[] => [1, ...[7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (frame >> bit) & 1), 0];

    await harness.open(pair);
    await harness.settled();
    for (let tick = 0; tick < count / 5; tick++) {
      harness.comparison().seek(target(tick));
      await harness.nextTick();
      tell(harness.readShown(document.getElementById('left')) === target(tick));
      tell(harness.readShown(document.getElementById('right')) === target(tick));
    }
    for (const [rate, direction] of [
      [4, 1],
      [4, -1],
      [1, 1],
      [1, -1],
    ] as const) {
      harness.comparison().setRate(rate);
      harness.comparison().setLooping(true);
      harness.record();
      harness.comparison().play(direction);
      for (let tick = 0; tick < count / 40; tick++) await harness.nextTick();
      harness.comparison().pause();
      for (const read of harness.stopRecording()) {
        tell(read.left === read.masterFrame);
        tell(read.right === read.masterFrame);
      }
    }

    await harness.open(pair, 'stage');
    await harness.settled();
    const stage = document.getElementById('stage');
    for (const mode of ['wipe', 'butterfly', 'difference', 'flicker'] as const) {
      harness.comparison().setMode(mode);
      for (let tick = 0; tick < count / 10; tick++) {
        if (mode === 'flicker') harness.comparison().flip();
        harness.comparison().setSplit((tick % 10) / 10);
        harness.comparison().seek(target(tick));
        await harness.nextTick();
        const cells = harness.readCells(stage) ?? [];
        const wanted = cellsOf(target(tick));
        // A butterfly shows the left half of each, the right one mirrored; equal codes leave nothing in a difference.
        const expected =
          mode === 'butterfly'
            ? wanted.map((_, cell) => wanted[cell < 5 ? cell : 9 - cell])
            : mode === 'difference'
              ? wanted.map(() => 0)
              : wanted;
        tell(expected.join() === cells.join());
      }
    }
    return { done, wrong };
  }, reads);
  return {
    name: 'player: wrong frames over all modes, read back by bar code',
    value: found.wrong,
    unit: `of ${found.done} reads`,
    beside: null,
    goal: '0',
    met: found.wrong === 0,
  };
}
