import { chromium, type Page } from '@playwright/test';
import { chromiumArgs, chromiumPath, chromiumSandbox } from '../support/chromium.ts';
import type { ClipName } from '../support/clips/clip-set.ts';
import { serveHarness } from '../player/harness/serve.ts';
import type { Bench, Figure } from './figure.ts';
import { fiftyPairs } from './player/memory.ts';
import { allModes } from './player/modes.ts';

type Arm = {
  readonly ours: number[];
  readonly video: number[];
  readonly wrongOurs: number;
  readonly wrongVideo: number;
};
type Measured = {
  readonly scrub: Arm;
  readonly forward: Arm;
  /** Cached steps alone, both directions in turn. */
  readonly walk: { readonly forward: number[]; readonly backward: number[]; readonly wrong: number };
  readonly tickMs: number;
};

/** Clip, its rate, frames of it, and the pass line of p95 against `<video>`; null for the hard case that is only told. */
const cases: readonly (readonly [ClipName, number, number, string, number | null])[] = [
  ['dense', 10, 73, '480p, one keyframe in 73', 0.2],
  ['denseKey10', 10, 73, '480p, a keyframe every 10', 0.6],
  ['denseIntra', 10, 73, '480p, every frame a keyframe', null],
  ['denseHd', 30, 121, '720p, one keyframe in 121', 0.08],
];

/** Cached step and random scrub beside `<video>` on the same clip, page and frame list, arms alternating. */
export const benchPlayer: Bench = async ({ full }, report) => {
  const server = await serveHarness();
  const browser = await chromium.launch({
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
    args: chromiumArgs,
    chromiumSandbox,
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(server.url);
    await page.waitForFunction(() => 'harness' in globalThis);
    let wrong = 0;
    let reads = 0;
    for (const [name, fps, frameCount, words, passRatio] of cases) {
      const measured = await measure(page, name, fps, frameCount, full ? 160 : 40, full ? 600 : 240);
      for (const figure of figuresOf(measured, words, passRatio)) report(figure);
      wrong += measured.scrub.wrongOurs + measured.forward.wrongOurs + measured.walk.wrong;
      reads += measured.scrub.ours.length + measured.forward.ours.length;
      reads += measured.walk.forward.length + measured.walk.backward.length;
    }
    report({
      name: 'player: wrong frames read back by bar code',
      value: wrong,
      unit: `of ${reads} reads`,
      beside: null,
      goal: '0',
      met: wrong === 0,
    });
    report(await dragPair(page, full ? 240 : 120));
    report(await allModes(page, full ? 10_000 : 500));
    await page.close();
    const fresh = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await fresh.goto(server.url);
    await fresh.waitForFunction(() => 'harness' in globalThis);
    report(await fiftyPairs(fresh));
  } finally {
    await browser.close();
    await server.close();
  }
};

async function measure(
  page: Page,
  name: string,
  fps: number,
  frameCount: number,
  seeks: number,
  walkSteps: number,
): Promise<Measured> {
  return await page.evaluate(
    async (given) => {
      const source = {
        media: { kind: 'url' as const, url: `/media/${given.name}` },
        trimStartFrame: null,
        sourceFrameCount: null,
        sourceKey: null,
      };
      await harness.open({ left: source, right: null });
      await harness.settled();
      const video = new harness.VideoArm(document.getElementById('right')!, given.fps);
      await video.open(source.media.url);
      const afterPaint = async (): Promise<void> => {
        await harness.nextTick();
        await new Promise<void>((resolve) => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => resolve();
          channel.port2.postMessage(null);
        });
      };
      const ticks: number[] = [];
      for (let tick = 0, last = await harness.nextTick(); tick < 30; tick++) {
        const now = await harness.nextTick();
        ticks.push(now - last);
        last = now;
      }
      const run = async (frames: readonly number[]): Promise<Arm> => {
        const ours: number[] = [];
        const videoMs: number[] = [];
        let wrongOurs = 0;
        let wrongVideo = 0;
        for (const [index, frame] of frames.entries()) {
          const arms = [
            async (): Promise<void> => {
              const startMs = performance.now();
              harness.comparison().seek(frame);
              await afterPaint();
              ours.push(performance.now() - startMs);
              if (harness.readShown(document.getElementById('left')) !== frame) wrongOurs += 1;
            },
            async (): Promise<void> => {
              videoMs.push(await video.seek(frame));
              if (video.readCode() !== frame) wrongVideo += 1;
            },
          ];
          if (index % 2 === 1) arms.reverse();
          for (const arm of arms) await arm();
        }
        return { ours, video: videoMs, wrongOurs, wrongVideo };
      };
      let state = 7;
      const random = Array.from({ length: given.seeks }, () => {
        state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
        return state % given.frameCount;
      }).filter((frame, index, all) => frame !== all[index - 1]);
      const steps = Array.from({ length: Math.min(given.seeks, given.frameCount - 1) }, (_, index) => index + 1);
      const scrub = await run(random);
      const forward = await run(steps);
      video.close();
      const walk = { forward: [] as number[], backward: [] as number[], wrong: 0 };
      // Two steps on, two back, from ever other places: what disturbs the machine hits both directions alike.
      for (let leg = 0; walk.backward.length < given.walkSteps; leg++) {
        const from = (leg * 11) % (given.frameCount - 2);
        harness.comparison().seek(from);
        await afterPaint();
        for (const direction of [1, -1] as const)
          for (let step = 0; step < 2; step++) {
            const wanted = harness.state().masterFrame + direction;
            const startMs = performance.now();
            harness.comparison().step(direction);
            await afterPaint();
            walk[direction === 1 ? 'forward' : 'backward'].push(performance.now() - startMs);
            if (harness.readShown(document.getElementById('left')) !== wanted) walk.wrong += 1;
          }
      }
      ticks.sort((a, b) => a - b);
      return { scrub, forward, walk, tickMs: ticks[15]! };
    },
    { name, fps, frameCount, seeks, walkSteps },
  );
}

function figuresOf(measured: Measured, words: string, passRatio: number | null): Figure[] {
  const figures: Figure[] = [];
  const add = (what: string, share: number, arm: Arm, limit: number | null): void => {
    const value = quantile(arm.ours, share);
    const beside = quantile(arm.video, share);
    figures.push({
      name: `player: ${what} p${share * 100}, ${words}`,
      value,
      unit: 'ms',
      beside: { name: '<video> currentTime to requestVideoFrameCallback', value: beside },
      goal: limit === null ? null : `at most ${limit} of <video>`,
      met: limit === null ? null : value <= limit * beside,
    });
  };
  add('random scrub', 0.5, measured.scrub, null);
  add('random scrub', 0.95, measured.scrub, passRatio);
  add('step forward', 0.5, measured.forward, null);
  add('step forward', 0.95, measured.forward, null);
  const forward = quantile(measured.walk.forward, 0.95);
  const backward = quantile(measured.walk.backward, 0.95);
  figures.push({
    name: `player: step backward p95, ${words}`,
    value: backward,
    unit: 'ms',
    beside: { name: 'step forward p95, in turn with it', value: forward },
    goal: 'at most 1.2 of forward',
    met: backward <= 1.2 * forward,
  });
  const scrub = quantile(measured.scrub.ours, 0.95);
  figures.push({
    name: `player: random scrub p95 against a display tick, ${words}`,
    value: scrub,
    unit: 'ms',
    beside: { name: 'median tick', value: round(measured.tickMs) },
    goal: 'at most 1.3 ticks',
    met: scrub <= 1.3 * measured.tickMs,
  });
  return figures;
}

/** A drag over a pair: share of display ticks in which both panes show the wanted frame, read back. */
async function dragPair(page: Page, ticks: number): Promise<Figure> {
  const { onTarget, apart } = await page.evaluate(async (count) => {
    const source = (name: string) => ({
      media: { kind: 'url' as const, url: `/media/${name}` },
      trimStartFrame: null,
      sourceFrameCount: null,
      sourceKey: null,
    });
    await harness.open({ left: source('dense'), right: source('denseOther') });
    await harness.settled();
    let hits = 0;
    let different = 0;
    for (let tick = 0; tick < count; tick++) {
      const wanted = Math.round(36 + 36 * Math.sin((tick / count) * Math.PI * 4));
      harness.comparison().seek(wanted);
      await harness.nextTick();
      const left = harness.readShown(document.getElementById('left'));
      const right = harness.readShown(document.getElementById('right'));
      if (left === wanted && right === wanted) hits += 1;
      if (left !== right) different += 1;
    }
    return { onTarget: hits, apart: different };
  }, ticks);
  return {
    name: `player: ticks of a drag with both panes on the wanted frame (${apart} with different frames)`,
    value: round((onTarget / ticks) * 100),
    unit: '%',
    beside: null,
    goal: 'at least 99 %, and none different',
    met: onTarget >= 0.99 * ticks && apart === 0,
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
