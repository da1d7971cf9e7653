import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { isJobOver, type Job } from '#shared/model/job.ts';
import { proofStepSchema, proofTitles, type ProofStep } from '#shared/model/schedule.ts';
import { addressOf } from '../../shell/links.ts';
import { formatExact, formatMoment } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { JobLine } from '../jobs/job-line.tsx';
import { proofMarks } from './words.ts';

/** The last proof of the whole chain, step by step, or how far the one that runs has come. */
export function ProofPart({ job, nowMs }: { readonly job: Job | null; readonly nowMs: number }): ReactNode {
  if (job === null)
    return (
      <p className="why">
        Never proved. A proof copies the machine, mirrors the copy, checks the bucket and brings one file back from it.
      </p>
    );
  if (!isJobOver(job.state)) return <JobLine job={job} />;
  const steps = stepsOf(job);
  return (
    <div className="col" style={{ gap: 4 }}>
      <span className="row">
        <StateMark
          shape={job.state === 'succeeded' ? 'ok' : job.state === 'cancelled' ? 'off' : 'fail'}
          word={job.state === 'succeeded' ? 'Proved' : job.state === 'cancelled' ? 'Cancelled' : 'Not proved'}
        />
        <Link
          className="link t3 tn"
          href={addressOf.job(job.id)}
          title={`${formatExact(job.finishedAt ?? job.createdAt)} UTC`}
        >
          {formatMoment(job.finishedAt ?? job.createdAt, nowMs)}
        </Link>
      </span>
      {steps === null ? (
        <span className="t2">{job.error?.message ?? 'Its report was not kept.'}</span>
      ) : (
        <ol className="proof">
          {steps.map((step) => (
            <li key={step.name}>
              <StateMark {...proofMarks[step.state]} />
              <span className="w5 nw">{proofTitles[step.name]}</span>
              <span className="t2">{step.words}</span>
            </li>
          ))}
        </ol>
      )}
      {job.error?.hint == null ? null : <span className="why">{job.error.hint}</span>}
    </div>
  );
}

/** The report of a proof, of its result or of what stopped it; null when there is none. */
function stepsOf(job: Job): readonly ProofStep[] | null {
  const { steps } = (job.result ?? job.error?.details ?? {}) as { readonly steps?: unknown };
  const parsed = proofStepSchema.array().safeParse(steps);
  return parsed.success ? parsed.data : null;
}
