import { z } from 'zod';

/** A number, or text that is one; everything else, sentinels included, is null. */
export const number = z.unknown().transform((value): number | null => {
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : null;
});
/** As `number`; the API writes -1 where it knows nothing. */
export const measure = number.transform((value) => (value === null || value < 0 ? null : value));
export const text = z.unknown().transform((value): string | null => {
  if (typeof value === 'number') return String(value);
  const trimmed = typeof value === 'string' ? value.trim() : '';
  return trimmed === '' ? null : trimmed;
});
/** Seconds since 1970, with a fraction. */
export const time = number.transform((value) =>
  value === null || value <= 0 || value > 8e12 ? null : new Date(value * 1000).toISOString(),
);

/** Dollars per GB: some rows say it per GB, some per TB. */
export const perGb = (perGbUsd: number | null, perTbUsd: number | null): number | null =>
  perGbUsd ?? (perTbUsd === null ? null : perTbUsd / 1000);
