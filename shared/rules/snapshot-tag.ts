/** The name of a snapshot: the moment that it was taken, in UTC, as `20260301T120000Z`. */
export function tagOf(ms: number): string {
  return `${new Date(ms).toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z`;
}

/**
 * When a tag says that it was taken, ISO 8601 in UTC; null for a name that is none. Tags of older copies may carry
 * milliseconds (`20260301T120000250Z`).
 */
export function takenAtOf(tag: string): string | null {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})?Z$/.exec(tag);
  if (found === null) return null;
  const [, year, month, day, hour, minute, second, ms] = found;
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms ?? '000'}Z`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
