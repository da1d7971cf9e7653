import { useEffect, useState, type ReactNode } from 'react';
import { isJobOver } from '#shared/model/job.ts';
import { useJob, useRoom } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { ProgressLine } from '../../ui/progress-line.tsx';
import { showError } from '../../ui/toast-store.ts';
import { saveText } from '../../ui/save-text.ts';
import { useStudyCall } from './use-study-call.ts';

/** The report is made once, with the frames themselves as pictures, and kept as a page or as JSON. */
export function ReportPart({ studyId, isCut }: { readonly studyId: string; readonly isCut: boolean }): ReactNode {
  const { call } = useRoom();
  const { isSending, send } = useStudyCall();
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId).data ?? null;
  const state = job?.state ?? null;
  useEffect(() => {
    if (state !== 'failed') return;
    showError('No report', job?.error);
    // oxlint-disable-next-line react/exhaustive-deps -- told once, when it failed
  }, [state]);
  const isMaking = jobId !== null && (job === null || !isJobOver(job.state));
  const isMade = state === 'succeeded';
  const keep = (format: 'html' | 'json'): void =>
    send(
      'The report was not read',
      () => call('studies.reportFile', { studyId, format }),
      ({ fileName, text }) => saveText(fileName, text, format === 'html' ? 'text/html' : 'application/json'),
    );
  return (
    <div className="study-report row">
      <Button
        disabled={isCut || isSending || isMaking}
        onClick={() =>
          send(
            'No report',
            (ask) => ask('studies.report', { studyId }),
            (started) => setJobId(started.jobId),
          )
        }
      >
        {isMade ? 'Make it again' : 'Make the report'}
      </Button>
      {isMade ? (
        <>
          <Button kind="primary" onClick={() => keep('html')}>
            Save as a page
          </Button>
          <Button onClick={() => keep('json')}>Save as JSON</Button>
        </>
      ) : null}
      {isMaking && job !== null && job.progress !== null ? (
        <ProgressLine label="Making the report" progress={job.progress} />
      ) : null}
    </div>
  );
}
