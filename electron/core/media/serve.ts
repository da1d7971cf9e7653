import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { extname, relative, isAbsolute, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { RoomError } from '#shared/errors.ts';
import { fileError } from './file-error.ts';
import { isSameVersion } from './media-id.ts';
import type { FileFingerprint } from './media-id.ts';
import { parseRange } from './serve-range.ts';

/** The only kinds of file that are ever served, by the ending of the real file. */
export const mediaTypes: Readonly<Record<string, string>> = {
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.mov': 'video/quicktime',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
};

export type MediaRequest = {
  readonly method: string;
  readonly rangeHeader: string | null;
  /** `If-Range` and `If-None-Match`, when the client sent them. */
  readonly ifRangeHeader?: string | null;
  readonly ifNoneMatchHeader?: string | null;
  /** Resolved from a media id by the caller; never taken from a URL. */
  readonly path: string;
  /** The folder the file must be in once all symbolic links are resolved; null for a file that was picked by itself. */
  readonly root: string | null;
  /** Must be the type of the file's ending; that type when left out. */
  readonly mimeType?: string;
  /** The version the id stands for: other bytes at that place are refused. */
  readonly version?: FileFingerprint;
  /** Ends the stream and closes the file. */
  readonly signal?: AbortSignal;
};

export type MediaResponse = {
  readonly status: 200 | 206 | 304 | 403 | 404 | 405 | 410 | 415 | 416;
  readonly headers: Record<string, string>;
  /** Must be read or destroyed: it holds the file open. */
  readonly body: Readable | null;
  /** For the log, never for the page: it may name a path. Null when all is well. */
  readonly problem: string | null;
};

/** An id names one version of a file, so what it stands for never changes. */
const cacheControl = 'private, max-age=31536000, immutable';

const baseHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/**
 * Answers one request for a clip or picture: 200, 206 with a full Content-Range, 304, 416 with the size, HEAD.
 * Refuses what lies outside its root (403), what is gone (404), what has changed (410) and other kinds of file (415).
 * Never throws; the body is a stream of just the bytes asked for.
 */
export async function openMedia(request: MediaRequest): Promise<MediaResponse> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refusal(405, `Method ${request.method} is not served.`, { Allow: 'GET, HEAD' });
  }
  let handle: FileHandle | null = null;
  try {
    const realFile = await realpath(request.path);
    if (request.root !== null && !isInside(await realpath(request.root), realFile)) {
      return refusal(403, `${request.path} leads to ${realFile}, outside ${request.root}.`);
    }
    const mimeType = mediaTypes[extname(realFile).toLowerCase()];
    if (mimeType === undefined || (request.mimeType ?? mimeType) !== mimeType) {
      return refusal(415, `${realFile} is not a kind of file that is served.`);
    }
    // Not following a link here closes the gap between the check and the open; not blocking keeps a pipe from hanging it.
    handle = await open(realFile, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = await handle.stat();
    if (!stats.isFile()) return refusal(404, `${realFile} is not a file.`);
    if (request.version !== undefined) {
      const check = await isSameVersion(realFile, request.version);
      if (!check.same)
        return refusal(check.because === 'missing' ? 404 : 410, `${realFile} has other bytes now (${check.because}).`);
    }
    const etag = etagOf(request.version, stats);
    const response = answer(request, { sizeBytes: stats.size, mimeType, etag, handle });
    // The stream closes the file from here on.
    if (response.body !== null) handle = null;
    return response;
  } catch (error) {
    const problem = fileError(request.path, error);
    const code = problem instanceof RoomError ? problem.code : 'internal';
    return refusal(
      code === 'path_unreadable' ? 403 : 404,
      problem instanceof Error ? problem.message : String(problem),
    );
  } finally {
    await handle?.close();
  }
}

type OpenFile = {
  readonly sizeBytes: number;
  readonly mimeType: string;
  readonly etag: string;
  readonly handle: FileHandle;
};

function answer(request: MediaRequest, file: OpenFile): MediaResponse {
  const { sizeBytes, etag } = file;
  const headers: Record<string, string> = {
    ...baseHeaders,
    'Accept-Ranges': 'bytes',
    'Cache-Control': cacheControl,
    'Content-Type': file.mimeType,
    ETag: etag,
  };
  if (listsTag(request.ifNoneMatchHeader ?? null, etag)) return { status: 304, headers, body: null, problem: null };
  const ifRange = request.ifRangeHeader ?? null;
  // RFC 9110: a range that was asked for another version is not a range of this one. Ranges are for GET only.
  const isRangeMeant = request.method === 'GET' && (ifRange === null || ifRange === etag);
  const range = parseRange(isRangeMeant ? request.rangeHeader : null, sizeBytes);
  switch (range.kind) {
    case 'unsatisfiable':
      return refusal(416, `"${request.rangeHeader ?? ''}" is no part of ${sizeBytes} bytes.`, {
        'Accept-Ranges': 'bytes',
        'Content-Range': `bytes */${sizeBytes}`,
      });
    case 'whole':
      headers['Content-Length'] = String(sizeBytes);
      return { status: 200, headers, body: bodyOf(request, file, 0, sizeBytes - 1), problem: null };
    case 'part':
      headers['Content-Length'] = String(range.lastByte - range.firstByte + 1);
      headers['Content-Range'] = `bytes ${range.firstByte}-${range.lastByte}/${sizeBytes}`;
      return { status: 206, headers, body: bodyOf(request, file, range.firstByte, range.lastByte), problem: null };
  }
}

function bodyOf(request: MediaRequest, file: OpenFile, start: number, end: number): Readable | null {
  if (request.method === 'HEAD' || end < start) return null;
  const stream = file.handle.createReadStream({ start, end, autoClose: true });
  const { signal } = request;
  if (signal !== undefined) {
    const onAbort = (): void => {
      stream.destroy();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    stream.once('close', () => signal.removeEventListener('abort', onAbort));
    if (signal.aborted) stream.destroy();
  }
  return stream;
}

/** A strong tag from the version; size and time only when the caller does not know the version. */
function etagOf(
  version: FileFingerprint | undefined,
  stats: { readonly size: number; readonly mtimeMs: number },
): string {
  if (version === undefined) return `"${stats.size.toString(36)}-${Math.round(stats.mtimeMs * 1000).toString(36)}"`;
  return `"${version.sizeBytes.toString(36)}-${version.headHash.slice(0, 16)}${version.tailHash.slice(0, 16)}"`;
}

function listsTag(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

/** Both paths are real ones. Compared part by part: `/runs-old` is not inside `/runs`. */
function isInside(realRoot: string, realFile: string): boolean {
  const path = relative(realRoot, realFile);
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

function refusal(
  status: 403 | 404 | 405 | 410 | 415 | 416,
  problem: string,
  headers: Record<string, string> = {},
): MediaResponse {
  return {
    status,
    headers: { ...baseHeaders, 'Cache-Control': 'no-store', 'Content-Length': '0', ...headers },
    body: null,
    problem,
  };
}
