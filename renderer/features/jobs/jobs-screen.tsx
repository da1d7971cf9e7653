import { FolderInput, X } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { isJobOver, type Job } from '#shared/model/job.ts';
import { useConnection, useJob, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { useFooterNote } from '../../shell/footer.tsx';
import { addressOf } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { formatDuration, formatMoment, formatPercent, plural } from '../../ui/format.ts';
import { EmptyState, ErrorState, Reading, StaleNote } from '../../ui/notices.tsx';
import { describeProgress } from '../../ui/progress-line.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { Unknown } from '../../ui/tag.tsx';
import { showError } from '../../ui/toast-store.ts';
import { useNow } from '../../ui/use-now.ts';
import { openImport } from '../import/import-store.ts';
import { JobDetail } from './job-detail.tsx';
import { actorWord, jobKindWord, jobSeconds, jobShapes, jobStateWord } from './job-state.ts';
import { filterStates, setJobFilter, useJobsView } from './jobs-store.ts';
import './jobs.css';

const mostJobs = 500;

function Progress({ job }: { readonly job: Job }): ReactNode {
  if (job.error !== null) {
    return (
      <span className="t2 trunc" title={`${job.error.message} ${job.error.hint ?? ''}`}>
        {job.error.message} <span className="t3">{job.error.hint}</span>
      </span>
    );
  }
  if (job.progress === null) return <span />;
  return (
    <span className="jobbar">
      {isJobOver(job.state) || job.progress.total === null ? null : (
        <>
          <span className="meter" aria-hidden="true">
            <b style={{ width: formatPercent(job.progress.done, job.progress.total).replace(' ', '') }} />
          </span>
          <span className="num pc">{formatPercent(job.progress.done, job.progress.total)}</span>
        </>
      )}
      <span className="t3 s11 tn trunc" title={job.progress.message}>
        {describeProgress(isJobOver(job.state) ? { ...job.progress, ratePerSecond: null, etaMs: null } : job.progress)}
      </span>
    </span>
  );
}

function JobRow({
  job,
  isOpen,
  nowMs,
}: {
  readonly job: Job;
  readonly isOpen: boolean;
  readonly nowMs: number;
}): ReactNode {
  const { call } = useRoom();
  const connection = useConnection();
  const seconds = jobSeconds(job, nowMs);
  return (
    <li className={classes('jobrow', isOpen && 'sel')} data-testid="job-row" data-job-id={job.id}>
      <Link
        href={isOpen ? addressOf.jobs : addressOf.job(job.id)}
        className="main-link"
        aria-current={isOpen ? 'true' : undefined}
      >
        <StateMark shape={jobShapes[job.state]} word={jobStateWord(job)} />
        <span className="trunc" title={job.subject}>
          <span className="t3">{jobKindWord(job.kind)}</span> <span className="w5">{job.subject}</span>
        </span>
        <Progress job={job} />
        <span className="num">
          {seconds === null ? (
            isJobOver(job.state) ? (
              <Unknown because="Its end was not written" quiet />
            ) : (
              <span className="t3">waiting</span>
            )
          ) : (
            formatDuration(seconds)
          )}
        </span>
        <span className="t3 s11 nw">{actorWord(job)}</span>
        <span className="t3 tn nw">{formatMoment(job.createdAt, nowMs)}</span>
      </Link>
      {isJobOver(job.state) ? (
        <span />
      ) : (
        <IconButton
          label={`Cancel ${job.subject}`}
          kind="ghost"
          size="small"
          disabled={connection.kind !== 'open'}
          onClick={() =>
            void call('jobs.cancel', { id: job.id }).catch((thrown: unknown) => showError('Not cancelled', thrown))
          }
        >
          <X className="icon" aria-hidden="true" />
        </IconButton>
      )}
    </li>
  );
}

function moveThroughJobs(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('.main-link')];
  rows[rows.indexOf(document.activeElement as HTMLElement) + step]?.focus();
  event.preventDefault();
}

export function JobsScreen({ jobId }: { readonly jobId: string | null }): ReactNode {
  useScreenTitle('Jobs');
  const [, navigate] = useLocation();
  const filter = useJobsView((state) => state.filter);
  const states = filterStates[filter];
  const jobs = useRoomQuery(
    'jobs.list',
    { limit: mostJobs, ...(states === null ? {} : { states: [...states] }) },
    { keepPrevious: true },
  );
  const opened = useJob(jobId);
  const items = jobs.data?.items ?? [];
  const hasRunning = items.some((job) => !isJobOver(job.state));
  const nowMs = useNow(hasRunning ? 1000 : 60_000);
  useFooterNote(jobs.data === undefined ? null : `${jobs.data.items.length} of ${jobs.data.totalCount} shown`);
  useCommands('Jobs', [
    {
      id: 'move',
      title: 'Go through the jobs',
      keyCaps: ['↑', '↓'],
      footer: 'jobs',
      inPalette: false,
      run: () => document.querySelector<HTMLElement>('.main-link')?.focus(),
    },
    { id: 'open', title: 'Open the job', keyCaps: ['⏎'], footer: 'open', inPalette: false, run: () => undefined },
    {
      id: 'close',
      title: 'Close the job',
      keyCaps: ['Esc'],
      bindings: ['Escape'],
      footer: 'close',
      inPalette: false,
      run: () => navigate(addressOf.jobs),
    },
    { id: 'all', title: 'Show all jobs', run: () => setJobFilter('all') },
    { id: 'failed', title: 'Show failed jobs', run: () => setJobFilter('failed') },
  ]);
  return (
    <div className="screen">
      <div className="bar">
        <h1>Jobs</h1>
        <span className="t3 tn">
          {jobs.data === undefined
            ? ''
            : `${plural(jobs.data.totalCount, 'job')}, ${jobs.data.activeCount} running or queued`}
        </span>
        <StaleNote error={jobs.data === undefined ? null : jobs.error} readAtMs={jobs.dataUpdatedAt} nowMs={nowMs} />
        <span className="sp" />
        <Segmented
          label="Show"
          value={filter}
          onChange={setJobFilter}
          options={[
            { value: 'all', label: 'All' },
            { value: 'active', label: 'Running' },
            { value: 'failed', label: 'Failed' },
          ]}
        />
      </div>
      <div className={jobId === null ? 'jobsplit' : 'jobsplit open'}>
        <div className="col" style={{ minHeight: 0 }}>
          <div className="jobhead" aria-hidden="true">
            <span>State</span>
            <span>Job</span>
            <span>Progress</span>
            <span className="num">Took</span>
            <span>By</span>
            <span>Asked, UTC</span>
          </div>
          {jobs.data === undefined ? (
            jobs.error === null ? (
              <Reading what="Reading jobs" />
            ) : (
              <ErrorState
                title="Jobs could not be read"
                error={jobs.error}
                actions={<Button onClick={() => void jobs.refetch()}>Read again</Button>}
              />
            )
          ) : items.length === 0 ? (
            filter === 'all' ? (
              <EmptyState
                lead="No job has run in this workspace yet."
                actions={
                  <Button onClick={() => openImport()}>
                    <FolderInput className="icon" aria-hidden="true" />
                    Import a folder…
                  </Button>
                }
              >
                Whatever takes time or changes something leaves a row here.
              </EmptyState>
            ) : (
              <EmptyState
                lead={filter === 'active' ? 'Nothing runs.' : 'No job failed.'}
                actions={<Button onClick={() => setJobFilter('all')}>Show all jobs</Button>}
              />
            )
          ) : (
            <ul className="scroll joblist" onKeyDown={moveThroughJobs} aria-label="Jobs">
              {items.map((job) => (
                <JobRow key={job.id} job={job} isOpen={job.id === jobId} nowMs={nowMs} />
              ))}
            </ul>
          )}
        </div>
        {jobId === null ? null : opened.data !== undefined ? (
          <JobDetail job={opened.data} />
        ) : (
          <aside className="insp" aria-label="Job">
            {opened.error === null ? <Reading /> : <ErrorState title="Job could not be read" error={opened.error} />}
          </aside>
        )}
      </div>
    </div>
  );
}
