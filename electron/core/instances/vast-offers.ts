import type { InstanceId } from '#shared/model/instance.ts';
import type { Offer, OfferId, RentalKind } from '#shared/model/offer.ts';
import { parseOfferRow } from './offer-row.ts';
import { notUnderstood, withSignal, type CallOptions, type Send } from './vast-send.ts';

/** A search in the words of the API: `{field: {operator: value}}`. */
export type OfferQuery = {
  readonly filters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly kind: RentalKind;
  readonly order: readonly (readonly [field: string, direction: 'asc' | 'desc'])[];
  readonly limit: number;
  /** The totals of the answer, and filters on them, are for this disk. */
  readonly diskGb: number;
};

export type CreateRequest = {
  readonly offerId: OfferId;
  readonly image: string;
  readonly diskGb: number;
  /** Variables and options (`-p 8080:8080`), as the API wants them; values may be secrets. */
  readonly env: Readonly<Record<string, string>>;
  readonly onstart: string;
  readonly runtype: string;
  readonly label: string;
  /** Null: on demand. */
  readonly bidPerHourUsd: number | null;
};

export type OfferCalls = {
  /** @throws RoomError when the search failed: never a shorter list. */
  searchOffers(query: OfferQuery, options: CallOptions): Promise<Offer[]>;
  /** Names of all GPUs on the market. */
  readGpuNames(options: CallOptions): Promise<string[]>;
  /**
   * Rents an offer and answers with the new machine's id. Sent once, whatever happens: an answer that is lost
   * says nothing, and a second request may rent a second machine. There is no signal for the same reason.
   * @throws RoomError provider_unreachable or answer_not_understood when it may have been done all the same;
   * any other code when it was refused.
   */
  createInstance(request: CreateRequest): Promise<InstanceId>;
};

const searchTimeoutMs = 30_000;
const createTimeoutMs = 60_000;

/** The part of the API that finds and rents machines. */
export function createOfferCalls(send: Send): OfferCalls {
  return {
    async searchOffers({ filters, kind, order, limit, diskGb }, options) {
      const what = 'Searching offers';
      const body = await send(
        'search',
        {
          method: 'POST',
          path: '/api/v0/bundles/',
          body: {
            ...filters,
            type: kind === 'on_demand' ? 'on-demand' : 'bid',
            order,
            limit,
            allocated_storage: diskGb,
          },
          what,
          timeoutMs: searchTimeoutMs,
          ...withSignal(options.signal),
        },
        { ...options, retry: 'transient' },
      );
      if (!Array.isArray(body['offers'])) throw notUnderstood(what, 'there is no list of offers in the answer');
      return body['offers'].map((row) => {
        const offer = parseOfferRow(row);
        if (offer === null) throw notUnderstood(what, 'one of the offers in the answer has no id');
        return offer;
      });
    },

    async readGpuNames(options) {
      const what = 'Reading the names of the GPUs';
      const body = await send(
        'names',
        {
          method: 'GET',
          path: '/api/v0/gpu_names/unique/',
          what,
          timeoutMs: searchTimeoutMs,
          ...withSignal(options.signal),
        },
        { ...options, retry: 'transient' },
      );
      const names = body['gpu_names'];
      if (!Array.isArray(names)) throw notUnderstood(what, 'there are no names in the answer');
      return names.filter((name) => typeof name === 'string').toSorted();
    },

    async createInstance(request) {
      const what = `Renting offer ${request.offerId}`;
      const body = await send(
        'create',
        {
          method: 'PUT',
          path: `/api/v0/asks/${request.offerId}/`,
          body: createBody(request),
          what,
          timeoutMs: createTimeoutMs,
        },
        { priority: 'user', retry: 'never' },
      );
      // The answer also holds a key of the new machine: nothing but the id goes further.
      const id = body['new_contract'];
      const isId = (typeof id === 'number' && Number.isSafeInteger(id) && id > 0) || /^[0-9]{1,19}$/.test(String(id));
      if (!isId) throw notUnderstood(what, 'it does not say which machine was made');
      return String(id);
    },
  };
}

/** Every key of the API, so that none of its defaults counts: they differ from client to client. */
function createBody(request: CreateRequest): Readonly<Record<string, unknown>> {
  return {
    client_id: 'me',
    image: request.image,
    env: request.env,
    price: request.bidPerHourUsd,
    disk: request.diskGb,
    label: request.label,
    onstart: request.onstart,
    runtype: request.runtype,
    target_state: 'running',
    // An offer that is gone is an error, never a stopped machine that costs its storage.
    cancel_unavail: true,
    template_hash_id: null,
    image_login: null,
    extra: null,
    user: null,
    use_jupyter_lab: false,
    jupyter_dir: null,
    python_utf8: false,
    lang_utf8: false,
    force: false,
  };
}
