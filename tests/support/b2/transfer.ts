import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from './faults.ts';
import { badRequest, Refusal } from './refusal.ts';
import { sha1Of, type Version } from './store.ts';

/** The connection was cut on purpose: there is nobody to answer. */
export class CutConnection extends Error {}

const chunkBytes = 64 * 1024;

/** Reads a body, as slowly as the fault says, or cuts the connection in the middle of it. */
export async function readBody(request: IncomingMessage, fault: Fault | null): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  for await (const piece of request) {
    const chunk = piece as Buffer;
    byteCount += chunk.length;
    if (fault?.kind === 'cut' && byteCount >= (fault.afterBytes ?? 0)) {
      request.destroy();
      throw new CutConnection();
    }
    chunks.push(chunk);
    if (fault?.kind === 'slow') await wait((chunk.length / (fault.bytesPerSecond ?? 1_000_000)) * 1000);
  }
  return Buffer.concat(chunks, byteCount);
}

/** The data of an upload and its SHA-1, held against what the client says: in the header, or as the last 40 bytes. */
export function checkUpload(request: IncomingMessage, body: Buffer): { readonly bytes: Buffer; readonly sha1: string } {
  const said = header(request, 'x-bz-content-sha1');
  if (said === null) throw badRequest('Missing header: X-Bz-Content-Sha1');
  const isAtEnd = said === 'hex_digits_at_end';
  const bytes = isAtEnd ? body.subarray(0, -40) : body;
  const wanted = isAtEnd ? body.subarray(-40).toString('latin1') : said;
  const sha1 = sha1Of(bytes);
  if (wanted === 'do_not_verify') return { bytes, sha1: `unverified:${sha1}` };
  if (wanted !== sha1) throw badRequest('Sha1 did not match data received');
  return { bytes, sha1 };
}

export function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

/** `+` stands for a space in the names of this service. */
export const decodeName = (encoded: string): string => decodeURIComponent(encoded.replaceAll('+', '%20'));

/** What a client said about a file, from its `X-Bz-Info-` headers. */
export function infoOf(request: IncomingMessage): Record<string, string> {
  const info: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (name.startsWith('x-bz-info-') && typeof value === 'string') info[name.slice(10)] = decodeName(value);
  return info;
}

/** Sends a file or one range of it. Answers with the number of bytes that went out. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  version: Version,
  fault: Fault | null,
): Promise<{ readonly status: number; readonly bytesOut: number }> {
  const size = version.bytes.length;
  const range = readRange(header(request, 'range'), size);
  const { from, to } = range ?? { from: 0, to: size };
  const status = range === null ? 200 : 206;
  response.writeHead(status, {
    'content-type': version.contentType,
    'content-length': to - from,
    'accept-ranges': 'bytes',
    ...(range === null ? {} : { 'content-range': `bytes ${from}-${to - 1}/${size}` }),
    'x-bz-file-id': version.fileId,
    'x-bz-file-name': encodeURIComponent(version.name).replaceAll('%2F', '/'),
    'x-bz-content-sha1': version.contentSha1,
    'x-bz-upload-timestamp': String(version.uploadedAt),
    ...Object.fromEntries(
      Object.entries(version.info).map(([name, value]) => [`x-bz-info-${name}`, encodeURIComponent(value)]),
    ),
  });
  if (request.method === 'HEAD') {
    response.end();
    return { status, bytesOut: 0 };
  }
  let bytes = version.bytes.subarray(from, to);
  if (fault?.kind === 'flipped' && bytes.length > 0) {
    bytes = Buffer.from(bytes);
    bytes[bytes.length >> 1]! ^= 1;
  }
  let bytesOut = 0;
  while (bytesOut < bytes.length) {
    const chunk = bytes.subarray(bytesOut, bytesOut + chunkBytes);
    if (fault?.kind === 'cut' && bytesOut >= (fault.afterBytes ?? 0)) {
      response.destroy();
      throw new CutConnection();
    }
    if (!response.write(chunk)) await writable(response);
    if (response.destroyed) throw new CutConnection();
    bytesOut += chunk.length;
    if (fault?.kind === 'slow') await wait((chunk.length / (fault.bytesPerSecond ?? 1_000_000)) * 1000);
  }
  response.end();
  return { status, bytesOut };
}

/** Until it takes more, or is gone. */
function writable(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

function readRange(text: string | null, size: number): { readonly from: number; readonly to: number } | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return null;
  const from = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const to = match[1] === '' || match[2] === '' ? size : Math.min(size, Number(match[2]) + 1);
  if (from >= size || from >= to)
    throw new Refusal(416, 'range_not_satisfiable', 'The Range header is outside of the file');
  return { from, to };
}
