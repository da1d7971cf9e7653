import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { isJobOver, type Job, type JobStep } from '#shared/model/job.ts';
import { useConnection, useRoom } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { formatClock } from '../../ui/format.ts';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';
import { showError } from '../../ui/toast-store.ts';

const titles: Record<string, string> = {
  'instances.stop': 'Stop',
  'instances.destroy': 'Destroy',
  'instances.start': 'Start',
  'instances.reboot': 'Reboot',
  'instances.label': 'Label',
  'shutdown.arm': 'Lease',
  'shutdown.drill': 'Fire drill',
};
const shapes: Record<JobStep['state'], StateShape> = {
  waiting: 'waiting',
  running: 'running',
  done: 'ok',
  failed: 'fail',
  skipped: 'off',
  unknown: 'unknown',
};
const words: Record<JobStep['state'], string> = {
  waiting: 'waiting',
  running: 'running',
  done: 'done',
  failed: 'failed',
  skipped: 'skipped',
  unknown: 'unknown',
};

/** The steps of a job in order, each with its own mark and time. A step is never marked before the one before it. */
export function JobChain({ job }: { readonly job: Job }): ReactNode {
  const { call } = useRoom();
  const connection = useConnection();
  return (
    <section aria-label={titles[job.kind] ?? job.kind} className="jobchain">
      <h2>
        {titles[job.kind] ?? job.kind}
        <Link href={addressOf.job(job.id)} className="src link">
          job, by {job.actor}
        </Link>
      </h2>
      <ol>
        {job.steps.map((step, index) => (
          // Steps keep their order and two may have the same name.
          <li key={index}>
            <StateMark shape={shapes[step.state]} word={step.name} />
            <span className="sr">{words[step.state]}</span>
            <span className="src tn">
              {step.startedAt === null ? '' : formatClock(new Date(step.finishedAt ?? step.startedAt))}
            </span>
            {step.detail === '' || step.detail === job.error?.message ? null : (
              <span className="why">{step.detail}</span>
            )}
          </li>
        ))}
      </ol>
      {job.error === null ? null : (
        <p className="why">
          <span className="fail">{job.error.message}</span> {job.error.hint}
        </p>
      )}
      {isJobOver(job.state) ? null : (
        <Button
          size="small"
          disabled={connection.kind !== 'open'}
          onClick={() =>
            void call('jobs.cancel', { id: job.id }).catch((thrown: unknown) => showError('Not cancelled', thrown))
          }
        >
          {job.kind === 'instances.start' ? 'Cancel the start' : 'Cancel job'}
        </Button>
      )}
    </section>
  );
}

/** True while a job is worth its place beside the machine: it runs, or it failed and nothing came after it. */
export function isChainShown(job: Job | null): job is Job {
  return job !== null && (!isJobOver(job.state) || job.state === 'failed' || job.state === 'interrupted');
}
