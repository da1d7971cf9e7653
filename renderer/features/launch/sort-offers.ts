import type { PricedOffer } from '#shared/model/offer.ts';
import type { OfferSort } from './launch-store.ts';
import { gpuWords } from './offer-words.ts';

const keys: Readonly<Record<OfferSort, (offer: PricedOffer) => number | string | null>> = {
  gpu: gpuWords,
  price: (offer) => offer.price.totalPerHourUsd,
  reliability: (offer) => offer.reliability,
  download: (offer) => offer.downloadMbitPerSecond,
  place: (offer) => offer.geolocation?.replace(/^, /, '') ?? null,
  left: (offer) => offer.hoursLeft,
};

/** Offers in an order; what is not known comes last, whichever way it goes, and equal ones by price. */
export function sortOffers(offers: readonly PricedOffer[], sort: OfferSort, isDescending: boolean): PricedOffer[] {
  const compare = (a: PricedOffer, b: PricedOffer, by: OfferSort, turn: 1 | -1): number => {
    const left = keys[by](a);
    const right = keys[by](b);
    if (left === right) return 0;
    if (left === null) return 1;
    if (right === null) return -1;
    return (left < right ? -1 : 1) * turn;
  };
  return offers.toSorted((a, b) => compare(a, b, sort, isDescending ? -1 : 1) || compare(a, b, 'price', 1));
}
