import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { MethodInput, MethodOutput, PlainMethodName } from '#shared/contract/index.ts';
import type { RoomError } from '#shared/errors.ts';
import { isJobOver, type Job } from '#shared/model/job.ts';
import { useClient } from './client-context.tsx';
import type { RoomCall } from './create-client.ts';
import type { ConnectionState } from './transport.ts';

/** The key of a query: `[noun, verb, input]`, so that an event can name a noun. */
export function queryKeyOf<M extends PlainMethodName>(
  method: M,
  input: MethodInput<M>,
): readonly [string, string, MethodInput<M>] {
  const [noun = '', verb = ''] = method.split('.');
  return [noun, verb, input];
}

export type RoomQueryOptions = {
  /** False leaves the question unasked, for example while an id is not known yet. */
  readonly enabled?: boolean;
  /** Keeps the previous answer on screen while another input is being read. */
  readonly keepPrevious?: boolean;
  readonly refetchIntervalMs?: number;
};

/**
 * Asks the room and keeps the answer fresh: it is asked again when an event says that it is stale.
 * The old answer stays in `data` meanwhile (`isFetching`), also when asking again failed (`error` beside `data`).
 */
export function useRoomQuery<M extends PlainMethodName>(
  method: M,
  input: MethodInput<M>,
  options: RoomQueryOptions = {},
): UseQueryResult<MethodOutput<M>, RoomError> {
  const { call } = useClient();
  return useQuery<MethodOutput<M>, RoomError>({
    queryKey: queryKeyOf(method, input),
    queryFn: () => call(method, input) as Promise<MethodOutput<M>>,
    ...(options.enabled === undefined ? {} : { enabled: options.enabled }),
    ...(options.keepPrevious === true ? { placeholderData: keepPreviousData } : {}),
    ...(options.refetchIntervalMs === undefined ? {} : { refetchInterval: options.refetchIntervalMs }),
  });
}

/** For commands and jobs; `call` rejects with RoomError. */
export function useRoom(): { readonly call: RoomCall } {
  return useClient();
}

/** A job and its progress until it is over. Events drive it; the slow poll is for an event that got lost. */
export function useJob(jobId: string | null): UseQueryResult<Job, RoomError> {
  const { call } = useClient();
  const id = jobId ?? '';
  return useQuery<Job, RoomError>({
    queryKey: queryKeyOf('jobs.get', { id }),
    queryFn: () => call('jobs.get', { id }),
    enabled: jobId !== null,
    refetchInterval: (query) => (query.state.data !== undefined && isJobOver(query.state.data.state) ? false : 2_000),
  });
}

export function useConnection(): ConnectionState & { readonly retryNow: () => void } {
  const { transport } = useClient();
  const state = useSyncExternalStore(transport.onConnection, transport.connection);
  return { ...state, retryNow: transport.retryNow };
}
