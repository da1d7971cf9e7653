import { RoomError } from '#shared/errors.ts';
import { explainAnswer, type ApiAnswer } from './api-error.ts';
import { checkAddress, type Provider } from './provider.ts';
import { cleanText } from './redact.ts';

export type ApiRequest = {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** From the root of the provider, with its slash at the end and its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** What is being done, for messages: "Listing the machines". */
  readonly what: string;
};

export type Http = {
  /** The answer as JSON object. @throws RoomError for everything that is not a success. */
  request(request: ApiRequest): Promise<Readonly<Record<string, unknown>>>;
  /** Text behind a `result_url`, asked without the key; null while it is not there yet. */
  fetchResult(url: string, signal?: AbortSignal): Promise<string | null>;
  /** Server time minus ours, in milliseconds, from the newest `Date` header; null before the first answer. */
  clockSkewMs(): number | null;
};

const maxAnswerBytes = 16 * 1024 * 1024;
const maxResultBytes = 4 * 1024 * 1024;
const resultTimeoutMs = 10_000;

/**
 * Requests with the bearer key in the header and nowhere else. Redirects are not followed: the key
 * must not go to another host.
 */
export function createHttp(provider: Provider, now: () => number): Http {
  let skewMs: number | null = null;

  function noteDate(response: Response, sentAt: number): void {
    const date = Date.parse(response.headers.get('date') ?? '');
    // The header has whole seconds: half of one is the best guess.
    if (Number.isFinite(date)) skewMs = Math.round(date + 500 - (sentAt + now()) / 2);
  }

  return {
    async request({ method, path, body, timeoutMs, signal, what }) {
      const key = await provider.readKey();
      const sentAt = now();
      const timeout = AbortSignal.timeout(timeoutMs);
      let response: Response;
      let text: string;
      try {
        response = await fetch(`${provider.address}${path}`, {
          method,
          headers: {
            accept: 'application/json',
            authorization: `Bearer ${key}`,
            ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
          },
          ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
          redirect: 'manual',
          signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
        });
        noteDate(response, sentAt);
        text = await readCapped(response, maxAnswerBytes, what);
      } catch (thrown) {
        signal?.throwIfAborted();
        if (thrown instanceof RoomError) throw thrown;
        throw lostAnswer(what, timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : reasonOf(thrown));
      }
      return readAnswer(response, text, key, what);
    },

    async fetchResult(url, signal) {
      const target = checkAddress(url, 'The address of the result');
      const timeout = AbortSignal.timeout(resultTimeoutMs);
      const what = 'Fetching the result';
      try {
        const response = await fetch(target, {
          redirect: 'manual',
          signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
        });
        if (response.status !== 200) {
          await response.body?.cancel();
          return null;
        }
        return await readCapped(response, maxResultBytes, what);
      } catch (thrown) {
        signal?.throwIfAborted();
        if (thrown instanceof RoomError) throw thrown;
        // The address may be read by anybody who has it: it stays out of messages.
        throw lostAnswer(what, timeout.aborted ? `no answer within ${resultTimeoutMs / 1000} s` : 'no connection');
      }
    },

    clockSkewMs: () => skewMs,
  };
}

function lostAnswer(what: string, why: string): RoomError {
  return new RoomError('provider_unreachable', `${what}: the provider could not be reached (${why}).`, {
    hint: 'Check the network. The machines go on as they are, and so do their costs.',
    details: { apiError: null },
  });
}

/** The code of a connection fault, never its text: that may quote what was sent. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : null;
  const code = cause !== null && typeof cause === 'object' && 'code' in cause ? cause.code : null;
  return typeof code === 'string' ? code : 'the connection broke';
}

async function readCapped(response: Response, maxBytes: number, what: string): Promise<string> {
  if (response.body === null) return '';
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body) {
    size += piece.byteLength;
    if (size > maxBytes)
      throw new RoomError(
        'answer_not_understood',
        `${what}: the answer is larger than ${maxBytes / 1024 / 1024} MB and was not read.`,
      );
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function readAnswer(response: Response, text: string, key: string, what: string): Record<string, unknown> {
  const json = parseJson(text);
  const body = isObject(json) ? json : null;
  const answer: ApiAnswer = {
    status: response.status,
    error: body === null ? null : textOf(body['error']),
    message: cleanText(
      body === null ? text : (textOf(body['msg']) ?? textOf(body['message']) ?? textOf(body['detail']) ?? ''),
      key,
    ),
  };
  if (response.status < 200 || response.status >= 300) throw explainAnswer(answer, what);
  if (body === null)
    throw new RoomError(
      'answer_not_understood',
      `${what}: the provider answered with something that is no JSON object.`,
      {
        hint: 'Nothing is concluded from it. A proxy or a sign-in page may sit between.',
        details: { httpStatus: response.status, apiError: null },
      },
    );
  // Refusals come with status 200 as well.
  if (body['success'] === false) throw explainAnswer(answer, what);
  return body;
}
