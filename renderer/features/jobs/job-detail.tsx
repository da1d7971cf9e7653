import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { isJobOver, type Job } from '#shared/model/job.ts';
import { useConnection, useRoom } from '../../client/hooks.ts';
import { addressOf, copyLink } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { formatDuration, formatExact } from '../../ui/format.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { ProgressLine } from '../../ui/progress-line.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { Unknown } from '../../ui/tag.tsx';
import { showError } from '../../ui/toast-store.ts';
import { useNow } from '../../ui/use-now.ts';
import { ImportResultView } from '../import/import-result.tsx';
import { openImport } from '../import/import-store.ts';
import { actorWord, jobKindWord, jobSeconds, jobShapes, jobStateWord } from './job-state.ts';
import { JobSteps } from './job-steps.tsx';

function Time({ at, none }: { readonly at: string | null; readonly none: string }): ReactNode {
  return at === null ? <span className="t3">{none}</span> : <span className="tn">{formatExact(at)} UTC</span>;
}

function pathOfInput(job: Job): string | null {
  const { input } = job;
  if (job.kind !== 'runs.import' || typeof input !== 'object' || input === null || Array.isArray(input)) return null;
  return typeof input['path'] === 'string' ? input['path'] : null;
}

/** What the memory said of the error when the job failed. */
function KnownIncident({ error }: { readonly error: NonNullable<Job['error']> }): ReactNode {
  const { incidentId, incident } = error.details ?? {};
  if (typeof incidentId !== 'string') return null;
  return (
    <p>
      <Link className="link" href={addressOf.incident(incidentId)}>
        {typeof incident === 'string' ? incident : `Incident ${incidentId}`}
      </Link>
    </p>
  );
}

/** One job with everything that was written about it. */
export function JobDetail({ job }: { readonly job: Job }): ReactNode {
  const { call } = useRoom();
  const connection = useConnection();
  const nowMs = useNow();
  const seconds = jobSeconds(job, nowMs);
  const path = pathOfInput(job);
  const cancel = (): void => {
    call('jobs.cancel', { id: job.id }).catch((thrown: unknown) => showError('Not cancelled', thrown));
  };
  return (
    <aside className="insp scroll jobdetail" aria-label={`Job ${job.subject}`} tabIndex={0}>
      <section>
        <h2>
          <span className="wrap-any">
            {jobKindWord(job.kind)}: {job.subject}
          </span>
        </h2>
        <StateMark big shape={jobShapes[job.state]} word={jobStateWord(job)} />
        {job.progress === null || isJobOver(job.state) ? null : (
          <div style={{ marginTop: 8 }}>
            <ProgressLine progress={job.progress} label={job.subject} />
          </div>
        )}
        <div className="row" style={{ marginTop: 10, flexWrap: 'wrap' }}>
          {isJobOver(job.state) ? null : (
            <Button kind="danger" disabled={connection.kind !== 'open'} onClick={cancel}>
              Cancel job
            </Button>
          )}
          {isJobOver(job.state) && path !== null ? (
            <Button onClick={() => openImport({ path })}>Import again…</Button>
          ) : null}
          <Button kind="ghost" onClick={() => void copyLink(addressOf.job(job.id), 'this job')}>
            Copy link
          </Button>
        </div>
      </section>
      {job.error === null ? null : (
        <section className="joberror">
          <ErrorState inline title="What happened" error={job.error} />
          <KnownIncident error={job.error} />
        </section>
      )}
      <section>
        <h2>Facts</h2>
        <dl className="kv">
          <dt>Id</dt>
          <dd>
            <Copyable text={job.id} label="job id" />
          </dd>
          <dt>Method</dt>
          <dd className="mono">{job.kind}</dd>
          <dt>Started by</dt>
          <dd>{actorWord(job)}</dd>
          <dt>Asked for</dt>
          <dd>
            <Time at={job.createdAt} none="" />
          </dd>
          <dt>Started</dt>
          <dd>
            <Time at={job.startedAt} none="Not started" />
          </dd>
          <dt>Ended</dt>
          <dd>
            {job.finishedAt === null && isJobOver(job.state) ? (
              <Unknown because="the engine ended before it could write it" />
            ) : (
              <Time at={job.finishedAt} none="Still running" />
            )}
          </dd>
          <dt>Duration</dt>
          <dd className="tn">
            {seconds === null ? (
              isJobOver(job.state) ? (
                <Unknown because="its end was not written" />
              ) : (
                'Not started'
              )
            ) : (
              formatDuration(seconds)
            )}
          </dd>
        </dl>
      </section>
      {job.steps.length === 0 ? null : (
        <section>
          <h2>Steps</h2>
          <JobSteps job={job} />
        </section>
      )}
      {job.state === 'succeeded' && job.kind === 'runs.import' ? (
        <section>
          <h2>Result</h2>
          <ImportResultView value={job.result} />
        </section>
      ) : null}
      <section>
        <h2>Input</h2>
        <pre className="log json">{JSON.stringify(job.input, null, 2)}</pre>
      </section>
      {job.result === null || job.kind === 'runs.import' ? null : (
        <section>
          <h2>Result</h2>
          <pre className="log json">{JSON.stringify(job.result, null, 2)}</pre>
        </section>
      )}
      <section>
        <Link href={addressOf.jobs} className="link">
          Close
        </Link>
      </section>
    </aside>
  );
}
