import { isDeepStrictEqual } from 'node:util';

/** One thing that was looked at in a package. */
export type Finding = {
  readonly what: string;
  /** What is there, shortly. */
  readonly found: string;
  /** What is wrong with it; null when it is as it has to be. */
  readonly fault: string | null;
};

export function equals(what: string, actual: unknown, expected: unknown, found: string = short(actual)): Finding {
  const fault = isDeepStrictEqual(actual, expected) ? null : `expected ${short(expected)}, found ${short(actual)}`;
  return { what, found, fault };
}

/** Two lists of names, compared as sets: a difference names what is too much and what is missing. */
export function sameNames(what: string, actual: readonly string[], expected: readonly string[]): Finding {
  const tooMuch = actual.filter((name) => !expected.includes(name));
  const missing = expected.filter((name) => !actual.includes(name));
  const faults = [
    ...(tooMuch.length > 0 ? [`too much: ${tooMuch.join(', ')}`] : []),
    ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
  ];
  const found = actual.length > 12 ? `${actual.length} files` : actual.join(', ');
  return { what, found, fault: faults.length === 0 ? null : faults.join('; ') };
}

/** What may not be there at all. */
export function none(what: string, wrong: readonly string[], lookedAt: number): Finding {
  return { what, found: `none in ${lookedAt}`, fault: wrong.length === 0 ? null : wrong.slice(0, 20).join(', ') };
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
