import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { showRuns } from '../support/desktop-page.ts';
import { expect, test } from '../support/room-fixture.ts';
import { readRecord } from '../support/stand-in-record.ts';

// Chromium's own words about addresses that it refuses before anybody is asked.
test.use({
  expectedConsoleErrors: [
    /Not allowed to (?:load local resource|navigate top frame)|net::ERR_(?:ABORTED|BLOCKED)|Failed to launch/,
  ],
});

const hostile = [
  'https://example.com/',
  'http://example.com/?app://room/',
  'app://other/',
  'app://room.evil/',
  'file:///etc/passwd',
  'data:text/html,<h1>x',
  'about:blank',
  'chrome://version',
  'view-source:https://example.com',
];

test('navigation: the page stays where it is, wherever it is sent', async ({ roomPage, room }) => {
  await showRuns(roomPage);
  await roomPage.evaluate(() => Object.assign(window, { isStillHere: true }));
  for (const url of hostile) {
    // By script, and by a link that is clicked: Chromium treats them apart.
    for (const way of ['location', 'link'] as const) {
      await roomPage.evaluate(
        ([to, how]) => {
          if (how === 'location') {
            location.href = to;
            return;
          }
          const link = document.createElement('a');
          link.href = to;
          document.body.append(link);
          link.click();
          link.remove();
        },
        [url, way] as const,
      );
      // A navigation that was let through would be under way by the time the page has answered twice.
      for (let turn = 0; turn < 2; turn++)
        await roomPage.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      expect(await roomPage.evaluate(() => 'isStillHere' in window), `${way} ${url}`).toBe(true);
      expect(roomPage.url(), `${way} ${url}`).toBe(`${room.origin}/runs`);
    }
  }
  await expect(roomPage.getByTestId('run-row').first()).toBeVisible();
});

test('navigation: a link of the room itself goes where it says', async ({ roomPage, room }) => {
  await roomPage.evaluate(() => {
    location.href = '/settings';
  });
  await expect(roomPage).toHaveURL(`${room.origin}/settings`);
  await expect(roomPage.locator('.settings')).toBeVisible();
});

test(
  'new windows: window.open gives nothing, and only https goes to the system',
  { tag: '@standin' },
  async ({ roomPage, desktop }) => {
    const opened = await roomPage.evaluate(() =>
      [
        'https://docs.vast.ai/api',
        'http://example.com/',
        'file:///etc/passwd',
        'https://user:pass@example.com/',
        'javascript:alert(1)',
        'app://room/runs',
        'smb://server/share',
      ].map((url) => window.open(url)),
    );
    expect(opened.every((each) => each === null)).toBe(true);
    await expect
      .poll(() => readRecord(desktop!.application, (record) => record.openedExternally))
      .toEqual(['https://docs.vast.ai/api']);
    expect(desktop!.application.windows()).toHaveLength(1);
  },
);

test('new windows: a link with a target of its own opens no window', async ({ roomPage, desktop }) => {
  // Where it would go is nowhere: the system's browser must not really open.
  await roomPage.evaluate(() => {
    const link = document.createElement('a');
    link.href = 'http://example.com/';
    link.target = '_blank';
    document.body.append(link);
    link.click();
    link.remove();
  });
  await expect
    .poll(() => desktop!.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length))
    .toBe(1);
  await expect.poll(() => desktop!.application.windows().length).toBe(1);
});

test('frames: the policy and the guard keep a foreign page out of the room', async ({ openDesktop }) => {
  const server = createServer((_request, response) => response.end('<title>foreign</title>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const requests: string[] = [];
  server.on('request', (request) => requests.push(request.url ?? ''));
  try {
    const { page } = await openDesktop();
    const blocked = page.evaluate(
      () =>
        new Promise<string>((resolve) =>
          document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective)),
        ),
    );
    await page.evaluate(
      (port) => {
        const frame = document.createElement('iframe');
        frame.src = `http://127.0.0.1:${port}/frame`;
        document.body.append(frame);
      },
      (server.address() as AddressInfo).port,
    );
    expect(await blocked).toBe('frame-src');
    expect(requests).toEqual([]);
  } finally {
    server.close();
  }
});

test('a dropped HTML file does not replace the room, and where files are taken they stay files of the page', async ({
  roomPage,
  room,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'room-drop-'));
  const file = join(folder, 'evil.html');
  await writeFile(file, '<!doctype html><title>evil</title><h1>replaced</h1>');
  const cdp = await roomPage.context().newCDPSession(roomPage);
  try {
    await showRuns(roomPage);
    const drop = async (x: number, y: number): Promise<void> => {
      const data = { items: [], files: [file], dragOperationsMask: 1 };
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
        await cdp.send('Input.dispatchDragEvent', { type, x, y, data });
    };
    const heard = roomPage.evaluate(
      () =>
        new Promise<string[]>((resolve) =>
          window.addEventListener(
            'drop',
            (event) => resolve([...(event.dataTransfer?.files ?? [])].map((each) => each.name)),
            { capture: true, once: true },
          ),
        ),
    );
    await drop(700, 500);
    // Dropped beside the places that take files, the page may refuse it before it is even dropped.
    await Promise.race([
      heard,
      roomPage.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))),
    ]);
    await expect(roomPage).toHaveTitle(/Blueprint Control Room/);
    await expect(roomPage.getByTestId('run-row').first()).toBeVisible();
    expect(roomPage.url()).toBe(`${room.origin}/runs`);

    await roomPage.goto(`${room.origin}/settings`);
    await expect(roomPage.locator('.settings')).toBeVisible();
    const refused = roomPage.evaluate(
      () =>
        new Promise((resolve) =>
          window.addEventListener(
            'dragover',
            (event) => resolve([event.defaultPrevented, event.dataTransfer?.dropEffect]),
            { once: true },
          ),
        ),
    );
    await roomPage.evaluate(() => null);
    await drop(700, 500);
    // Said by the page itself: in a browser nothing else keeps the file out.
    expect(await refused).toEqual([true, 'none']);

    await roomPage.goto(`${room.origin}/compare`);
    await expect(roomPage.locator('.cmp-pick').first()).toBeVisible();
    const taken = roomPage.evaluate(
      () =>
        new Promise<string[]>((resolve) =>
          window.addEventListener(
            'drop',
            (event) => resolve([...(event.dataTransfer?.files ?? [])].map((each) => each.name)),
            { capture: true, once: true },
          ),
        ),
    );
    await roomPage.evaluate(() => null);
    await drop(700, 500);
    expect(await taken).toEqual(['evil.html']);
    expect(roomPage.url()).toContain('/compare');
  } finally {
    await cdp.detach();
    await rm(folder, { recursive: true, force: true });
  }
});
