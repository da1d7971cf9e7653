import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { clipSet, type ClipName } from '../../support/clips/clip-set.ts';

/** The policy of the room's own pages: the player must live under it. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; font-src 'self'; worker-src 'self'";
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

export type HarnessServer = {
  readonly url: string;
  readonly close: () => Promise<void>;
  readonly refuse: (name: string, how: 'missing' | 'cut' | null) => void;
};

/** Bundles the harness page as the room is bundled and serves it with the test clips at `/media/<name>`. */
export async function serveHarness(): Promise<HarnessServer> {
  const outDir = join(tmpdir(), `control-room-harness-${process.pid}`);
  await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('.', import.meta.url)),
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'chrome138',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 2000,
    },
  });
  const faults = new Map<string, 'missing' | 'cut'>();
  const server = createServer((request, response) => {
    void (async () => {
      const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
      if (path.startsWith('/media/')) {
        const name = path.slice('/media/'.length);
        const fault = faults.get(name);
        if (fault === 'missing' || !Object.hasOwn(clipSet, name)) {
          response.writeHead(404).end();
          return;
        }
        const file = await clipSet[name as ClipName]();
        const { size } = await stat(file);
        response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': size });
        if (fault === 'cut')
          createReadStream(file, { end: Math.max(0, Math.floor(size / 2)) })
            .on('end', () => response.destroy())
            .pipe(response, { end: false });
        else createReadStream(file).pipe(response);
        return;
      }
      const file = join(outDir, path === '/' ? 'index.html' : path);
      const body = await readFile(file);
      response
        .writeHead(200, {
          'content-type': types[extname(file)] ?? 'application/octet-stream',
          'content-security-policy': policy,
        })
        .end(body);
    })().catch(() => response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => closeServer(server),
    refuse: (name, how) => {
      if (how === null) faults.delete(name);
      else faults.set(name, how);
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}
