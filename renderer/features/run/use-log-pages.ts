import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { MethodInput, MethodOutput } from '#shared/contract/index.ts';
import type { RoomError } from '#shared/errors.ts';
import type { LogLine } from '#shared/model/log.ts';
import { useClient } from '../../client/client-context.tsx';
import { queryKeyOf } from '../../client/hooks.ts';

const pageLines = 200;

export type LogFilter = Omit<MethodInput<'logs.read'>, 'offset' | 'limit'>;

export type LogPages = {
  /** Lines that match; null while nobody knows. */
  readonly matchCount: number | null;
  readonly lineCount: number | null;
  readonly firstErrorOffset: number | null;
  readonly lineAt: (offset: number) => LogLine | null;
  readonly error: RoomError | null;
};

/** The pages of a log around the lines on screen; the first page always, because it has the counts. */
export function useLogPages(filter: LogFilter, firstOffset: number, lastOffset: number): LogPages {
  const { call } = useClient();
  const pageNumbers = useMemo(() => {
    const numbers = new Set([0]);
    for (let page = Math.floor(firstOffset / pageLines); page <= Math.floor(lastOffset / pageLines); page += 1)
      numbers.add(page);
    return [...numbers];
  }, [firstOffset, lastOffset]);
  const results = useQueries({
    queries: pageNumbers.map((page) => {
      const input = { ...filter, offset: page * pageLines, limit: pageLines };
      return {
        queryKey: queryKeyOf('logs.read', input),
        queryFn: (): Promise<MethodOutput<'logs.read'>> => call('logs.read', input),
      };
    }),
  });
  const first = results[0]?.data;
  const byPage = new Map(pageNumbers.map((page, index) => [page, results[index]?.data] as const));
  return {
    matchCount: first?.matchCount ?? null,
    lineCount: first?.lineCount ?? null,
    firstErrorOffset: first?.firstErrorOffset ?? null,
    lineAt: (offset) => byPage.get(Math.floor(offset / pageLines))?.items[offset % pageLines] ?? null,
    error: (results.find((result) => result.error !== null)?.error as RoomError | undefined) ?? null,
  };
}
