import { protocol } from 'electron';
import { contentSecurityPolicy } from '#shared/rules/content-security-policy.ts';
import { appOrigin, appScheme, readPageAddress } from '#shared/rules/page-address.ts';
import type { MediaRelay } from './media-relay.ts';
import { readPageFile } from './page-files.ts';

const securityHeaders = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** Makes `app://room` an origin like any https one. Once, before `ready`. Never past the page's policy. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

export function serveAppScheme(options: { readonly rendererFolder: string; readonly media: MediaRelay }): void {
  protocol.handle(appScheme, async (request) => {
    try {
      return await answer(request, options);
    } catch {
      return plain(500, 'failed');
    }
  });
}

/** `initiatorOrigin` is Chromium's word for who asks, which a page can not forge; absent when it was the browser itself. */
async function answer(
  request: Request & { readonly initiatorOrigin?: string },
  options: { readonly rendererFolder: string; readonly media: MediaRelay },
): Promise<Response> {
  const { initiatorOrigin, method } = request;
  if (initiatorOrigin !== undefined && initiatorOrigin !== appOrigin) return plain(403, 'another origin');
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'GET and HEAD only', { Allow: 'GET, HEAD' });
  const address = readPageAddress(request.url);
  switch (address.kind) {
    case 'refused':
      return plain(address.status, address.why);
    case 'media':
      return answerMedia(request, address.mediaId, options.media);
    case 'page':
      return answerFile(options.rendererFolder, 'index.html', method);
    case 'file':
      return answerFile(options.rendererFolder, address.path, method);
  }
}

async function answerFile(folder: string, path: string, method: string): Promise<Response> {
  const file = await readPageFile(folder, path);
  if (file === null) return plain(404, 'no such file');
  const headers = {
    ...securityHeaders,
    'Content-Type': file.contentType,
    'Content-Length': String(file.bytes.length),
    // Names under assets/ carry the hash of their content.
    'Cache-Control': path.startsWith('assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
  };
  return new Response(method === 'HEAD' ? null : file.bytes, { status: 200, headers });
}

async function answerMedia(request: Request, mediaId: string, media: MediaRelay): Promise<Response> {
  const head = await media.open({
    mediaId,
    method: request.method,
    rangeHeader: request.headers.get('range'),
    ifRangeHeader: request.headers.get('if-range'),
    ifNoneMatchHeader: request.headers.get('if-none-match'),
    signal: request.signal,
  });
  return new Response(head.body, { status: head.status, headers: { ...securityHeaders, ...head.headers } });
}

function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(text, {
    status,
    headers: {
      ...securityHeaders,
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      ...headers,
    },
  });
}
