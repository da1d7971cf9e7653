import type { QueryClient } from '@tanstack/react-query';

const quietMs = 150;

/**
 * Asks again for what events called stale, at most once per noun and quiet time. An answer that is
 * on its way is not thrown away: an import that reports every file would otherwise starve its own
 * list. What became stale meanwhile is asked for again afterwards.
 */
export function createInvalidator(queryClient: QueryClient): {
  readonly markStale: (nouns: readonly string[]) => void;
} {
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | null = null;

  function flush(): void {
    timer = null;
    const nouns = [...waiting];
    waiting.clear();
    for (const noun of nouns) {
      if (queryClient.isFetching({ queryKey: [noun] }) > 0) waiting.add(noun);
      void queryClient.invalidateQueries({ queryKey: [noun] }, { cancelRefetch: false });
    }
    schedule();
  }

  function schedule(): void {
    if (timer === null && waiting.size > 0) timer = setTimeout(flush, quietMs);
  }

  return {
    markStale(nouns) {
      for (const noun of nouns) waiting.add(noun);
      schedule();
    },
  };
}
