import type { Offer, OfferPrice } from '../model/offer.ts';

/** Storage is priced for a month of this many hours. Source: the provider's documentation. */
const hoursOfMonth = 720;

/**
 * What an offer costs with a disk of `diskGb`: GPU and storage an hour, together and for a day. A bid is the
 * GPU part of an interruptible machine. A part that is not known makes the sum unknown, never smaller.
 */
export function priceOffer(offer: Offer, diskGb: number, bidPerHourUsd: number | null = null): OfferPrice {
  const gpuPerHourUsd = bidPerHourUsd ?? offer.gpuRatePerHourUsd;
  const storagePerHourUsd =
    offer.storageUsdPerGbMonth === null ? null : (offer.storageUsdPerGbMonth * diskGb) / hoursOfMonth;
  const totalPerHourUsd =
    gpuPerHourUsd === null || storagePerHourUsd === null ? null : gpuPerHourUsd + storagePerHourUsd;
  return {
    diskGb,
    gpuPerHourUsd,
    storagePerHourUsd,
    totalPerHourUsd,
    totalPerDayUsd: totalPerHourUsd === null ? null : totalPerHourUsd * 24,
    uploadUsdPerGb: offer.uploadUsdPerGb,
    downloadUsdPerGb: offer.downloadUsdPerGb,
  };
}

export type PriceMove = { readonly part: string; readonly before: number | null; readonly after: number | null };

/** A millionth of a dollar an hour is how the provider rounds, not a new price. */
const noiseUsd = 1e-6;

const parts = {
  gpuPerHourUsd: 'GPU, dollars an hour',
  storagePerHourUsd: 'storage, dollars an hour',
  uploadUsdPerGb: 'upload, dollars for a GB',
  downloadUsdPerGb: 'download, dollars for a GB',
} as const satisfies Partial<Record<keyof OfferPrice, string>>;

/** Which parts of a price differ, and how; a part that is not known any more has moved as well. */
export function priceMoves(before: OfferPrice, after: OfferPrice): PriceMove[] {
  const names = Object.keys(parts) as (keyof typeof parts)[];
  return names.flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    const isSame = old === null || now === null ? old === now : Math.abs(old - now) <= noiseUsd;
    return isSame ? [] : [{ part: parts[name], before: old, after: now }];
  });
}
