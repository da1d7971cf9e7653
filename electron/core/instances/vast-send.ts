import { RoomError } from '#shared/errors.ts';
import { isTransient } from './api-error.ts';
import { backOffMs } from './back-off.ts';
import type { ApiRequest, Http } from './http.ts';
import { createSendQueue, type Priority } from './send-queue.ts';
import type { Timer } from './timer.ts';

export type CallOptions = {
  readonly priority: Priority;
  readonly signal?: AbortSignal;
  /** Tries after a transient fault; a poll has one, whatever this says: its next tick is its retry. */
  readonly attempts?: number;
};

/**
 * Published minimum intervals between calls of an endpoint, in milliseconds; one bucket for all machines.
 * Searches are counted: ten a minute, at once or not.
 */
const endpoints = {
  list: 1000,
  one: 2000,
  change: 1000,
  reboot: 1000,
  destroy: 3000,
  user: 2000,
  charges: 1000,
  log: 1500,
  search: 6000,
  create: 4500,
  names: 1000,
} as const;
export type Endpoint = keyof typeof endpoints;
const bursts: Partial<Record<Endpoint, number>> = { search: 10 };

export type RetryPolicy = 'transient' | 'rate_limit_only' | 'never';

/** One request in the lane of its endpoint, with the tries it may have. */
export type Send = (
  endpoint: Endpoint,
  request: ApiRequest,
  options: CallOptions & { readonly retry: RetryPolicy },
) => Promise<Readonly<Record<string, unknown>>>;

const maxAttempts = 3;

/** Requests that keep the pace of their endpoints, one queue each. */
export function createSend(http: Http, timer: Timer): Send {
  const queue = createSendQueue(timer);
  return async (endpoint, request, options) => {
    const intervalMs = endpoints[endpoint];
    const burst = bursts[endpoint] ?? 1;
    for (let attempt = 1; ; attempt++) {
      try {
        return await queue.send({ endpoint, intervalMs, burst, ...options }, () => http.request(request));
      } catch (thrown) {
        const waitMs = backOffMs(attempt, intervalMs);
        const isRateLimit = thrown instanceof RoomError && thrown.code === 'rate_limited';
        if (isRateLimit) queue.pause(endpoint, waitMs);
        const mayRetry = options.retry === 'transient' ? isTransient(thrown) : options.retry !== 'never' && isRateLimit;
        if (!mayRetry || attempt >= (options.attempts ?? maxAttempts) || options.signal?.aborted === true) throw thrown;
        if (!isRateLimit) await timer.sleep(waitMs, options.signal);
      }
    }
  };
}

export const withSignal = (signal: AbortSignal | undefined): { signal?: AbortSignal } =>
  signal === undefined ? {} : { signal };

export function notUnderstood(what: string, why: string): RoomError {
  return new RoomError('answer_not_understood', `${what}: the answer can not be relied on: ${why}.`, {
    hint: 'Nothing is concluded from it: machines may run and cost money. Look at the web console of the provider.',
    details: { apiError: null },
  });
}
