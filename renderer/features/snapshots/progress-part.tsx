import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useConnection, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { showError } from '../../ui/toast-store.ts';
import { JobLine } from '../jobs/job-line.tsx';

const kinds = [
  'snapshots.pull',
  'snapshots.verify',
  'snapshots.restore',
  'mirror.push',
  'mirror.check',
  'mirror.pull',
  'mirror.repair',
  'mirror.prune',
];

/** Pulls, checks and pushes that run, each with a way to stop it. */
export function ProgressPart(): ReactNode {
  const { call } = useRoom();
  const isCut = useConnection().kind !== 'open';
  const jobs = useRoomQuery('jobs.list', { kinds, states: ['running', 'queued'], limit: 20 });
  if (jobs.data === undefined || jobs.data.items.length === 0) return null;
  return (
    <section aria-label="In progress">
      <h2>In progress</h2>
      {jobs.data.items.map((job) => (
        <div key={job.id} className="snapjob">
          <JobLine job={job} />
          <div className="row">
            <Link className="link s11" href={addressOf.job(job.id)}>
              Open the job
            </Link>
            <span className="sp" />
            <Button
              size="small"
              disabled={isCut}
              onClick={() =>
                void call('jobs.cancel', { id: job.id }).catch((thrown: unknown) => showError('Not cancelled', thrown))
              }
            >
              Cancel
            </Button>
          </div>
        </div>
      ))}
    </section>
  );
}
