/** An object of a JSON file of unknown revision: any key may be missing or of another type. */
export type Loose = { readonly [key: string]: unknown };

export function isLoose(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text under `key`, or null when it is missing, empty or no text. */
export function textOf(source: Loose | null | undefined, key: string): string | null {
  const value = source?.[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The finite number under `key`, or null; numbers kept as text ("NaN") give null. */
export function numberOf(source: Loose | null | undefined, key: string): number | null {
  const value = source?.[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function flagOf(source: Loose | null | undefined, key: string): boolean | null {
  const value = source?.[key];
  return typeof value === 'boolean' ? value : null;
}

export function objectOf(source: Loose | null | undefined, key: string): Loose | null {
  const value = source?.[key];
  return isLoose(value) ? value : null;
}

/** The objects of the list under `key`; entries of another type are left out. */
export function objectsOf(source: Loose | null | undefined, key: string): readonly Loose[] {
  const value = source?.[key];
  return Array.isArray(value) ? value.filter(isLoose) : [];
}

export function textsOf(source: Loose | null | undefined, key: string): readonly string[] {
  const value = source?.[key];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/**
 * A time as the pipeline writes it (`+00:00` with microseconds, or Python's naive form) as UTC ISO with
 * milliseconds. A time without a zone counts as UTC: the machines run on it. Null when it is no time.
 */
export function isoTimeOf(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d\d-\d\d/.test(text)) return null;
  const withZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(text)
    ? text
    : `${text.replace(' ', 'T')}${text.length > 10 ? 'Z' : ''}`;
  const ms = Date.parse(withZone);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** Milliseconds since 1970 of an ISO time; null stays null. */
export function msOf(iso: string | null): number | null {
  if (iso === null) return null;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? null : ms;
}

/** A time as a sentence says it: `2026-11-23 14:09:52 UTC`. */
export function sayTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
