import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { DesktopBridge } from '#shared/contract/desktop-bridge.ts';
import { webPreferences } from '../../electron/main/web-preferences.ts';
import type { DesktopApp } from '../support/desktop-app.ts';
import { callFromPage } from '../support/desktop-page.ts';
import { expect, test as base } from '../support/room-fixture.ts';
import { projectFolder } from '../support/test-core.ts';

// The room's own window can not send what the guard refuses: its preload runs in no inner frame and
// its page goes nowhere else. So these tests make a window that may do both and have the app count it
// as its own. Everything else is real: the preload, the channel, the guard, the engine.

const demoRuns = join(projectFolder, 'resources', 'demo', 'vast');

type Forger = {
  /** The page of a window with the room's preload in every frame. It shows the room. */
  readonly page: Page;
  /** Sends the window where no page could send it. */
  readonly load: (url: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

async function openForger({ application }: DesktopApp, isOurs: boolean): Promise<Forger> {
  const opened = application.waitForEvent('window');
  const preload = join(projectFolder, 'out', 'desktop', 'preload.cjs');
  const windowId = await application.evaluate(
    async ({ BrowserWindow }, { preferences, countsAsOurs }) => {
      const window = new BrowserWindow({ show: false, webPreferences: preferences });
      const contentsId = window.webContents.id;
      if (countsAsOurs) {
        // The set of the room's windows lies in a closure: this one number is in every set from here on.
        // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
        const plainHas = Set.prototype.has;
        // oxlint-disable-next-line no-extend-native -- see above
        Set.prototype.has = function has(value) {
          return value === contentsId || plainHas.call(this, value);
        };
      }
      await window.loadURL('app://room/');
      return window.id;
    },
    { preferences: { ...webPreferences, nodeIntegrationInSubFrames: true, preload }, countsAsOurs: isOurs },
  );
  const page = await opened;
  await page.waitForURL(/room/);
  return {
    page,
    load: (url) =>
      application.evaluate(({ BrowserWindow }, [id, to]) => BrowserWindow.fromId(id)!.loadURL(to), [
        windowId,
        url,
      ] as const),
    close: () => application.evaluate(({ BrowserWindow }, id) => BrowserWindow.fromId(id)!.destroy(), windowId),
  };
}

type From = 'the page' | 'a blank frame' | 'a frame at our address' | 'a frame that goes' | 'a frame that is gone';

/** Sends a call that would leave a row, an import; says what came of it. */
function send(page: Page, from: From): Promise<string> {
  return page.evaluate(
    async ([where, path]) => {
      const frame = where === 'the page' ? null : document.createElement('iframe');
      if (frame !== null) {
        if (where === 'a frame at our address') frame.src = '/settings';
        const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
        document.body.append(frame);
        await loaded;
      }
      const sender = (frame?.contentWindow ?? window) as unknown as { readonly room?: DesktopBridge };
      const invoke = sender.room?.invoke;
      if (invoke === undefined) return 'there is no bridge';
      if (where === 'a frame that goes') {
        frame?.contentWindow?.addEventListener('pagehide', () => void invoke('runs.import', { path }));
        frame?.remove();
        return 'nobody hears the answer';
      }
      if (where === 'a frame that is gone') frame?.remove();
      try {
        const envelope = await invoke('runs.import', { path });
        return envelope.ok ? 'done' : envelope.error.code;
      } catch {
        return 'not sent';
      } finally {
        frame?.remove();
      }
    },
    [from, demoRuns] as const,
  );
}

/** How many imports a page has ever begun, asked for by the room's own window. The room has jobs of its own beside. */
async function jobCount(app: DesktopApp): Promise<number> {
  const { items } = await callFromPage(app.page, 'jobs.list', { kinds: ['runs.import'], limit: 1000 });
  return items.filter((job) => job.actor === 'operator').length;
}

const test = base.extend<{
  /** A window that the room's own app counts as its own, or not. */
  readonly openForgerOf: (options: { readonly isOurs: boolean }) => Promise<Forger>;
}>({
  openForgerOf: async ({ desktop }, use) => {
    const forgers: Forger[] = [];
    const app = desktop!;
    const before = await jobCount(app);
    await use(async ({ isOurs }) => {
      const forger = await openForger(app, isOurs);
      forgers.push(forger);
      return forger;
    });
    for (const forger of forgers) await forger.close();
    expect(await jobCount(app), 'jobs that a refused call began').toBe(before);
  },
});

test('a sender that is the room is answered: what follows is refused for no other reason', async ({ openDesktop }) => {
  const app = await openDesktop();
  const forger = await openForger(app, true);
  expect(await send(forger.page, 'the page')).toBe('done');
  expect(await jobCount(app)).toBe(1);
});

test('a frame inside the room’s page is refused even at the room’s address', async ({ openDesktop }) => {
  const app = await openDesktop();
  // The policy of the room's page keeps such a frame out before it can send: here is a page without one.
  await app.application.evaluate(({ protocol }) => {
    protocol.unhandle('app');
    protocol.handle('app', () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } }));
  });
  const forger = await openForger(app, true);
  expect(await send(forger.page, 'a frame at our address')).toBe('forbidden');
  expect(await jobCount(app)).toBe(0);
});

test('a window that is not the room’s is refused at the room’s own address', async ({ openForgerOf }) => {
  const { page } = await openForgerOf({ isOurs: false });
  expect(await send(page, 'the page')).toBe('forbidden');
});

test('a page of a foreign origin is refused in the room’s own window', async ({ openForgerOf }) => {
  const server = createServer((_request, response) => response.end('<!doctype html><title>app://room/</title>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { page, load } = await openForgerOf({ isOurs: true });
    await load(`http://127.0.0.1:${(server.address() as AddressInfo).port}/?app://room/`);
    await expect(page).toHaveTitle('app://room/');
    expect(await send(page, 'the page')).toBe('forbidden');
    expect(await send(page, 'a blank frame')).toBe('forbidden');
  } finally {
    server.close();
  }
});

test('a frame inside the room’s page is refused, though its origin is the room’s', async ({ openForgerOf }) => {
  const { page } = await openForgerOf({ isOurs: true });
  expect(await send(page, 'a blank frame')).toBe('forbidden');
});

test('a frame that goes or is gone does nothing with what it kept', async ({ openForgerOf }) => {
  const { page } = await openForgerOf({ isOurs: true });
  await send(page, 'a frame that goes');
  // What is sent from one page arrives in its order: once this is answered, the frame's call was.
  expect(await send(page, 'a blank frame')).toBe('forbidden');
  expect(['forbidden', 'not sent']).toContain(await send(page, 'a frame that is gone'));
});
