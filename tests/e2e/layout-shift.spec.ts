import type { Page } from '@playwright/test';
import { expect, test } from '../support/room-fixture.ts';

/** Of each screen: its address, and how it is called in a failure. */
const places = [
  '/',
  '/fleet',
  '/fleet/32182944',
  '/runs',
  '/history?q=cosmos',
  '/jobs',
  '/memory',
  '/config',
  '/fleet/32182944/steps',
  '/fleet/32182944/gate',
  '/memory/5',
  '/doctor',
  '/review',
  '/studies',
  '/studies/new',
  '/schedule',
  '/snapshots',
  '/settings',
  '/compare',
  '/launch',
  '/no-such-place',
  '/runs/no-such-run',
];

/**
 * Holds each answer back for a while of its own, so that a page gets them one by one and in another order than it
 * asked, and collects what moved by itself meanwhile with the answer that came before. The order is that of `seed`.
 */
async function answerSlowly(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = { moves: [] as string[], pending: 0, lastAnswerAt: performance.now(), lastMethod: 'no answer' };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        readonly hadRecentInput: boolean;
        readonly sources: readonly {
          readonly node: Node | null;
          readonly previousRect: DOMRect;
          readonly currentRect: DOMRect;
        }[];
      })[]) {
        if (entry.hadRecentInput) continue;
        const placeOf = ({ x, y, width, height }: DOMRect): string => [x, y, width, height].map(Math.round).join(' ');
        // A figure that stands right and gets longer begins further left: its text moves, nothing else.
        for (const { node, previousRect, currentRect } of entry.sources)
          if (node instanceof Element)
            seen.moves.push(
              `${node.tagName}.${node.className} ${placeOf(previousRect)} -> ${placeOf(currentRect)} by ${seen.lastMethod}`,
            );
      }
    }).observe({ type: 'layout-shift', buffered: true });

    // A small generator of its own: a failure comes back with its seed.
    let state = Number(new URLSearchParams(location.search).get('seed') ?? 1);
    const random = (): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    for (let i = 0; i < 8; i += 1) random();
    const methods = new Map<unknown, string>();
    const { prototype } = WebSocket;
    // oxlint-disable-next-line typescript/unbound-method -- both are called on their own socket below
    const { send, addEventListener } = prototype;
    prototype.send = function (data) {
      const frame = JSON.parse(data as string) as { readonly id: number; readonly method: string };
      methods.set(frame.id, frame.method);
      seen.pending += 1;
      send.call(this, data);
    };
    prototype.addEventListener = function (
      this: WebSocket,
      type: string,
      listener: (event: MessageEvent<string>) => void,
    ) {
      const late = (event: MessageEvent<string>): void => {
        const frame = JSON.parse(event.data) as { readonly t: string; readonly id: number };
        if (frame.t === 'event') return listener(event);
        setTimeout(() => {
          seen.pending -= 1;
          seen.lastAnswerAt = performance.now();
          seen.lastMethod = methods.get(frame.id) ?? 'no answer';
          listener(event);
        }, random() * 450);
      };
      addEventListener.call(this, type, (type === 'message' ? late : listener) as EventListener);
    } as typeof addEventListener;
  });
}

type Seen = { readonly moves: readonly string[]; readonly pending: number; readonly lastAnswerAt: number };

test(
  'however its answers come, nothing on a screen moves by itself',
  { tag: '@browser' },
  async ({ roomPage: page, room }) => {
    test.setTimeout(360_000);
    // The room checks the depth of its new clips by itself; what that changes is no matter of a page that loads.
    await page.goto(`${room.origin}/jobs`);
    // More than one when the last run is read in while the first are checked.
    const checks = page.locator('.jobrow').filter({ hasText: 'new clips' });
    await expect(checks.first()).toContainText('Finished', { timeout: 90_000 });
    await expect(checks.filter({ hasNotText: 'Finished' })).toHaveCount(0, { timeout: 90_000 });
    await page.goto(`${room.origin}/runs`);
    const id = await page.getByTestId('run-row').nth(1).getAttribute('data-run-id');
    const ofRun = ['', '?stage=s2_enrich', '?tab=sheet', '?tab=files'].map((rest) => `/runs/${String(id)}${rest}`);
    await answerSlowly(page);
    for (const place of [...places, ...ofRun])
      for (const seed of [11, 4242]) {
        await page.goto(`${room.origin}${place}${place.includes('?') ? '&' : '?'}seed=${seed}`);
        await page.waitForFunction(() => {
          const { pending, lastAnswerAt } = (window as unknown as { readonly seen: Seen }).seen;
          return pending === 0 && performance.now() - lastAnswerAt > 400;
        });
        const { moves } = await page.evaluate(() => (window as unknown as { readonly seen: Seen }).seen);
        expect.soft(moves, `${place}, seed ${seed}`).toEqual([]);
      }
  },
);
