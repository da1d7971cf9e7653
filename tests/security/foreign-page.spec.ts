import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '../support/room-fixture.ts';

/** A page on another port of this computer, as a tunnelled notebook would serve it. */
async function serveNotebook(
  html: string,
): Promise<{ readonly origin: string; close(): void; readonly requests: string[] }> {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.cookie ?? ''}`);
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
    requests,
  };
}

test('a page on another localhost port gets nothing, not even media', async ({ room, roomCookies, page }) => {
  await page.context().addCookies([...roomCookies]);
  await page.goto(room.origin);
  const mediaId = await page.evaluate(async () => {
    const socket = new WebSocket(`ws://${location.host}/ws`);
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    socket.send(JSON.stringify({ t: 'call', id: 1, method: 'clips.list', input: { role: ['enriched'], limit: 1 } }));
    return new Promise<string>((resolve) => {
      socket.addEventListener('message', (event) => {
        const frame = JSON.parse(String(event.data)) as {
          t: string;
          envelope?: { value: { items: { mediaId: string }[] } };
        };
        if (frame.t === 'answer') resolve(frame.envelope!.value.items[0]!.mediaId);
      });
    });
  });
  // The page itself may: this is the control.
  expect(await page.evaluate(async (id) => (await fetch(`/media/${id}`)).status, mediaId)).toBe(200);

  const notebook = await serveNotebook('<!doctype html><title>notebook</title>');
  try {
    await page.goto(notebook.origin);
    const got = await page.evaluate(
      async ({ origin, id }) => {
        const tryFetch = async (path: string, init: RequestInit): Promise<string> => {
          try {
            const response = await fetch(origin + path, init);
            return `${response.type} ${response.status} ${(await response.text()).length}`;
          } catch {
            return 'blocked';
          }
        };
        const load = (element: HTMLImageElement | HTMLVideoElement): Promise<string> =>
          new Promise((resolve) => {
            element.addEventListener('error', () => resolve('refused'), { once: true });
            element.addEventListener('loadeddata', () => resolve('loaded'), { once: true });
            element.addEventListener('load', () => resolve('loaded'), { once: true });
            element.src = `${origin}/media/${id}`;
          });
        const socket = await new Promise<string>((resolve) => {
          const it = new WebSocket(`${origin.replace('http', 'ws')}/ws`);
          it.addEventListener('open', () => resolve('open'), { once: true });
          it.addEventListener('error', () => resolve('refused'), { once: true });
        });
        const video = document.createElement('video');
        video.preload = 'auto';
        return {
          cors: await tryFetch(`/media/${id}`, { credentials: 'include' }),
          noCors: await tryFetch('/', { mode: 'no-cors', credentials: 'include' }),
          video: await load(video),
          image: await load(new Image()),
          socket,
        };
      },
      { origin: room.origin, id: mediaId },
    );
    expect(got).toEqual({
      cors: 'blocked',
      noCors: expect.stringMatching(/^(blocked|opaque 0 0)$/),
      video: 'refused',
      image: 'refused',
      socket: 'refused',
    });

    // A link from there is refused with a page that says what to do; the same address from the address bar opens.
    await page.setContent(`<a href="${room.origin}/runs">to the room</a>`);
    await page.click('a');
    await expect(page.locator('body')).toContainText('Not from here');
    await page.goto(`${room.origin}/runs`);
    await expect(page.getByTestId('run-row').first()).toBeVisible();
  } finally {
    notebook.close();
  }
});

test('the page can not be framed', async ({ room, roomCookies, page }) => {
  await page.context().addCookies([...roomCookies]);
  const notebook = await serveNotebook(`<!doctype html><iframe src="${room.origin}/runs"></iframe>`);
  try {
    await page.goto(notebook.origin);
    await page.waitForTimeout(500);
    const framed = page.frames().find((frame) => frame !== page.mainFrame())!;
    expect(await framed.locator('[data-testid="run-row"]').count()).toBe(0);
  } finally {
    notebook.close();
  }
});

test('without the cookie there is a page that says how to get in; the link works once', async ({ room, browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const response = await page.goto(`${room.origin}/runs`);
  expect(response!.status()).toBe(401);
  await expect(page.locator('body')).toContainText('The room is locked');
  await page.goto(room.url);
  await expect(page.locator('body')).toContainText('The room is locked');
  await context.close();
});
