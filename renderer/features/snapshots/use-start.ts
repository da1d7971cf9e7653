import { useState } from 'react';
import { useLocation } from 'wouter';
import type { JobMethodName, MethodInput } from '#shared/contract/index.ts';
import { useRoom } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { showError, showToast } from '../../ui/toast-store.ts';

/** Starts jobs; one that has its row is said, and seen among what is in progress. */
export function useStart(): {
  readonly isSending: boolean;
  readonly start: <M extends JobMethodName>(
    method: M,
    input: MethodInput<M>,
    title: string,
    onStarted?: (jobId: string) => void,
  ) => void;
} {
  const { call } = useRoom();
  const [, navigate] = useLocation();
  const [isSending, setIsSending] = useState(false);
  return {
    isSending,
    start(method, input, title, onStarted) {
      setIsSending(true);
      call(method, input)
        .then((answer) => {
          const { jobId } = answer as { readonly jobId: string };
          if (onStarted !== undefined) onStarted(jobId);
          else
            showToast({
              shape: 'running',
              title,
              action: { label: 'Open the job', run: () => navigate(addressOf.job(jobId)) },
            });
        })
        .catch((thrown: unknown) => showError(`Not started: ${title}`, thrown))
        .finally(() => setIsSending(false));
    },
  };
}
