/** Maps with at most `atOnce` under way; the results keep the order of the items. The first error ends it. */
export async function mapSome<T, R>(items: readonly T[], atOnce: number, map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += atOnce) {
    results.push(...(await Promise.all(items.slice(from, from + atOnce).map(map))));
  }
  return results;
}
