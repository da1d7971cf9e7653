import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { RoomError } from '#shared/errors.ts';
import { contentSecurityPolicy } from '#shared/rules/content-security-policy.ts';
import type { Core } from '#core/create-core.ts';
import type { Log } from '#core/ports.ts';
import { checkRequest, checkUpgrade } from './guard.ts';
import { sendPlainPage } from './plain-page.ts';
import { createSessions } from './sessions.ts';
import { findBuiltFile, sendFile } from './static-files.ts';
import { servePage } from './page-socket.ts';

export type WebServer = {
  readonly port: number;
  /** A link that opens the room once. */
  newLink(): string;
  close(): Promise<void>;
};

export type WebServerOptions = {
  /** The core of this moment: another workspace brings another core. */
  readonly core: () => Core;
  readonly onCoreChanged: (listener: () => void) => () => void;
  readonly port: number;
  readonly rendererFolder: string;
  readonly log: Log;
};

/** Loopback only, and only for pages of this very origin with a session. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  let own = { host: '', sessions: createSessions(0) };
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 16 * 1024 * 1024 });
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      options.log({ level: 'error', area: 'web', message: `${request.method} failed: ${String(error)}` });
      if (!response.headersSent) sendPlainPage(response, 500, 'The room failed', 'The log has the details.');
      else response.destroy();
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    setSecurityHeaders(response);
    // `//name/path` would be read as another host, and never comes from a page of ours.
    if (!/^\/(?!\/)/.test(request.url ?? '')) {
      sendPlainPage(response, 400, 'Not an address', 'The room has no such address.');
      return;
    }
    const url = new URL(request.url ?? '/', `http://${own.host}`);
    const isPage = isPageRequest(request, url.pathname);
    const verdict = checkRequest(request, { host: own.host, isPage });
    if (!verdict.ok) {
      sendPlainPage(
        response,
        verdict.status,
        'Not from here',
        `This request was refused (${verdict.reason}). To open a link to the room, paste it into the address bar.`,
      );
      return;
    }
    const method = request.method ?? 'GET';
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      sendPlainPage(response, 405, 'Not served', 'The room answers GET and HEAD.');
      return;
    }
    const token = isPage ? url.searchParams.get('token') : null;
    if (token !== null && enterWithToken(request, response, url, token)) return;
    if (!own.sessions.isKnown(request)) {
      sendPlainPage(
        response,
        401,
        'The room is locked',
        'Open it with the link that was printed when it was started. A link works once; starting the room again on the same workspace prints a new one.',
      );
      return;
    }
    if (url.pathname.startsWith('/media/')) {
      await sendMedia(request, response, url.pathname.slice('/media/'.length));
      return;
    }
    sendBuilt(response, url.pathname, method, isPage);
  }

  /** True when the request was answered: the token leaves the address bar by a redirect. */
  function enterWithToken(request: IncomingMessage, response: ServerResponse, url: URL, token: string): boolean {
    const cookie = own.sessions.redeem(token);
    if (cookie === null && !own.sessions.isKnown(request)) return false;
    if (cookie !== null) response.setHeader('Set-Cookie', cookie);
    url.searchParams.delete('token');
    response.writeHead(303, { Location: `${url.pathname}${url.search}`, 'Cache-Control': 'no-store' });
    response.end();
    return true;
  }

  function sendBuilt(response: ServerResponse, pathname: string, method: string, isPage: boolean): void {
    const file =
      findBuiltFile(options.rendererFolder, pathname) ?? (isPage ? join(options.rendererFolder, 'index.html') : null);
    if (file === null) sendPlainPage(response, 404, 'Not here', 'There is no such file in the room.');
    else sendFile(response, file, method);
  }

  async function sendMedia(request: IncomingMessage, response: ServerResponse, mediaId: string): Promise<void> {
    const abort = new AbortController();
    response.on('close', () => abort.abort());
    const header = (name: string): string | null => {
      const value = request.headers[name];
      return typeof value === 'string' ? value : null;
    };
    const media = await options.core().media.open(mediaId, {
      method: request.method ?? 'GET',
      rangeHeader: header('range'),
      ifRangeHeader: header('if-range'),
      ifNoneMatchHeader: header('if-none-match'),
      signal: abort.signal,
    });
    response.writeHead(media.status, media.headers);
    if (media.body === null) {
      response.end();
      return;
    }
    media.body.on('error', () => response.destroy());
    media.body.pipe(response);
  }

  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const verdict = checkUpgrade(request, own);
    if (!verdict.ok || url.pathname !== '/ws' || !own.sessions.isKnown(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => servePage(webSocket, options));
  });

  const port = await listen(server, options.port);
  own = { host: `127.0.0.1:${port}`, sessions: createSessions(port) };
  return {
    port,
    newLink: () => `http://${own.host}/?token=${own.sessions.newToken()}`,
    async close() {
      for (const client of sockets.clients) client.close(1001, 'The room was closed');
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The page is whatever is no file and no interface: every address of the room is the same page. */
function isPageRequest(request: IncomingMessage, pathname: string): boolean {
  if (pathname.startsWith('/media/') || pathname === '/ws' || pathname.startsWith('/assets/')) return false;
  const destination = request.headers['sec-fetch-dest'];
  return (destination === undefined || destination === 'document') && !/\.[a-z0-9]{2,5}$/i.test(pathname);
}

function setSecurityHeaders(response: ServerResponse): void {
  response.setHeader('Content-Security-Policy', contentSecurityPolicy);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new RoomError('conflict', `Port ${port} is in use by another program.`, {
              hint: 'Start the room with --port 0 to take any free port.',
            })
          : error,
      );
    });
    server.listen({ host: '127.0.0.1', port }, resolve);
  });
  return (server.address() as AddressInfo).port;
}
