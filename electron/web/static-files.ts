import { createReadStream, existsSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pageFileTypes } from '#shared/rules/page-address.ts';

/** Absolute path of a built file that a URL names; null when it names none. The file is inside the folder. */
export function findBuiltFile(folder: string, pathname: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null;
  const path = normalize(join(folder, decoded));
  if (!path.startsWith(folder + sep) || pageFileTypes[extname(path)] === undefined) return null;
  return existsSync(path) && statSync(path).isFile() ? path : null;
}

/** Sends a built file. Names under `assets/` carry the hash of their content and may be kept for ever. */
export function sendFile(response: ServerResponse, path: string, method: string): void {
  response.setHeader('Content-Type', pageFileTypes[extname(path)] ?? 'application/octet-stream');
  response.setHeader('Content-Length', statSync(path).size);
  response.setHeader(
    'Cache-Control',
    path.includes(`${sep}assets${sep}`) ? 'private, max-age=31536000, immutable' : 'no-store',
  );
  response.writeHead(200);
  if (method === 'HEAD') {
    response.end();
    return;
  }
  const stream = createReadStream(path);
  stream.on('error', () => response.destroy());
  stream.pipe(response);
}
