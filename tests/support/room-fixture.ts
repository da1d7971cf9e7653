import { expect, test as base, type Browser, type ConsoleMessage, type Cookie, type Page } from '@playwright/test';
import { startDesktop, type DesktopApp, type DesktopOptions, type Shell } from './desktop-app.ts';
import { startRoom, type RoomProcess } from './room-process.ts';

type RoomOptions = {
  /** Console errors that a test causes on purpose. Violations of the content policy can not be allowed. */
  readonly expectedConsoleErrors: readonly RegExp[];
};

/** A room that a test has for itself. */
export type OwnRoom = {
  readonly page: Page;
  /** For `page.goto(origin + path)`. */
  readonly origin: string;
  readonly workspaceFolder: string;
};

type RoomFixtures = {
  /** The room's page, opened, in the shell of the project. Fails the test on a policy violation, page error or console error. */
  readonly roomPage: Page;
  /** Opens a room of the test's own, on a new workspace, in the shell of the project. It is closed after the test. */
  readonly openRoom: (options?: { readonly demo?: boolean }) => Promise<OwnRoom>;
  /** Opens the desktop app as the test wants it; in the projects `standin` and `electron` only. */
  readonly openDesktop: (options?: DesktopOptions) => Promise<DesktopApp>;
  /** Watches a page that the test opened itself in the same way. */
  readonly watch: (page: Page) => Promise<void>;
};

type RoomWorkerFixtures = {
  /** Set by the project: in what the room is opened. */
  readonly shell: Shell;
  /** The demo room of this worker: tests that change what others read open a room of their own (openRoom). */
  readonly room: Pick<RoomProcess, 'url' | 'origin' | 'workspaceFolder'>;
  /** The same as an app; null in a browser. */
  readonly desktop: DesktopApp | null;
  /** The cookie of that room: its address works once, and every test has a browser context of its own. */
  readonly roomCookies: readonly Cookie[];
};

const violationMark = 'securitypolicyviolation:';
const viewport = { width: 1440, height: 900 } as const;

export const test = base.extend<RoomOptions & RoomFixtures, RoomWorkerFixtures>({
  expectedConsoleErrors: [[], { option: true }],
  shell: ['browser', { option: true, scope: 'worker' }],

  desktop: [
    async ({ shell }, use) => {
      if (shell === 'browser') {
        await use(null);
        return;
      }
      const app = await startDesktop(shell, { demo: true });
      await use(app);
      await app.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  room: [
    async ({ desktop }, use) => {
      if (desktop !== null) {
        await use({ url: desktop.origin, origin: desktop.origin, workspaceFolder: desktop.workspaceFolder });
        return;
      }
      const room = await startRoom({ demo: true });
      await use(room);
      await room.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  roomCookies: [
    async ({ browser, room, desktop }, use) => use(desktop === null ? await cookiesOf(browser, room) : []),
    { scope: 'worker' },
  ],

  watch: async ({ expectedConsoleErrors }, use) => {
    const faults: string[] = [];
    const stops: (() => void)[] = [];
    await use(async (page) => {
      const onPageError = (error: Error): void => void faults.push(`page error: ${error.stack ?? error.message}`);
      const onConsole = (message: ConsoleMessage): void => {
        if (message.type() !== 'error') return;
        const text = message.text();
        const allowed = !text.startsWith(violationMark) && expectedConsoleErrors.some((each) => each.test(text));
        if (!allowed) faults.push(`console error: ${text} (${message.location().url})`);
      };
      page.on('pageerror', onPageError);
      page.on('console', onConsole);
      // The window of a desktop app outlives the test.
      stops.push(() => page.off('pageerror', onPageError).off('console', onConsole));
      await page.addInitScript((mark) => {
        document.addEventListener('securitypolicyviolation', (event) => {
          console.error(`${mark} ${event.effectiveDirective} blocked ${event.blockedURI} at ${event.sourceFile}`);
        });
      }, violationMark);
    });
    for (const stop of stops) stop();
    expect(faults, 'policy violations, page errors and console errors').toEqual([]);
  },

  roomPage: async ({ page, room, roomCookies, desktop, colorScheme, watch }, use) => {
    const opened = desktop?.page ?? page;
    if (desktop === null) await page.context().addCookies([...roomCookies]);
    else {
      await opened.setViewportSize(viewport);
      await opened.emulateMedia({ colorScheme: colorScheme ?? null });
      // What the test before left in the one window there is.
      await opened.evaluate(() => localStorage.clear());
    }
    await watch(opened);
    await opened.goto(`${room.origin}/`);
    await use(opened);
  },

  openRoom: async ({ shell, browser, watch }, use) => {
    const closers: (() => Promise<void>)[] = [];
    await use(async ({ demo = false } = {}) => {
      if (shell !== 'browser') {
        const app = await startDesktop(shell, { demo });
        closers.push(() => app.stop());
        await app.page.setViewportSize(viewport);
        await watch(app.page);
        await app.page.goto(`${app.origin}/`);
        return app;
      }
      const room = await startRoom({ demo });
      const context = await browser.newContext({ viewport });
      closers.push(async () => {
        await context.close();
        await room.stop();
      });
      const page = await context.newPage();
      await watch(page);
      await page.goto(room.url);
      return { page, origin: room.origin, workspaceFolder: room.workspaceFolder };
    });
    for (const close of closers.toReversed()) await close();
  },

  openDesktop: async ({ shell }, use) => {
    const apps: DesktopApp[] = [];
    await use(async (options) => {
      if (shell === 'browser') throw new Error('A test of the desktop app in the project of the browser.');
      const app = await startDesktop(shell, options);
      apps.push(app);
      return app;
    });
    // One that the test has ended itself is gone already.
    for (const app of apps) await app.stop().catch(() => undefined);
  },
});

/** Opens the room's address, which makes its token a cookie. For rooms that a test started itself, too. */
export async function cookiesOf(browser: Browser, room: Pick<RoomProcess, 'url'>): Promise<readonly Cookie[]> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(room.url);
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

export { expect };
