import { expect, test as base, type Browser, type Cookie, type Page } from '@playwright/test';
import { startRoom, type RoomProcess } from './room-process.ts';

type RoomOptions = {
  /** Console errors that a test causes on purpose. Violations of the content policy can not be allowed. */
  readonly expectedConsoleErrors: readonly RegExp[];
};

type RoomFixtures = {
  /** The room's page, opened and with its cookie. Fails the test on a policy violation, page error or console error. */
  readonly roomPage: Page;
  /** Watches a page that the test opened itself in the same way. */
  readonly watch: (page: Page) => Promise<void>;
};

type RoomWorkerFixtures = {
  /** The demo room of this worker: tests that change what others read start a room of their own (startRoom). */
  readonly room: RoomProcess;
  /** The cookie of that room: its address works once, and every test has a browser context of its own. */
  readonly roomCookies: readonly Cookie[];
};

const violationMark = 'securitypolicyviolation:';

export const test = base.extend<RoomOptions & RoomFixtures, RoomWorkerFixtures>({
  expectedConsoleErrors: [[], { option: true }],

  room: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from this pattern.
    async ({}, use) => {
      const room = await startRoom({ demo: true });
      await use(room);
      await room.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  roomCookies: [async ({ browser, room }, use) => use(await cookiesOf(browser, room)), { scope: 'worker' }],

  watch: async ({ expectedConsoleErrors }, use) => {
    const faults: string[] = [];
    await use(async (page) => {
      page.on('pageerror', (error) => faults.push(`page error: ${error.stack ?? error.message}`));
      page.on('console', (message) => {
        if (message.type() !== 'error') return;
        const text = message.text();
        const allowed = !text.startsWith(violationMark) && expectedConsoleErrors.some((each) => each.test(text));
        if (!allowed) faults.push(`console error: ${text} (${message.location().url})`);
      });
      await page.addInitScript((mark) => {
        document.addEventListener('securitypolicyviolation', (event) => {
          console.error(`${mark} ${event.effectiveDirective} blocked ${event.blockedURI} at ${event.sourceFile}`);
        });
      }, violationMark);
    });
    expect(faults, 'policy violations, page errors and console errors').toEqual([]);
  },

  roomPage: async ({ page, room, roomCookies, watch }, use) => {
    await page.context().addCookies([...roomCookies]);
    await watch(page);
    await page.goto(room.origin);
    await use(page);
  },
});

/** Opens the room's address, which makes its token a cookie. For rooms that a test started itself, too. */
export async function cookiesOf(browser: Browser, room: RoomProcess): Promise<readonly Cookie[]> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(room.url);
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

export { expect };
