import { useState, type ReactNode } from 'react';
import { useJob, useRoom } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { formatPercent } from '../../ui/format.ts';
import { showError } from '../../ui/toast-store.ts';

/** Asks for an H.264 copy. The pane shows it by itself: the clip's answer is asked anew when the job is done. */
export function ConvertButton({ clipId }: { readonly clipId: string }): ReactNode {
  const { call } = useRoom();
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId).data;
  const isRunning = jobId !== null && (job === undefined || job.state === 'queued' || job.state === 'running');
  const progress = job?.progress ?? null;
  const words =
    progress === null || progress.total === null
      ? 'Converting'
      : `Converting, ${formatPercent(progress.done, progress.total)}`;
  return (
    <>
      <Button
        kind="primary"
        disabled={isRunning}
        onClick={() => {
          call('clips.convert', { id: clipId }).then(
            (answer) => setJobId(answer.jobId),
            (thrown: unknown) => showError('Not converted', thrown),
          );
        }}
      >
        {isRunning ? words : 'Convert to H.264'}
      </Button>
      {job?.state === 'failed' && job.error !== null ? <span className="why">{job.error.message}</span> : null}
    </>
  );
}
