import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { Offer, OfferId, PricedOffer, RentalKind } from '#shared/model/offer.ts';
import { priceOffer } from '#shared/rules/offer-price.ts';
import type { VastClient } from '../instances/vast-client.ts';
import type { OfferQuery } from '../instances/vast-offers.ts';
import { offerFilters, onMarket, type OfferFilter } from './offer-filters.ts';

type SearchInput = MethodParsedInput<'offers.search'>;
type SearchOutput = MethodOutput<'offers.search'>;
type SearchDeps = { readonly client: Pick<VastClient, 'searchOffers'>; readonly now: () => number };

const orders: Readonly<Record<SearchInput['sort'], OfferQuery['order'][number]>> = {
  price: ['dph_total', 'asc'],
  reliability: ['reliability', 'desc'],
  download: ['inet_down', 'desc'],
  duration: ['duration', 'desc'],
  performance_per_dollar: ['dlperf_per_dphtotal', 'desc'],
};
/** How many offers are looked through to tell which filter leaves none. */
const wideLimit = 1000;

/** Searches are few a minute: somebody waits, and a third try would come half a minute later. */
const attempts = 2;

/** A disk is asked for in any case: an offer with less can not be rented with it. */
const diskFilter = (diskGb: number): OfferQuery['filters'] => ({ disk_space: { gte: diskGb } });

/**
 * Searches the market. @throws RoomError when the search failed: that is never an empty list.
 */
export async function searchOffers(input: SearchInput, { client, now }: SearchDeps): Promise<SearchOutput> {
  const { diskGb, sort, limit, ...wanted } = input;
  const kind = wanted.kind ?? 'on_demand';
  const filters = offerFilters(wanted, diskGb);
  const common = { kind, order: [orders[sort]], diskGb };
  const found = await client.searchOffers(
    {
      ...common,
      filters: Object.assign({ ...onMarket, ...diskFilter(diskGb) }, ...filters.map((it) => it.api)),
      // One more than is shown tells whether there are more.
      limit: limit + 1,
    },
    { priority: 'user', attempts },
  );
  const observedAt = new Date(now()).toISOString();
  // What the provider let through although it was not asked for is not shown.
  const met = found.filter((offer) => isOnOffer(offer, diskGb) && filters.every((filter) => filter.isMet(offer)));
  const items = met.slice(0, limit).map((offer) => pricedOffer(offer, kind, diskGb));
  const isCut = found.length > limit;
  if (items.length > 0)
    return {
      items,
      observedAt,
      isCut,
      words: isCut ? `The first ${items.length}; there are more.` : `${items.length} offers, and no more.`,
      without: null,
    };
  const without = await countWithout(filters, { ...common, diskGb }, client);
  return { items, observedAt, isCut: false, words: noneWords(filters, without, diskGb), without };
}

const isOnOffer = (offer: Offer, diskGb: number): boolean =>
  offer.isRentable !== false && (offer.diskAvailableGb === null || offer.diskAvailableGb >= diskGb);

/** An offer with its price; `bidPerHourUsd` in place of the GPU's price makes it interruptible. */
export function pricedOffer(offer: Offer, kind: RentalKind, diskGb: number, bidPerHourUsd?: number): PricedOffer {
  return { ...offer, kind, price: priceOffer(offer, diskGb, bidPerHourUsd ?? null) };
}

type Without = NonNullable<SearchOutput['without']>;

/** How many offers each filter alone keeps away; null when the second search failed: the first one stands. */
async function countWithout(
  filters: readonly OfferFilter[],
  query: Omit<OfferQuery, 'filters' | 'limit'>,
  client: SearchDeps['client'],
): Promise<Without | null> {
  let all: readonly Offer[];
  try {
    const wide = { ...query, filters: { ...onMarket, ...diskFilter(query.diskGb) }, limit: wideLimit };
    all = await client.searchOffers(wide, { priority: 'user', attempts: 1 });
  } catch (thrown) {
    if (!(thrown instanceof RoomError)) throw thrown;
    return null;
  }
  return filters
    .map((left) => ({
      filter: left.name,
      words: left.words,
      offerCount: all.filter((offer) => filters.every((it) => it === left || it.isMet(offer))).length,
    }))
    .filter((it) => it.offerCount > 0)
    .toSorted((a, b) => b.offerCount - a.offerCount);
}

function noneWords(filters: readonly OfferFilter[], without: Without | null, diskGb: number): string {
  const asked = [`a disk of ${diskGb} GB`, ...filters.map((it) => it.words)].join(', ');
  const first = without?.[0];
  const why =
    first === undefined
      ? without === null
        ? ''
        : ' No single filter keeps them away: leave out more than one.'
      : ` Without "${first.words}" there would be ${first.offerCount}.`;
  return `No offer right now, and the search was complete: ${asked}.${why}`;
}

/** One offer as it is right now; null when it can not be had any more. @throws RoomError when it can not be read. */
export async function readOffer(
  id: OfferId,
  kind: RentalKind,
  diskGb: number,
  client: SearchDeps['client'],
  signal?: AbortSignal,
): Promise<Offer | null> {
  const found = await client.searchOffers(
    { filters: { id: { eq: Number(id) } }, kind, order: [['id', 'asc']], limit: 5, diskGb },
    { priority: 'user', attempts, ...(signal === undefined ? {} : { signal }) },
  );
  const offer = found.find((it) => it.id === id);
  return offer === undefined || offer.isRentable === false ? null : offer;
}
