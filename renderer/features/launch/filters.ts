import type { MethodInput } from '#shared/contract/index.ts';
import type { PresetView } from '#shared/model/launch-preset.ts';
import type { RentalKind } from '#shared/model/offer.ts';

/** What a person wrote into the filters; figures are texts until they are read. */
export type FilterDraft = {
  readonly gpuNames: readonly string[];
  readonly gpuCount: string;
  readonly maxPricePerHourUsd: string;
  readonly minReliabilityPercent: string;
  readonly diskGb: string;
  readonly countries: string;
  readonly minDownloadMbitPerSecond: string;
  readonly minDurationHours: string;
  readonly verifiedOnly: boolean;
  readonly kind: RentalKind;
};

export type SearchInput = MethodInput<'offers.search'>;
export type FigureName = Exclude<keyof FilterDraft, 'gpuNames' | 'countries' | 'verifiedOnly' | 'kind'>;

const text = (value: number | undefined): string => (value === undefined ? '' : String(value));

/** The filters that a preset starts with. */
export function draftOf(preset: Pick<PresetView, 'offer' | 'diskGb'>): FilterDraft {
  const { offer, diskGb } = preset;
  return {
    gpuNames: offer.gpuNames ?? [],
    gpuCount: text(offer.gpuCount),
    maxPricePerHourUsd: text(offer.maxPricePerHourUsd),
    minReliabilityPercent: text(
      offer.minReliability === undefined ? undefined : Math.round(offer.minReliability * 1000) / 10,
    ),
    diskGb: text(diskGb),
    countries: (offer.countries ?? []).join(', '),
    minDownloadMbitPerSecond: text(offer.minDownloadMbitPerSecond),
    minDurationHours: text(offer.minDurationHours),
    verifiedOnly: offer.verifiedOnly ?? false,
    kind: offer.kind ?? 'on_demand',
  };
}

type Bounds = { readonly label: string; readonly least: number; readonly most: number; readonly isWhole?: boolean };

/** Every figure, with the values that the search takes. */
export const figures: Readonly<Record<FigureName, Bounds>> = {
  gpuCount: { label: 'GPUs', least: 1, most: 64, isWhole: true },
  maxPricePerHourUsd: { label: 'Most, $/h', least: 0.001, most: 100_000 },
  minReliabilityPercent: { label: 'Reliability, %', least: 0, most: 100 },
  diskGb: { label: 'Disk, GB', least: 8, most: 100_000, isWhole: true },
  minDownloadMbitPerSecond: { label: 'Download, Mb/s', least: 0.001, most: 1_000_000 },
  minDurationHours: { label: 'Rentable, h', least: 0.001, most: 100_000 },
};

/** What is wrong with a figure; null when it can be searched with. Empty is not asked for. */
export function faultOf(name: FigureName, value: string): string | null {
  const { least, most, isWhole = false } = figures[name];
  const written = value.trim();
  if (written === '') return name === 'diskGb' ? 'A disk is needed' : null;
  const figure = Number(written);
  if (!Number.isFinite(figure)) return 'Not a number';
  if (isWhole && !Number.isInteger(figure)) return 'A whole number';
  if (figure < least) return least < 1 ? 'More than 0' : `At least ${least}`;
  return figure > most ? `At most ${most}` : null;
}

/** What is wrong with the countries; null when they can be searched with. */
export function faultOfCountries(value: string): string | null {
  return readCountries(value).every((code) => /^[A-Za-z]{2}$/.test(code)) ? null : 'Two letters each: SE, US';
}

const readCountries = (value: string): string[] => value.split(/[\s,;]+/).filter((code) => code !== '');

/** The search of a draft; null while something in it can not be read. */
export function searchOf(draft: FilterDraft): SearchInput | null {
  const names = Object.keys(figures) as FigureName[];
  if (names.some((name) => faultOf(name, draft[name]) !== null) || faultOfCountries(draft.countries) !== null)
    return null;
  const figure = <K extends string>(key: K, value: string, scale = 1): { readonly [P in K]?: number } =>
    value.trim() === '' ? {} : ({ [key]: Number(value) / scale } as { readonly [P in K]?: number });
  const countries = readCountries(draft.countries).map((code) => code.toUpperCase());
  return {
    ...(draft.gpuNames.length === 0 ? {} : { gpuNames: [...draft.gpuNames] }),
    ...figure('gpuCount', draft.gpuCount),
    ...figure('maxPricePerHourUsd', draft.maxPricePerHourUsd),
    ...figure('minReliability', draft.minReliabilityPercent, 100),
    ...(countries.length === 0 ? {} : { countries }),
    ...figure('minDownloadMbitPerSecond', draft.minDownloadMbitPerSecond),
    ...figure('minDurationHours', draft.minDurationHours),
    ...(draft.verifiedOnly ? { verifiedOnly: true } : {}),
    kind: draft.kind,
    diskGb: Number(draft.diskGb),
    limit: 100,
  };
}
