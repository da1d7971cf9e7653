import { refuse } from './answer.ts';

type Key = readonly (string | number | boolean | null)[];

/** Orders two sort keys; nulls come first, and `directions` turns a column round. */
function compareKeys(a: Key, b: Key, directions: readonly (1 | -1)[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? null;
    if (left === right) continue;
    const turn = directions[index] ?? 1;
    if (left === null) return -turn;
    if (right === null) return turn;
    return (left < right ? -1 : 1) * turn;
  }
  return 0;
}

function readToken(token: string): Key {
  try {
    const key: unknown = JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
    if (Array.isArray(key)) return key as Key;
  } catch {
    // Said below, as for every other token that is not ours.
  }
  throw refuse(400, 'invalid_token', 'error 400/1410: after_token is not valid');
}

/**
 * One page by keyset: what comes after the token in this order, so that rows which come and go between two
 * pages move no other row.
 */
export function pageOf<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
  options: { readonly directions: readonly (1 | -1)[]; readonly limit: number; readonly afterToken: string | null },
): { readonly page: readonly Row[]; readonly nextToken: string | null } {
  const sorted = rows.toSorted((a, b) => compareKeys(keyOf(a), keyOf(b), options.directions));
  const after = options.afterToken === null ? null : readToken(options.afterToken);
  const rest = after === null ? sorted : sorted.filter((row) => compareKeys(keyOf(row), after, options.directions) > 0);
  const page = rest.slice(0, options.limit);
  const last = page.at(-1);
  const nextToken =
    last === undefined || rest.length <= options.limit
      ? null
      : Buffer.from(JSON.stringify(keyOf(last)), 'utf8').toString('base64');
  return { page, nextToken };
}
