import type { Offer, OfferFilters } from '#shared/model/offer.ts';
import { priceOffer } from '#shared/rules/offer-price.ts';

/** One thing that a search asks for: in words, for the API, and as a test of what came back. */
export type OfferFilter = {
  readonly name: keyof OfferFilters;
  readonly words: string;
  readonly api: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** An offer that does not say it does not meet it. */
  readonly isMet: (offer: Offer) => boolean;
};

const atLeast = (value: number | null, least: number): boolean => value !== null && value >= least;

/** What the filters of a search mean; those that were left out are not there. */
export function offerFilters(wanted: OfferFilters, diskGb: number): OfferFilter[] {
  const filters: OfferFilter[] = [];
  const add = (name: keyof OfferFilters, words: string, api: OfferFilter['api'], isMet: OfferFilter['isMet']): void =>
    void filters.push({ name, words, api, isMet });

  const names = wanted.gpuNames ?? [];
  if (names.length > 0)
    add('gpuNames', `GPU ${names.join(' or ')}`, { gpu_name: { in: names } }, (it) => names.includes(it.gpuName ?? ''));
  const { gpuCount, minGpuRamGb, maxPricePerHourUsd, minReliability } = wanted;
  if (gpuCount !== undefined)
    add(
      'gpuCount',
      `${gpuCount} GPU${gpuCount === 1 ? '' : 's'}`,
      { num_gpus: { eq: gpuCount } },
      (it) => it.gpuCount === gpuCount,
    );
  if (minGpuRamGb !== undefined)
    // The provider counts 1000 MB as a GB here.
    add('minGpuRamGb', `at least ${minGpuRamGb} GB of GPU memory`, { gpu_ram: { gte: minGpuRamGb * 1000 } }, (it) =>
      atLeast(it.gpuRamMb, minGpuRamGb * 1000),
    );
  if (maxPricePerHourUsd !== undefined)
    add(
      'maxPricePerHourUsd',
      `at most $${maxPricePerHourUsd} an hour with ${diskGb} GB`,
      { dph_total: { lte: maxPricePerHourUsd } },
      (it) => (priceOffer(it, diskGb).totalPerHourUsd ?? Infinity) <= maxPricePerHourUsd,
    );
  if (minReliability !== undefined)
    add('minReliability', `reliability of at least ${minReliability}`, { reliability: { gte: minReliability } }, (it) =>
      atLeast(it.reliability, minReliability),
    );
  const countries = (wanted.countries ?? []).map((code) => code.toUpperCase());
  if (countries.length > 0)
    add('countries', `in ${countries.join(' or ')}`, { geolocation: { in: countries } }, (it) =>
      countries.includes(it.countryCode ?? ''),
    );
  const { minDownloadMbitPerSecond: download, minDurationHours: hours } = wanted;
  if (download !== undefined)
    add('minDownloadMbitPerSecond', `download of at least ${download} Mb/s`, { inet_down: { gte: download } }, (it) =>
      atLeast(it.downloadMbitPerSecond, download),
    );
  if (hours !== undefined)
    add('minDurationHours', `for at least ${hours} hours`, { duration: { gte: hours * 3600 } }, (it) =>
      atLeast(it.hoursLeft, hours),
    );
  if (wanted.verifiedOnly ?? true)
    add('verifiedOnly', 'verified hosts only', { verified: { eq: true } }, (it) => it.isVerified === true);
  return filters;
}

/** What can be rented by anybody now: of the provider's own market, and not taken. */
export const onMarket = { external: { eq: false }, rentable: { eq: true }, rented: { eq: false } } as const;
