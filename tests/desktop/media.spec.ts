import { once } from 'node:events';
import { copyFileSync, readdirSync, readlinkSync, renameSync, symlinkSync, truncateSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { callFromPage, importFolder, showRuns } from '../support/desktop-page.ts';
import { enginePidOf } from '../support/engine-pid.ts';
import { expect, test } from '../support/room-fixture.ts';
import { readRecord } from '../support/stand-in-record.ts';
import { copyFolder, demoRuns, temporaryFolder } from '../support/test-core.ts';

// A media answer that is refused is an error on the console of the page that asked.
test.use({
  expectedConsoleErrors: [/the server responded with a status of 4\d\d|ERR_CONTENT_LENGTH_MISMATCH|ERR_FAILED/],
});

type Clip = { readonly mediaId: string; readonly path: string };

async function firstClip(page: Page): Promise<Clip> {
  const { items } = await callFromPage(page, 'clips.list', { role: ['enriched'], limit: 1 });
  const [clip] = items;
  if (clip === undefined || clip.mediaId === null) throw new Error('The room has no clip.');
  return { mediaId: clip.mediaId, path: clip.path };
}

test('media: ranges are answered whole and exactly, as the bytes of the file', async ({ roomPage }) => {
  await showRuns(roomPage);
  const { mediaId } = await firstClip(roomPage);
  const got = await roomPage.evaluate(async (id) => {
    const ask = async (
      range: string | null,
      method = 'GET',
    ): Promise<{ status: number; range: string | null; type: string | null; bytes: number[] }> => {
      const response = await fetch(`/media/${id}`, {
        method,
        cache: 'no-store',
        headers: range === null ? {} : { Range: range },
      });
      const bytes = [...new Uint8Array(await response.arrayBuffer())];
      return {
        status: response.status,
        range: response.headers.get('content-range'),
        type: response.headers.get('content-type'),
        bytes,
      };
    };
    const whole = await ask(null);
    const size = whole.bytes.length;
    const part = await ask('bytes=100-299');
    const tail = await ask('bytes=-50');
    const rest = await ask(`bytes=${size - 10}-`);
    const beyond = await ask(`bytes=${size}-`);
    const head = await ask(null, 'HEAD');
    const same = (a: number[], b: number[]): boolean => a.length === b.length && a.every((byte, at) => byte === b[at]);
    return {
      size,
      whole: [whole.status, whole.type],
      part: [part.status, part.range, same(part.bytes, whole.bytes.slice(100, 300))],
      tail: [tail.status, same(tail.bytes, whole.bytes.slice(-50))],
      open: [rest.status, same(rest.bytes, whole.bytes.slice(-10))],
      beyond: [beyond.status, beyond.range],
      head: [head.status, head.bytes.length],
    };
  }, mediaId);
  expect(got).toEqual({
    size: got.size,
    whole: [200, 'video/mp4'],
    part: [206, `bytes 100-299/${got.size}`, true],
    tail: [206, true],
    open: [206, true],
    beyond: [416, `bytes */${got.size}`],
    head: [200, 0],
  });
});

test('media: two real videos play and seek to 80 % at once, asked for by ranges', async ({ roomPage }) => {
  await showRuns(roomPage);
  const { mediaId } = await firstClip(roomPage);
  const ranges: string[] = [];
  roomPage.on(
    'request',
    (request) =>
      void request
        .allHeaders()
        .then(
          (headers) =>
            headers['range'] !== undefined && request.resourceType() === 'media' && ranges.push(headers['range']),
        ),
  );
  const positions = await roomPage.evaluate(async (id) => {
    const play = async (): Promise<number> => {
      const video = document.createElement('video');
      video.muted = true;
      video.preload = 'auto';
      video.src = `/media/${id}`;
      document.body.append(video);
      await new Promise((resolve, reject) => {
        video.addEventListener('loadedmetadata', resolve, { once: true });
        video.addEventListener(
          'error',
          () => reject(new Error(video.error?.message ?? 'a video that can not be played')),
          { once: true },
        );
      });
      video.currentTime = video.duration * 0.8;
      await new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
      const at = video.currentTime / video.duration;
      video.remove();
      return at;
    };
    return Promise.all([play(), play()]);
  }, mediaId);
  for (const at of positions) expect(at).toBeCloseTo(0.8, 1);
  await expect.poll(() => ranges.some((range) => /^bytes=\d+-/.test(range))).toBe(true);
});

test('media: a link that leads out of its folder and an unknown id are refused', async ({ openRoom }) => {
  const own = temporaryFolder();
  try {
    const runs = join(own.path, 'vast');
    copyFolder(demoRuns, runs);
    const { page } = await openRoom();
    await importFolder(page, runs);
    const { mediaId, path } = await firstClip(page);
    const status = (id: string): Promise<number> =>
      page.evaluate(async (it) => (await fetch(`/media/${it}`, { cache: 'no-store' })).status, id);
    expect(await status(mediaId)).toBe(200);
    expect(await status('aaaaaaaaaaaaaaaaaaaaaaaaaa')).toBe(404);
    // The same bytes may lie in several runs: the room would serve another copy.
    for (const [index, file] of findFiles(runs, path).entries()) {
      const outside = join(own.path, `outside-${index}.mp4`);
      renameSync(file, outside);
      symlinkSync(outside, file);
    }
    expect(await status(mediaId)).toBe(403);
  } finally {
    own.remove();
  }
});

test('media: a reader that leaves closes the file in the engine', async ({ openRoom }) => {
  test.skip(process.platform !== 'linux', 'Open files are counted in /proc.');
  const own = temporaryFolder();
  try {
    const runs = join(own.path, 'vast');
    copyFolder(demoRuns, runs);
    // 400 MB that cost nothing: a box that players skip, at the end of a real clip.
    const [file = ''] = findFiles(runs, '.mp4');
    await appendFreeBox(file, 400 * 1024 * 1024);
    const { page, workspaceFolder } = await openRoom();
    await importFolder(page, runs);
    const { items } = await callFromPage(page, 'clips.list', { limit: 200 });
    const mediaId = items.toSorted((a, b) => (b.sizeBytes ?? 0) - (a.sizeBytes ?? 0))[0]?.mediaId ?? null;
    const openFiles = (): number => {
      const folder = `/proc/${enginePidOf(workspaceFolder)}/fd`;
      return readdirSync(folder).filter((fd) => {
        try {
          return readlinkSync(join(folder, fd)) === file;
        } catch {
          return false;
        }
      }).length;
    };
    await page.evaluate(async (id) => {
      const abort = new AbortController();
      const response = await fetch(`/media/${id}`, { signal: abort.signal });
      const reader = response.body!.getReader();
      await reader.read();
      Object.assign(window, { leave: () => abort.abort() });
    }, mediaId);
    expect(openFiles()).toBe(1);
    await page.evaluate(() => (window as unknown as { leave: () => void }).leave());
    await expect.poll(openFiles).toBe(0);
  } finally {
    own.remove();
  }
});

const hostileUrls = [
  'app://room/..%2f..%2fpackage.json',
  'app://room/%2e%2e/%2e%2e/package.json',
  'app://room/assets/..%2F..%2Fpackage.json',
  'app://room/assets/x%00.js',
  'app://room/assets\\..\\..\\package.json',
  'app://room/assets/..%5c..%5cpackage.json',
  'app://room//etc/passwd',
  'app://room/media/..%2f..%2fetc%2fpasswd',
  'app://room/media/%2Fetc%2Fpasswd',
  'app://room/package.json',
  'app://room/main.js',
  'app://other/index.html',
  'app://room.evil/index.html',
  `app://room/${'a'.repeat(6000)}.js`,
];

test('scheme: hostile addresses, other hosts and other methods are refused by the handler itself', async ({
  desktop,
}) => {
  const answers = await desktop!.application.evaluate(
    async ({ net }, urls) =>
      Promise.all(
        urls.map(async (url) => {
          const response = await net.fetch(url, { bypassCustomProtocolHandlers: false });
          return [url.slice(0, 60), response.status, (await response.text()).slice(0, 200)] as const;
        }),
      ),
    hostileUrls,
  );
  for (const [url, status, text] of answers) {
    expect([400, 403, 404], url).toContain(status);
    expect(text, url).not.toMatch(/blueprint-control-room|root:|import /);
  }
  const methods = await desktop!.application.evaluate(async ({ net }) =>
    Promise.all(['POST', 'PUT', 'DELETE'].map(async (method) => (await net.fetch('app://room/', { method })).status)),
  );
  expect(methods).toEqual([405, 405, 405]);
});

test('scheme: the page itself can not climb out of what is served', async ({ roomPage }) => {
  const answers = await roomPage.evaluate(async () =>
    Promise.all(
      [
        '/..%2f..%2fpackage.json',
        '/%2e%2e/package.json',
        '/assets/..%2f..%2f..%2fpackage.json',
        '/assets/%00.js',
        '/package.json',
      ].map(async (path) => {
        try {
          const response = await fetch(path);
          return `${response.status} ${(await response.text()).includes('blueprint-control-room')}`;
        } catch {
          return 'blocked';
        }
      }),
    ),
  );
  for (const answer of answers) expect(['400 false', '403 false', '404 false', 'blocked']).toContain(answer);
});

test(
  'scheme: a page on another localhost port gets neither files nor media',
  { tag: '@standin' },
  async ({ roomPage, desktop }) => {
    await showRuns(roomPage);
    const { mediaId } = await firstClip(roomPage);
    const server = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end('<!doctype html><title>notebook</title>');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const context = desktop!.application.context();
    const foreign = await context.newPage();
    try {
      await foreign.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const got = await foreign.evaluate(
        async ({ origin, id }) => {
          const load = (
            element: HTMLImageElement | HTMLVideoElement | HTMLScriptElement,
            path: string,
          ): Promise<string> =>
            new Promise((resolve) => {
              element.addEventListener('error', () => resolve('refused'), { once: true });
              for (const name of ['load', 'loadeddata'])
                element.addEventListener(name, () => resolve('loaded'), { once: true });
              element.src = origin + path;
              document.body.append(element);
            });
          const fetched = await fetch(`${origin}/media/${id}`).then(
            () => 'read',
            () => 'refused',
          );
          return {
            fetched,
            video: await load(document.createElement('video'), `/media/${id}`),
            image: await load(new Image(), '/icon.svg'),
            script: await load(document.createElement('script'), '/early-theme.js'),
            bridge: 'room' in window,
          };
        },
        { origin: desktop!.origin, id: mediaId },
      );
      expect(got).toEqual({ fetched: 'refused', video: 'refused', image: 'refused', script: 'refused', bridge: false });
      // What the handler itself answered: Chromium would keep a body from such a page in any case.
      const statuses = await readRecord(desktop!.application, (record) => record.foreignAnswers);
      expect(new Set(statuses)).toEqual(new Set([403]));
    } finally {
      await foreign.close();
      server.close();
    }
  },
);

/** Files in a folder whose path ends so. */
function findFiles(folder: string, ending: string): readonly string[] {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(ending));
  if (found.length === 0) throw new Error(`No file in ${folder} ends in ${ending}.`);
  return found.map((path) => join(folder, path));
}

async function appendFreeBox(file: string, bytes: number): Promise<void> {
  // A copy of its own: the folder may be full of links to one file.
  copyFileSync(file, `${file}.tmp`);
  renameSync(`${file}.tmp`, file);
  const handle = await open(file, 'r+');
  const { size } = await handle.stat();
  const header = Buffer.alloc(8);
  header.writeUInt32BE(bytes, 0);
  header.write('free', 4, 'latin1');
  await handle.write(header, 0, 8, size);
  await handle.close();
  truncateSync(file, size + bytes);
}
