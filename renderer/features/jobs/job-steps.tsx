import type { ReactNode } from 'react';
import type { Job } from '#shared/model/job.ts';
import { formatDuration } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { stepMarks } from './job-state.ts';

/** The steps of a job in their order, each with how long it took and what it has to say. */
export function JobSteps({ job }: { readonly job: Job }): ReactNode {
  return (
    <ol className="lines" aria-label="Steps">
      {job.steps.map((step, index) => (
        // Steps keep their order and two may have the same name.
        <li key={index}>
          <div className="row">
            <StateMark {...stepMarks[step.state]} />
            <span>{step.name}</span>
            <span className="sp" />
            <span className="why tn">
              {step.startedAt === null || step.finishedAt === null
                ? ''
                : formatDuration((Date.parse(step.finishedAt) - Date.parse(step.startedAt)) / 1000)}
            </span>
          </div>
          {step.detail === '' ? null : <div className="why wrap-any">{step.detail}</div>}
        </li>
      ))}
    </ol>
  );
}
