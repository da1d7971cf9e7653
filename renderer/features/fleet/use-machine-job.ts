import { useState } from 'react';
import { useLocation } from 'wouter';
import type { JobMethodName, MethodInput } from '#shared/contract/index.ts';
import { useRoom } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { showError, showToast } from '../../ui/toast-store.ts';
import { closeFleetSheet } from './sheet-store.ts';

/** Starts a job from a sheet: the sheet closes once the job has its row, and its progress is seen in place. */
export function useMachineJob(): {
  readonly isSending: boolean;
  readonly start: <M extends JobMethodName>(method: M, input: MethodInput<M>, title: string) => void;
} {
  const { call } = useRoom();
  const [, navigate] = useLocation();
  const [isSending, setIsSending] = useState(false);
  return {
    isSending,
    start(method, input, title) {
      setIsSending(true);
      call(method, input)
        .then((answer) => {
          const { jobId } = answer as { readonly jobId: string };
          closeFleetSheet();
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
