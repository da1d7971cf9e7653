import { useState } from 'react';
import { useRoom } from '../../client/hooks.ts';
import type { RoomCall } from '../../client/create-client.ts';
import { showError } from '../../ui/toast-store.ts';

/** One thing at a time is asked of the room; what fails is told. */
export function useStudyCall(): {
  readonly isSending: boolean;
  readonly send: <T>(what: string, ask: (call: RoomCall) => Promise<T>, onDone?: (value: T) => void) => void;
} {
  const { call } = useRoom();
  const [isSending, setIsSending] = useState(false);
  return {
    isSending,
    send(what, ask, onDone) {
      if (isSending) return;
      setIsSending(true);
      ask(call)
        .then((value) => onDone?.(value))
        .catch((thrown: unknown) => showError(what, thrown))
        .finally(() => setIsSending(false));
    },
  };
}
