import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { record, runningBrowser } from './state.ts';

type Handler = (request: Request) => Response | Promise<Response>;
const handlers = new Map<string, Handler>();

export function setSchemeHandler(scheme: string, handler: Handler): void {
  if (handlers.has(scheme)) throw new Error(`The scheme ${scheme} has a handler already.`);
  handlers.set(scheme, handler);
}
export const hasSchemeHandler = (scheme: string): boolean => handlers.has(scheme);
export const removeSchemeHandler = (scheme: string): boolean => handlers.delete(scheme);

/** Chromium has no scheme of ours: `app://room/x` is `http://room.app.localhost:<port>/x` to it, a secure context too. */
export function toHttp(url: string): string {
  const parsed = URL.parse(url);
  const scheme = parsed?.protocol.slice(0, -1) ?? '';
  if (parsed === null || !handlers.has(scheme)) return url;
  return `http://${parsed.host}.${scheme}.localhost:${runningBrowser().port}${parsed.pathname}${parsed.search}${parsed.hash}`;
}

/** And back, so that the app sees its own addresses. */
export function fromHttp(url: string): string {
  const match = /^http:\/\/([^/:]+)\.([a-z]+)\.localhost:(\d+)(.*)$/s.exec(url);
  if (match === null || Number(match[3]) !== runningBrowser().port || !handlers.has(match[2] ?? '')) return url;
  return `${match[2]}://${match[1]}${match[4] === '' ? '/' : match[4]}`;
}

/** A request as `protocol.handle` sees it. The address stays as it was sent: `Request` would tidy it. */
export async function askScheme(
  url: string,
  init: {
    readonly method?: string;
    readonly headers?: HeadersInit;
    readonly signal?: AbortSignal;
    readonly initiatorOrigin?: string;
  },
): Promise<Response> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1] ?? '';
  const handler = handlers.get(scheme);
  if (handler === undefined) throw new TypeError(`net::ERR_UNKNOWN_URL_SCHEME: ${scheme}`);
  const request = new Request('http://stand-in.invalid/', {
    method: init.method ?? 'GET',
    ...(init.headers === undefined ? {} : { headers: init.headers }),
    ...(init.signal === undefined ? {} : { signal: init.signal }),
  });
  Object.defineProperty(request, 'url', { value: url });
  if (init.initiatorOrigin !== undefined)
    Object.defineProperty(request, 'initiatorOrigin', { value: init.initiatorOrigin });
  const response = await handler(request);
  if (!(response instanceof Response)) throw new TypeError('A protocol handler has to answer with a Response.');
  return response;
}

/** Serves every scheme to Chromium, on loopback. */
export async function serveSchemes(): Promise<number> {
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return (server.address() as AddressInfo).port;
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const match = /^([^.:]+)\.([a-z]+)\.localhost:\d+$/.exec(request.headers.host ?? '');
  const [, host = '', scheme = ''] = match ?? [];
  if (match === null || !handlers.has(scheme)) {
    response.writeHead(404).end();
    return;
  }
  const abort = new AbortController();
  response.on('close', () => abort.abort());
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers.set(name, value);
  const initiatorOrigin = initiatorOf(request, `${scheme}://${host}`);
  const answer = await askScheme(`${scheme}://${host}${request.url ?? '/'}`, {
    method: request.method ?? 'GET',
    headers,
    signal: abort.signal,
    ...(initiatorOrigin === undefined ? {} : { initiatorOrigin }),
  });
  if (initiatorOrigin !== undefined && initiatorOrigin !== `${scheme}://${host}`)
    record.foreignAnswers.push(answer.status);
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) response.end();
  else await pipeline(Readable.fromWeb(answer.body as never), response).catch(() => undefined);
}

/** Chromium's own word for who asks, as Electron's `initiatorOrigin`: the page's, another's, or the browser itself. */
function initiatorOf(request: IncomingMessage, own: string): string | undefined {
  const site = request.headers['sec-fetch-site'];
  if (site === 'none' || site === undefined) return undefined;
  if (site === 'same-origin') return own;
  return request.headers.origin ?? 'null';
}
