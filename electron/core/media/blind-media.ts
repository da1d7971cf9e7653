import { PassThrough, type Readable } from 'node:stream';
import type { MediaResponse } from './serve.ts';

/** What is served under an id that was made for one reviewer, one pair and one side. */
export type BlindTicket = {
  readonly mediaId: string;
  /** Both sides of a pair are served with as many bytes. */
  readonly servedBytes: number;
};

export type BlindMedia = {
  /** Says what an id stands for; told again with each question, so that a restart loses nothing. */
  issue(blindId: string, ticket: BlindTicket): void;
  resolve(mediaId: string): BlindTicket | null;
};

const ticketsKept = 512;
/** Sizes are rounded up to this, so that two pairs are hard to recognise by their size as well. */
const roundedTo = 64 * 1024;

/** Ids in memory only: they come from the study's secret and are issued anew with every question. */
export function createBlindMedia(): BlindMedia {
  const tickets = new Map<string, BlindTicket>();
  return {
    issue(blindId, ticket) {
      tickets.delete(blindId);
      tickets.set(blindId, ticket);
      for (const oldest of tickets.keys()) {
        if (tickets.size <= ticketsKept) break;
        tickets.delete(oldest);
      }
    },
    resolve: (mediaId) => tickets.get(mediaId) ?? null,
  };
}

/** As many bytes as both of two files can be filled up to. */
export function servedBytesOf(sizes: readonly number[]): number {
  // A box of padding has a head of eight bytes.
  return Math.ceil((Math.max(...sizes) + 8) / roundedTo) * roundedTo;
}

/**
 * A clip filled up with an empty `free` box (ISO/IEC 14496-12), which every reader passes over, and without the headers
 * that would tell one version of a file from another. Always whole: parts of it are never asked for.
 * @param response the clip as it would be served by its own id, asked for without a range.
 */
export function blindResponse(response: MediaResponse, servedBytes: number): MediaResponse {
  if (response.status !== 200) return { ...response, headers: { ...response.headers, 'Cache-Control': 'no-store' } };
  const own = Number(response.headers['Content-Length']);
  const headers = {
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
    'Content-Type': response.headers['Content-Type'] ?? 'video/mp4',
    'Content-Length': String(servedBytes),
  };
  return { ...response, headers, body: response.body === null ? null : padded(response.body, servedBytes - own) };
}

function padded(body: Readable, paddingBytes: number): Readable {
  const box = Buffer.alloc(paddingBytes);
  box.writeUInt32BE(paddingBytes, 0);
  box.write('free', 4, 'latin1');
  const out = new PassThrough();
  body.once('error', (error) => out.destroy(error));
  out.once('close', () => body.destroy());
  body.once('end', () => out.end(box));
  body.pipe(out, { end: false });
  return out;
}
