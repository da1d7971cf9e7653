import { useState } from 'react';
import type { JobMethodName, MethodInput } from '#shared/contract/index.ts';
import { isJobOver, type Job } from '#shared/model/job.ts';
import { useJob, useRoom } from '../../client/hooks.ts';
import { showError } from '../../ui/toast-store.ts';

export type RemoteJob = {
  readonly job: Job | null;
  readonly isBusy: boolean;
  /** Resolves to whether the job was begun. */
  readonly start: <M extends JobMethodName>(method: M, input: MethodInput<M>, what: string) => Promise<boolean>;
  readonly cancel: () => void;
  readonly forget: () => void;
};

/** One job of this page, from its start to its end; the newest takes the place of the one before. */
export function useRemoteJob(): RemoteJob {
  const { call } = useRoom();
  const [jobId, setJobId] = useState<string | null>(null);
  const [isSending, setIsSending] = useState(false);
  const job = useJob(jobId).data ?? null;
  return {
    job: jobId === null ? null : job,
    isBusy: isSending || (jobId !== null && (job === null || !isJobOver(job.state))),
    async start(method, input, what) {
      setIsSending(true);
      try {
        const answer = (await call(method, input)) as { readonly jobId: string };
        setJobId(answer.jobId);
        return true;
      } catch (thrown) {
        showError(`Not started: ${what}`, thrown);
        return false;
      } finally {
        setIsSending(false);
      }
    },
    cancel() {
      if (jobId !== null)
        call('jobs.cancel', { id: jobId }).catch((thrown: unknown) => showError('Not cancelled', thrown));
    },
    forget: () => setJobId(null),
  };
}
