import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { apiCalls, describe, type ApiContext } from './api-calls.ts';
import { createFaults, type Fault, type Faults } from './faults.ts';
import { createKeys, demand, type Keys } from './keys.ts';
import { badRequest, expiredToken, Refusal, unavailable } from './refusal.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { createStore, type Store } from './store.ts';
import { checkUpload, CutConnection, decodeName, header, infoOf, readBody, sendFile } from './transfer.ts';

export type B2Server = {
  /** Origin, as `--b2-endpoint` takes it. */
  readonly url: string;
  readonly store: Store;
  readonly keys: Keys;
  readonly faults: Faults;
  readonly log: RequestLog;
  /** How long each request waits before it is looked at, as over a distance. */
  setDelayMs(ms: number): void;
  close(): Promise<void>;
};

type Outcome = { readonly status: number; readonly bytesOut: number };
type Heard = { operation: string; name: string | null; bytesIn: number };

const accountId = '5e1f2a3b4c5d';

/**
 * Backblaze's native API on loopback, as far as rclone's b2 backend calls it, with real HTTP, tokens,
 * capabilities and checksums. Files are kept in memory; faults are armed in process.
 */
export async function startB2Server(): Promise<B2Server> {
  let delayMs = 0;
  const store = createStore(Date.now);
  const keys = createKeys();
  const faults = createFaults();
  const log = createRequestLog();
  const uploadTokens: ApiContext['uploadTokens'] = new Map();
  let origin = '';

  const server = createServer((request, response) => {
    const heard: Heard = { operation: 'unknown', name: null, bytesIn: 0 };
    void delay(delayMs)
      .then(() => answer(request, response, heard))
      .then(
        ({ status, bytesOut }) => log.add({ ...heard, status, code: null, bytesOut }),
        (thrown: unknown) => {
          const refusal = thrown instanceof CutConnection ? null : refusalOf(thrown);
          log.add({ ...heard, status: refusal?.status ?? null, code: refusal?.code ?? null, bytesOut: 0 });
          if (refusal === null || response.headersSent) response.destroy();
          else refuse(request, response, refusal);
        },
      );
  });
  server.keepAliveTimeout = 30_000;

  async function answer(request: IncomingMessage, response: ServerResponse, heard: Heard): Promise<Outcome> {
    const url = new URL(request.url ?? '/', origin);
    const path = /^\/b2api\/v(\d)\/(\w+)/.exec(url.pathname);
    if (path !== null) {
      heard.operation = { b2_upload_file: 'upload', b2_upload_part: 'upload_part' }[path[2]!] ?? path[2]!;
    } else if (url.pathname.startsWith('/file/')) heard.operation = 'download_by_name';
    if (heard.operation === 'b2_download_file_by_id') heard.operation = 'download_by_id';
    const fault = faults.next(heard.operation);
    await applyBefore(fault, request, heard);
    switch (heard.operation) {
      case 'b2_authorize_account':
        return sendJson(response, authorize(request, Number(path![1])), fault);
      case 'upload':
      case 'upload_part':
        return sendJson(response, await takeUpload(request, heard, fault), fault);
      case 'download_by_name':
      case 'download_by_id':
        return giveDownload(request, response, url, heard, fault);
      default:
        return sendJson(response, await callApi(request, heard, fault), fault);
    }
  }

  function authorize(request: IncomingMessage, version: number): object {
    const { key, token } = keys.authorize(request.headers.authorization);
    const bucketId = key.bucketName === null ? null : store.bucketId(key.bucketName);
    const allowed = {
      bucketId,
      bucketName: key.bucketName,
      capabilities: key.capabilities,
      namePrefix: key.namePrefix,
      ...(version < 4 ? {} : { buckets: bucketId === null ? null : [{ id: bucketId, name: key.bucketName }] }),
    };
    const storage = {
      absoluteMinimumPartSize: 5_000_000,
      minimumPartSize: 100_000_000,
      recommendedPartSize: 100_000_000,
      apiUrl: origin,
      downloadUrl: origin,
    };
    return version < 3
      ? { accountId, authorizationToken: token, allowed, ...storage }
      : { accountId, authorizationToken: token, apiInfo: { storageApi: { ...storage, ...allowed, allowed } } };
  }

  async function takeUpload(request: IncomingMessage, heard: Heard, fault: Fault | null): Promise<object> {
    const place = uploadTokens.get(request.headers.authorization ?? '');
    if (place === undefined) throw new Refusal(401, 'bad_auth_token', 'invalid upload authorization token');
    const body = await readBody(request, fault);
    heard.bytesIn = body.length;
    const { bytes, sha1 } = checkUpload(request, body);
    if (fault?.kind === 'checksum_mismatch') throw badRequest('Sha1 did not match data received');
    if (place.largeFileId !== null) {
      const partNumber = Number(header(request, 'x-bz-part-number'));
      if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > 10_000) throw badRequest('bad part number');
      const file = store.largeOf(place.largeFileId);
      heard.name = file.start.name;
      file.parts.set(partNumber, { bytes, sha1 });
      return { fileId: place.largeFileId, partNumber, contentLength: bytes.length, contentSha1: sha1 };
    }
    const name = decodeName(header(request, 'x-bz-file-name') ?? '');
    if (name === '') throw badRequest('Missing header: X-Bz-File-Name');
    heard.name = name;
    const type = header(request, 'content-type') ?? 'b2/x-auto';
    const stored = store.put(place.bucketId, name, bytes, {
      contentSha1: sha1,
      contentType: type === 'b2/x-auto' ? 'application/octet-stream' : type,
      info: infoOf(request),
    });
    return describe(stored, accountId);
  }

  async function giveDownload(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    heard: Heard,
    fault: Fault | null,
  ): Promise<Outcome> {
    const key = keys.keyOf(request.headers.authorization ?? url.searchParams.get('Authorization') ?? undefined);
    const named = /^\/file\/([^/]+)\/(.+)$/.exec(url.pathname);
    const version =
      named === null
        ? store.byId(url.searchParams.get('fileId') ?? '')
        : store.current(decodeName(named[1]!), decodeName(named[2]!));
    heard.name = version.name;
    demand(key, 'readFiles', { bucketName: store.bucketName(version.bucketId), name: version.name });
    return sendFile(request, response, version, fault);
  }

  async function callApi(request: IncomingMessage, heard: Heard, fault: Fault | null): Promise<object> {
    const call = apiCalls[heard.operation];
    if (call === undefined || request.method !== 'POST') throw badRequest(`unknown API: ${heard.operation}`);
    const key = keys.keyOf(request.headers.authorization);
    const body = await readBody(request, fault);
    heard.bytesIn = body.length;
    const input: unknown = JSON.parse(body.length === 0 ? '{}' : body.toString('utf8'));
    heard.name = z.object({ fileName: z.string() }).safeParse(input).data?.fileName ?? null;
    return call(input, { store, key, accountId, origin, uploadTokens });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: origin,
    store,
    keys,
    faults,
    log,
    setDelayMs: (ms) => {
      delayMs = ms;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const delay = (ms: number): Promise<void> =>
  ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));

/** Faults that are answered before anything is done. A body is read first: clients hear of it only then. */
async function applyBefore(fault: Fault | null, request: IncomingMessage, heard: Heard): Promise<void> {
  if (fault === null) return;
  const refusal = {
    expired_token: expiredToken,
    unavailable,
    cap_exceeded: () => new Refusal(403, 'storage_cap_exceeded', 'Cannot upload files, storage cap exceeded.'),
  }[fault.kind as string];
  if (refusal === undefined) return;
  heard.bytesIn = (await readBody(request, null)).length;
  throw refusal();
}

function sendJson(response: ServerResponse, value: object, fault: Fault | null): Outcome {
  if (fault?.kind === 'lost_answer') {
    response.destroy();
    throw new CutConnection();
  }
  const bytes = Buffer.from(JSON.stringify(value));
  response.writeHead(200, { 'content-type': 'application/json;charset=UTF-8', 'content-length': bytes.length });
  response.end(bytes);
  return { status: 200, bytesOut: bytes.length };
}

function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  if (thrown instanceof z.ZodError || thrown instanceof SyntaxError) return badRequest(thrown.message.slice(0, 200));
  return new Refusal(500, 'internal_error', thrown instanceof Error ? thrown.message : String(thrown));
}

function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  request.resume();
  const { status, code, message, retryAfterSeconds } = refusal;
  response.writeHead(status, {
    'content-type': 'application/json;charset=UTF-8',
    ...(retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) }),
  });
  response.end(JSON.stringify({ status, code, message }));
}
