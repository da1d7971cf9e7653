import { QueryClient } from '@tanstack/react-query';
import type { CallResult, MethodInput, MethodName, RoomEvent } from '#shared/contract/index.ts';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import { createInvalidator } from './invalidator.ts';
import { staleNounsOf } from './stale-nouns.ts';
import type { Transport } from './transport.ts';

/** Makes one call of the contract. Rejects with RoomError only. */
export type RoomCall = <M extends MethodName>(method: M, input: MethodInput<M>) => Promise<CallResult<M>>;

export type RoomClient = {
  readonly call: RoomCall;
  readonly transport: Transport;
  readonly queryClient: QueryClient;
  /** The room shows another workspace now: whatever holds an id has to let go of it. */
  readonly onWorkspaceSwitched: (listener: () => void) => () => void;
};

/**
 * Answers are not parsed a second time: the dispatcher holds every one against the same table
 * before it sends it, and a list of 10,000 runs would pay for it on the thread that draws.
 */
export function createClient(transport: Transport): RoomClient {
  const queryClient = new QueryClient({
    defaultOptions: {
      // The engine says when something changed, and it is on this computer: no polling, no online check.
      queries: {
        staleTime: Infinity,
        gcTime: 10 * 60_000,
        retry: false,
        networkMode: 'always',
        refetchOnWindowFocus: false,
      },
    },
  });
  const invalidator = createInvalidator(queryClient);
  const switchListeners = new Set<() => void>();
  let wasLost = false;

  function receive(event: RoomEvent): void {
    const stale = staleNounsOf(event);
    if (stale !== 'all') {
      invalidator.markStale(stale);
      return;
    }
    for (const listener of switchListeners) listener();
    queryClient.removeQueries({ type: 'inactive' });
    void queryClient.resetQueries();
  }

  transport.onEvent(receive);
  transport.onConnection(() => {
    const { kind } = transport.connection();
    if (kind === 'lost' || kind === 'locked') wasLost = true;
    if (kind !== 'open' || !wasLost) return;
    wasLost = false;
    void queryClient.invalidateQueries();
  });

  const call: RoomCall = async (method, input) => {
    try {
      return (await transport.call(method, input)) as CallResult<typeof method>;
    } catch (thrown) {
      throw thrown instanceof RoomError ? thrown : RoomError.fromPayload(toErrorPayload(thrown));
    }
  };

  return {
    call,
    transport,
    queryClient,
    onWorkspaceSwitched(listener) {
      switchListeners.add(listener);
      return () => switchListeners.delete(listener);
    },
  };
}
