import { expect, test as base, type Page } from '@playwright/test';
import { serveHarness, type HarnessServer } from './harness/serve.ts';
import type { ClipName } from '../support/clips/clip-set.ts';

type Options = { readonly expectedFailures: readonly RegExp[] };

/** The player on a page of its own, under the room's content policy. Page errors and violations fail the test. */
export const test = base.extend<Options & { readonly player: Page }, { readonly server: HarnessServer }>({
  expectedFailures: [[], { option: true }],
  // A trace takes pictures all the time: here it would cost more than what is tested.
  trace: 'off',
  server: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from this pattern.
    async ({}, use) => {
      const server = await serveHarness();
      await use(server);
      await server.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  player: async ({ page, server, expectedFailures }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !expectedFailures.some((each) => each.test(message.text())))
        faults.push(message.text());
    });
    await page.goto(server.url);
    await page.waitForFunction(() => 'harness' in globalThis);
    await use(page);
    expect(faults).toEqual([]);
  },
});

export type TestSource = {
  media: { kind: 'url'; url: string };
  trimStartFrame: number | null;
  sourceFrameCount: number | null;
  sourceKey: string | null;
};

/** A test clip as a source; with `trim`, as a cut of one common source. */
export function sourceOf(name: ClipName | 'gone', trim: number | null = null): TestSource {
  return {
    media: { kind: 'url', url: `/media/${name}` },
    trimStartFrame: trim,
    sourceFrameCount: null,
    sourceKey: trim === null ? null : 'clip_000',
  };
}

export async function openPair(
  page: Page,
  left: TestSource,
  right: TestSource | null,
  more: { startFrame?: number; surface?: 'webgl2' | '2d'; budgetBytes?: number } = {},
): Promise<void> {
  await page.evaluate(
    async (options) => {
      await harness.open(options);
      await harness.settled();
      await harness.show(options.startFrame ?? harness.state().masterFrame);
    },
    { left, right, ...more },
  );
}

export { expect };
