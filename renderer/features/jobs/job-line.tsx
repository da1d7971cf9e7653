import type { ReactNode } from 'react';
import { isJobOver, type Job } from '#shared/model/job.ts';
import { formatDuration, formatPercent } from '../../ui/format.ts';
import { ProgressLine } from '../../ui/progress-line.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { useNow } from '../../ui/use-now.ts';
import { jobSeconds, jobShapes, jobStateWord } from './job-state.ts';
import './jobs.css';

/** One job in three lines: state and subject, how far, and what to do when it failed. */
export function JobLine({ job }: { readonly job: Job }): ReactNode {
  const nowMs = useNow();
  const seconds = jobSeconds(job, nowMs);
  const isOver = isJobOver(job.state);
  const reading =
    !isOver && job.progress?.total !== null && job.progress !== null
      ? formatPercent(job.progress.done, job.progress.total)
      : seconds === null
        ? ''
        : formatDuration(seconds);
  return (
    <div className="job">
      <div className="row">
        <StateMark shape={jobShapes[job.state]} word={jobStateWord(job)} />
        <span className="trunc" title={job.subject}>
          {job.subject}
        </span>
        <span className="sp" />
        <span className="num">{reading}</span>
      </div>
      {job.progress === null || isOver ? null : (
        <ProgressLine progress={job.progress} label={`${jobStateWord(job)} ${job.subject}`} />
      )}
      {job.error === null ? null : (
        <div className="why">
          <span className="t2">{job.error.message}</span> {job.error.hint}{' '}
          <span className="mono">{job.error.code}</span>
        </div>
      )}
    </div>
  );
}
