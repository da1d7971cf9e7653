import type { RoomEvent } from '#shared/contract/index.ts';

export type EmitEvent = (event: RoomEvent) => void;

export type Events = {
  readonly emit: EmitEvent;
  /** Answers with the function that ends the subscription. */
  subscribe(listener: EmitEvent): () => void;
};

/** Tells every listener; one that throws does not keep the others from hearing. */
export function createEvents(onListenerFault: (fault: unknown) => void): Events {
  const listeners = new Set<EmitEvent>();
  return {
    emit(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (fault) {
          onListenerFault(fault);
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
