import { RoomError } from '#shared/errors.ts';
import type { Instance, InstanceId } from '#shared/model/instance.ts';
import { saysGone } from './api-error.ts';
import { createChargeSums, type ChargeSum } from './charge-rows.ts';
import { createHttp, type ApiRequest } from './http.ts';
import { parseInstanceRow } from './instance-row.ts';
import type { Provider } from './provider.ts';
import { redact } from './redact.ts';
import type { Timer } from './timer.ts';
import { createOfferCalls, type OfferCalls } from './vast-offers.ts';
import {
  createSend,
  notUnderstood,
  withSignal,
  type CallOptions,
  type Endpoint,
  type RetryPolicy,
} from './vast-send.ts';

/** A machine with the row it was read from, secrets taken out of it. */
export type ReadInstance = { readonly instance: Instance; readonly redactedRow: unknown };

/** What a read of one machine proves. `absent`: a proven, authorised answer that there is none. */
export type OneRead =
  | ({ readonly kind: 'row' } & ReadInstance)
  | { readonly kind: 'absent'; readonly because: 'empty_row' | 'no_such_instance' };

export type Account = { readonly id: string | null; readonly creditUsd: number | null };

export type VastClient = OfferCalls & {
  readonly address: string;
  /** Every machine of the account, all pages. @throws RoomError when any part failed: never a shorter list. */
  listInstances(options: CallOptions): Promise<ReadInstance[]>;
  readInstance(id: InstanceId, options: CallOptions): Promise<OneRead>;
  /** Who the key belongs to and what credit is left, in dollars; null for what the account does not say. */
  readAccount(options: CallOptions): Promise<Account>;
  /** What was charged for each machine between two times (epoch milliseconds), all pages. */
  readCharges(range: { readonly fromMs: number; readonly toMs: number }, options: CallOptions): Promise<ChargeSum[]>;
  /** Accepted is not done: read back. */
  setState(id: InstanceId, state: 'running' | 'stopped', signal?: AbortSignal): Promise<void>;
  setLabel(id: InstanceId, label: string, signal?: AbortSignal): Promise<void>;
  reboot(id: InstanceId, signal?: AbortSignal): Promise<void>;
  destroy(id: InstanceId, signal?: AbortSignal): Promise<void>;
  /** The newest lines of the container's log, fetched from the store the provider puts them in. */
  readLog(id: InstanceId, lines: number, signal?: AbortSignal): Promise<string>;
  /** Server time minus ours; null before the first answer. */
  clockSkewMs(): number | null;
};

const pageSize = 25;
const chargePageSize = 500;
const maxPages = 400;
const readTimeoutMs = 20_000;
const changeTimeoutMs = 30_000;
/** A host delivers its log within about nine seconds, sometimes later. */
const resultAttempts = 30;
const resultIntervalMs = 500;

/** The REST API of Vast: lists on v1, single machines and changes on v0. */
export function createVastClient(provider: Provider, timer: Timer): VastClient {
  const http = createHttp(provider, timer.now);
  const send = createSend(http, timer);

  const read = (endpoint: Endpoint, path: string, what: string, options: CallOptions) =>
    send(
      endpoint,
      { method: 'GET', path, what, timeoutMs: readTimeoutMs, ...withSignal(options.signal) },
      // The next tick of a poll is its retry.
      { ...options, retry: options.priority === 'poll' ? 'never' : 'transient' },
    );

  const change = async (
    endpoint: Endpoint,
    request: Pick<ApiRequest, 'method' | 'path' | 'body' | 'what'>,
    retry: RetryPolicy,
    signal: AbortSignal | undefined,
  ): Promise<void> => {
    await send(
      endpoint,
      { ...request, timeoutMs: changeTimeoutMs, ...withSignal(signal) },
      { priority: 'user', retry, ...withSignal(signal) },
    );
  };

  return {
    ...createOfferCalls(send),
    address: provider.address,
    clockSkewMs: () => http.clockSkewMs(),

    async listInstances(options) {
      const what = 'Listing the machines';
      const found = new Map<string, ReadInstance>();
      let announced = 0;
      let token: string | null = null;
      const seenTokens = new Set<string>();
      for (let page = 0; page < maxPages; page++) {
        const query = new URLSearchParams({
          select_filters: '{}',
          order_by: '[{"col":"id","dir":"asc"}]',
          limit: String(pageSize),
          ...(token === null ? {} : { after_token: token }),
        });
        const body = await read('list', `/api/v1/instances/?${query.toString()}`, what, options);
        const rows = body['instances'];
        if (!Array.isArray(rows)) throw notUnderstood(what, 'there is no list of machines in the answer');
        for (const row of rows) {
          const one = toReadInstance(row);
          if (one === null) throw notUnderstood(what, 'one of the machines in the answer has no id');
          found.set(one.instance.id, one);
        }
        announced = Math.max(announced, countOf(body['total_instances']), countOf(body['instances_found']));
        const next = body['next_token'] ?? null;
        if (next === null || next === '') {
          if (found.size < announced)
            throw notUnderstood(what, `${announced} machines are announced and ${found.size} arrived`);
          return [...found.values()];
        }
        if (typeof next !== 'string' || seenTokens.has(next))
          throw notUnderstood(what, 'its pages do not come to an end');
        seenTokens.add(next);
        token = next;
      }
      throw notUnderstood(what, 'it has more pages than any account');
    },

    async readInstance(id, options) {
      const what = `Reading machine ${id}`;
      let body: Readonly<Record<string, unknown>>;
      try {
        body = await read('one', `/api/v0/instances/${id}/?owner=me`, what, options);
      } catch (thrown) {
        if (saysGone(thrown)) return { kind: 'absent', because: 'no_such_instance' };
        throw thrown;
      }
      if (!Object.hasOwn(body, 'instances')) throw notUnderstood(what, 'there is no machine in the answer');
      if (body['instances'] === null) return { kind: 'absent', because: 'empty_row' };
      const one = toReadInstance(body['instances']);
      if (one === null || one.instance.id !== id) throw notUnderstood(what, 'the answer is not about this machine');
      return { kind: 'row', ...one };
    },

    async readAccount(options) {
      const body = await read('user', '/api/v0/users/current/', 'Reading the account', options);
      const { id, credit } = body;
      return {
        id: typeof id === 'number' || typeof id === 'string' ? String(id) : null,
        creditUsd: typeof credit === 'number' && Number.isFinite(credit) ? credit : null,
      };
    },

    async readCharges({ fromMs, toMs }, options) {
      const what = 'Reading the charges';
      const sums = createChargeSums();
      let token: string | null = null;
      for (let page = 0; page < maxPages; page++) {
        const day = { gte: Math.floor(fromMs / 1000), lte: Math.ceil(toMs / 1000) };
        const query = new URLSearchParams({
          select_filters: JSON.stringify({ day, type: { in: ['instance'] } }),
          latest_first: 'false',
          limit: String(chargePageSize),
          format: 'table',
          ...(token === null ? {} : { after_token: token }),
        });
        const body = await read('charges', `/api/v0/charges/?${query.toString()}`, what, options);
        if (!Array.isArray(body['results'])) throw notUnderstood(what, 'there are no charges in the answer');
        for (const row of body['results']) sums.add(row);
        const next = body['next_token'] ?? null;
        if (next === null || next === '') return sums.result();
        if (typeof next !== 'string' || next === token) throw notUnderstood(what, 'its pages do not come to an end');
        token = next;
      }
      throw notUnderstood(what, 'it has more pages than any account');
    },

    setState: (id, state, signal) =>
      change(
        'change',
        {
          method: 'PUT',
          path: `/api/v0/instances/${id}/`,
          body: { state },
          what: state === 'stopped' ? `Stopping machine ${id}` : `Starting machine ${id}`,
        },
        'transient',
        signal,
      ),
    setLabel: (id, label, signal) =>
      change(
        'change',
        { method: 'PUT', path: `/api/v0/instances/${id}/`, body: { label }, what: `Labelling machine ${id}` },
        'transient',
        signal,
      ),
    async readLog(id, lines, signal) {
      const what = `Reading the log of machine ${id}`;
      const body = await send(
        'log',
        {
          method: 'PUT',
          path: `/api/v0/instances/request_logs/${id}/`,
          body: { tail: String(lines) },
          what,
          timeoutMs: readTimeoutMs,
          ...withSignal(signal),
        },
        { priority: 'user', retry: 'transient', ...withSignal(signal) },
      );
      const url = body['result_url'];
      if (typeof url !== 'string') throw notUnderstood(what, 'it does not say where the log is');
      for (let attempt = 0; attempt < resultAttempts; attempt++) {
        const text = await http.fetchResult(url, signal);
        if (text !== null) return text;
        await timer.sleep(resultIntervalMs, signal);
      }
      throw new RoomError('provider_unreachable', `${what}: the provider took it and did not deliver it.`, {
        hint: 'Try again: a busy host answers late.',
      });
    },

    // After a lost answer it may have been done: once more would be a second reboot.
    reboot: (id, signal) =>
      change(
        'reboot',
        { method: 'PUT', path: `/api/v0/instances/reboot/${id}/`, body: {}, what: `Rebooting machine ${id}` },
        'rate_limit_only',
        signal,
      ),
    destroy: (id, signal) =>
      change(
        'destroy',
        { method: 'DELETE', path: `/api/v0/instances/${id}/`, body: {}, what: `Destroying machine ${id}` },
        'transient',
        signal,
      ),
  };
}

const countOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

function toReadInstance(row: unknown): ReadInstance | null {
  const instance = parseInstanceRow(row);
  return instance === null ? null : { instance, redactedRow: redact(row) };
}
