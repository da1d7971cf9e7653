import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { isJobOver } from '#shared/model/job.ts';
import { useConnection, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { showError } from '../../ui/toast-store.ts';
import { JobLine } from '../jobs/job-line.tsx';
import { openJobs } from './open-jobs.ts';

const kinds = [
  'snapshots.pull',
  'snapshots.pullLarge',
  'snapshots.prune',
  'snapshots.verify',
  'snapshots.restore',
  'mirror.push',
  'mirror.check',
  'mirror.pull',
  'mirror.repair',
  'mirror.prune',
];

/** Pulls, checks and pushes that run, each with a way to stop it, and those that failed last. */
export function ProgressPart(): ReactNode {
  const { call } = useRoom();
  const isCut = useConnection().kind !== 'open';
  const jobs = useRoomQuery('jobs.list', { kinds, limit: 50 });
  const shown = openJobs(jobs.data?.items ?? []);
  if (shown.length === 0) return null;
  return (
    <section aria-label="Jobs">
      <h2>{shown.every((job) => isJobOver(job.state)) ? 'Failed' : 'In progress'}</h2>
      {shown.map((job) => (
        <div key={job.id} className="snapjob">
          <JobLine job={job} />
          <div className="row">
            <Link className="link s11" href={addressOf.job(job.id)}>
              Open the job
            </Link>
            <span className="sp" />
            {isJobOver(job.state) ? null : (
              <Button
                size="small"
                disabled={isCut}
                onClick={() =>
                  void call('jobs.cancel', { id: job.id }).catch((thrown: unknown) =>
                    showError('Not cancelled', thrown),
                  )
                }
              >
                Cancel
              </Button>
            )}
          </div>
        </div>
      ))}
    </section>
  );
}
