import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { RoomError } from '#shared/errors.ts';
import { isJobOver, type Job } from '#shared/model/job.ts';
import type { LaunchRecord } from '#shared/model/launch.ts';
import { useConnection, useJob, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { formatDuration } from '../../ui/format.ts';
import { ErrorState, Reading } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { Unknown } from '../../ui/tag.tsx';
import { showError } from '../../ui/toast-store.ts';
import { useNow } from '../../ui/use-now.ts';
import { jobSeconds, jobShapes, jobStateWord } from '../jobs/job-state.ts';
import { JobSteps } from '../jobs/job-steps.tsx';
import { followLaunch, plan as makePlan } from './launch-store.ts';
import { formatUsd, gpuWords } from './offer-words.ts';

/** What costs money at this moment, and what cancelling would mean. */
function Meanwhile({ launch }: { readonly launch: LaunchRecord | null }): ReactNode {
  const fleet = useRoomQuery('instances.list', {});
  const item = fleet.data?.items.find((it) => it.id === launch?.instanceId) ?? null;
  if (launch === null || launch.state === 'prepared')
    return <p className="t2">Nothing is billed yet: the create was not sent. Cancelling ends it here.</p>;
  if (launch.instanceId === null)
    return (
      <p className="t2">
        The create was sent and not answered: count a machine as billed until it is known. Cancelling does not take it
        back.
      </p>
    );
  return (
    <p className="t2">
      Machine <span className="tn">{launch.instanceId}</span>{' '}
      {item === null ? (
        <>is billed; its rate is not read yet.</>
      ) : item.burnRatePerHourUsd === null ? (
        <>
          is billed: <Unknown because="its rate is not known" />.
        </>
      ) : (
        <>
          costs <span className="w5 tn">{formatUsd(item.burnRatePerHourUsd)}/h</span> now. {item.burnBecause}
        </>
      )}{' '}
      Cancelling ends the waiting only: the machine stays and is billed until it is stopped or destroyed.
    </p>
  );
}

/** What went wrong, and the ways on. */
function Failure({
  error,
  launch,
}: {
  readonly error: RoomError | NonNullable<Job['error']>;
  readonly launch: LaunchRecord | null;
}): ReactNode {
  const { call } = useRoom();
  const gates = error.details?.['gates'];
  const isGone = Array.isArray(gates) && gates.includes('offer');
  const instanceId = launch?.instanceId ?? null;
  return (
    <ErrorState
      inline
      title={instanceId === null ? 'Not rented' : 'Rented, and not ready'}
      error={error}
      actions={
        <>
          {instanceId === null ? null : (
            <Link href={addressOf.machine(instanceId)} className="btn pri">
              Open machine {instanceId}
            </Link>
          )}
          {error.code === 'could_not_tell' || instanceId !== null || isGone ? (
            <Button onClick={() => followLaunch(null)}>Back to the offers</Button>
          ) : (
            <Button kind="primary" onClick={() => void makePlan(call)}>
              Plan again
            </Button>
          )}
          {instanceId === null && error.code === 'could_not_tell' ? (
            <Link href={addressOf.fleet} className="btn">
              Look at the fleet
            </Link>
          ) : null}
        </>
      }
    />
  );
}

function JobView({ job, launch }: { readonly job: Job; readonly launch: LaunchRecord | null }): ReactNode {
  const { call } = useRoom();
  const connection = useConnection();
  const nowMs = useNow();
  const seconds = jobSeconds(job, nowMs);
  const instanceId = launch?.instanceId ?? null;
  const cancel = (): void => {
    call('jobs.cancel', { id: job.id }).catch((thrown: unknown) => showError('Not cancelled', thrown));
  };
  return (
    <>
      <section>
        <h2>{launch === null ? 'Launch' : gpuWords(launch.plan.offer)}</h2>
        <div className="row">
          <StateMark big shape={jobShapes[job.state]} word={jobStateWord(job)} />
          <span className="sp" />
          <span className="why tn">{seconds === null ? '' : formatDuration(seconds)}</span>
        </div>
        {isJobOver(job.state) ? null : (
          <>
            <Meanwhile launch={launch} />
            <div className="row acts">
              <Button kind="danger" disabled={connection.kind !== 'open'} onClick={cancel}>
                {instanceId === null ? 'Cancel the launch' : 'Cancel the waiting'}
              </Button>
              <Link href={addressOf.job(job.id)} className="link">
                Open the job
              </Link>
            </div>
          </>
        )}
        {job.state === 'succeeded' && instanceId !== null ? (
          <div className="row acts">
            <Link href={addressOf.machine(instanceId)} className="btn pri">
              Open machine {instanceId}
            </Link>
            <Button onClick={() => followLaunch(null)}>Launch another</Button>
          </div>
        ) : null}
      </section>
      {job.error === null ? null : <Failure error={job.error} launch={launch} />}
      <section>
        <h2>Steps</h2>
        <JobSteps job={job} />
      </section>
    </>
  );
}

/** The job of a launch in the place of its plan: steps, what is billed meanwhile, and what to do at its end. */
export function LaunchProgress({ jobId }: { readonly jobId: string }): ReactNode {
  const job = useJob(jobId);
  const launches = useRoomQuery('launch.list', { limit: 20 }, { refetchIntervalMs: 3000 });
  const launch = launches.data?.items.find((it) => it.jobId === jobId) ?? null;
  return (
    <aside className="insp plan" aria-label="Launch under way">
      <div className="scroll" tabIndex={0} role="region" aria-label="Launch in full">
        {job.data === undefined ? (
          job.error === null ? (
            <Reading what="Reading the job" />
          ) : (
            <ErrorState
              inline
              title="The launch can not be followed"
              error={job.error}
              actions={<Button onClick={() => void job.refetch()}>Read again</Button>}
            />
          )
        ) : (
          <JobView job={job.data} launch={launch} />
        )}
      </div>
    </aside>
  );
}
