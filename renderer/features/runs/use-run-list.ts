import { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import type { MethodInput, MethodOutput } from '#shared/contract/index.ts';
import type { RoomError } from '#shared/errors.ts';
import type { RunListItem } from '#shared/model/run.ts';
import { useClient } from '../../client/client-context.tsx';

/** The engine answers other calls between two pages, and the first page is on screen at once. */
const pageSize = 500;
const mostRuns = 20_000;
/** Between the first page and the whole list, only every so many pages are put on screen: each time sorts all rows. */
const pagesPerShow = 6;

export type RunList = {
  readonly items: readonly RunListItem[];
  readonly matchCount: number;
  readonly totalCount: number;
  readonly facilityIds: readonly string[];
  /** False while later pages are still on their way. */
  readonly isComplete: boolean;
};

function append(list: RunList | null, page: MethodOutput<'runs.list'>): RunList {
  const known = new Set(list?.items.map((run) => run.id));
  // A run that arrives between two pages pushes the others down: one may then come twice.
  const items = [...(list?.items ?? []), ...page.items.filter((run) => !known.has(run.id))];
  const isComplete = page.items.length < pageSize || items.length >= Math.min(page.matchCount, mostRuns);
  return { items, matchCount: page.matchCount, totalCount: page.totalCount, facilityIds: page.facilityIds, isComplete };
}

/** All runs that match, page by page; a list that is read again replaces the old one only when it is whole. */
export function useRunList(input: MethodInput<'runs.list'>): UseQueryResult<RunList, RoomError> {
  const { call } = useClient();
  const queryClient = useQueryClient();
  const queryKey = ['runs', 'list-all', input] as const;
  return useQuery<RunList, RoomError>({
    queryKey,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const isFirstRead = queryClient.getQueryData(queryKey) === undefined;
      let list: RunList | null = null;
      let offset = 0;
      let pageCount = 0;
      do {
        const page: MethodOutput<'runs.list'> = await call('runs.list', { ...input, offset, limit: pageSize });
        list = append(list, page);
        offset += pageSize;
        pageCount += 1;
        const isShown = pageCount % pagesPerShow === 1;
        if (isFirstRead && isShown && !list.isComplete && !signal.aborted) queryClient.setQueryData(queryKey, list);
      } while (!list.isComplete && !signal.aborted);
      return list;
    },
  });
}
