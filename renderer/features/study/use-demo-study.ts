import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { isJobOver, type JobProgress } from '#shared/model/job.ts';
import type { StudySummary } from '#shared/model/study.ts';
import { useJob } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { showError } from '../../ui/toast-store.ts';
import { useStudyCall } from './use-study-call.ts';

/** Reads the eight source clips that come with the demo, locks a study of them, and opens it. */
export function useDemoStudy(): {
  readonly isOpening: boolean;
  readonly progress: JobProgress | null;
  readonly open: () => void;
} {
  const [, navigate] = useLocation();
  const { isSending, send } = useStudyCall();
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId).data ?? null;
  const state = job?.state ?? null;
  useEffect(() => {
    if (job === null || state === null || !isJobOver(state)) return;
    setJobId(null);
    if (state === 'succeeded') navigate(addressOf.study((job.result as StudySummary).studyId));
    else if (state === 'failed') showError('No demo study', job.error);
    // oxlint-disable-next-line react/exhaustive-deps -- once, when it is over
  }, [state]);
  return {
    isOpening: isSending || jobId !== null,
    progress: jobId === null ? null : (job?.progress ?? null),
    open: () =>
      send(
        'No demo study',
        (ask) => ask('studies.startDemo', {}),
        (started) => setJobId(started.jobId),
      ),
  };
}
