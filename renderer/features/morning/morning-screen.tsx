import { FolderInput } from 'lucide-react';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { isJobOver, type Job } from '#shared/model/job.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { addressOf } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { formatAge, formatAgo, formatCount, formatExact, formatPercent, plural } from '../../ui/format.ts';
import { EmptyState, ErrorState, Reading, StaleNote } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { useNow } from '../../ui/use-now.ts';
import { openImport } from '../import/import-store.ts';
import { actorWord, jobKindWord, jobShapes, jobStateWord } from '../jobs/job-state.ts';
import { useFleet } from '../fleet/index.ts';
import { ChangeLine } from './change-line.tsx';
import { changesSince, jobsHeld } from './changes.ts';
import { useLastLook } from './last-look.ts';
import { Line, moveThroughLines, Question } from './line.tsx';
import { MachineLine, machinesHeld } from './machine-lines.tsx';
import { RunLine } from './run-lines.tsx';
import { MoneyAndSafety } from './safety.tsx';
import { useMorning, type Morning } from './use-morning.ts';
import './morning.css';

const mostLines = 50;

function More({ count, href, children }: { count: number; href: string; children: string }): ReactNode {
  return count <= 0 ? null : (
    <p className="why pad">
      <Link href={href} className="link">
        {`${formatCount(count)} more in ${children}`}
      </Link>
    </p>
  );
}

function JobHeld({ job, nowMs }: { readonly job: Job; readonly nowMs: number }): ReactNode {
  const { progress } = job;
  const done =
    progress === null || isJobOver(job.state)
      ? null
      : progress.total === null
        ? progress.message
        : formatPercent(progress.done, progress.total);
  return (
    <Line
      href={addressOf.job(job.id)}
      mark={<StateMark shape={jobShapes[job.state]} word={jobStateWord(job)} />}
      name={`${jobKindWord(job.kind)}: ${job.subject}`}
      why={[job.error?.message ?? done, `started by ${actorWord(job)}`]
        .filter((part) => part !== null && part !== '')
        .join(', ')}
      age={formatAge(Date.parse(job.finishedAt ?? job.createdAt), nowMs)}
    />
  );
}

function Held({ morning, nowMs }: { readonly morning: Morning; readonly nowMs: number }): ReactNode {
  const jobs = jobsHeld(morning.jobs, nowMs);
  const { heldRuns } = morning;
  const fleet = useFleet();
  const machines = machinesHeld(fleet.rows);
  const count = machines.length + jobs.length + heldRuns.count;
  return (
    <Question
      title="Held"
      note={count === 0 ? undefined : 'stopped, failed or waiting, and nobody has given a verdict'}
      none={
        count === 0
          ? `${fleet.view === null ? 'Nothing but machines, which are not known, can be' : 'Nothing is'} held: ${plural(morning.runCount, 'run')} and ${plural(morning.jobCount, 'job')} were read ${formatAgo(morning.readAtMs, nowMs)}.`
          : null
      }
    >
      <ul>
        {machines.slice(0, mostLines).map((row) => (
          <MachineLine key={row.item.id} row={row} nowMs={nowMs} />
        ))}
        {jobs.slice(0, mostLines).map((job) => (
          <JobHeld key={job.id} job={job} nowMs={nowMs} />
        ))}
        {heldRuns.items.slice(0, mostLines).map((run) => (
          <RunLine key={run.id} run={run} nowMs={nowMs} />
        ))}
      </ul>
      <More count={jobs.length - mostLines} href={addressOf.jobs}>
        Jobs
      </More>
      <More count={heldRuns.count - mostLines} href={addressOf.runs}>
        Runs
      </More>
    </Question>
  );
}

function Review({ morning, nowMs }: { readonly morning: Morning; readonly nowMs: number }): ReactNode {
  const { reviewRuns } = morning;
  return (
    <Question
      title="Waits for review"
      note={reviewRuns.count === 0 ? undefined : `${plural(reviewRuns.count, 'finished run')} without a verdict`}
      none={
        reviewRuns.count === 0
          ? `Nothing waits: each of ${plural(morning.finishedCount, 'finished run')} has a verdict, read ${formatAgo(morning.readAtMs, nowMs)}.`
          : null
      }
    >
      <ul>
        {reviewRuns.items.slice(0, mostLines).map((run) => (
          <RunLine key={run.id} run={run} nowMs={nowMs} />
        ))}
      </ul>
      <More count={reviewRuns.count - mostLines} href={addressOf.runs}>
        Runs
      </More>
    </Question>
  );
}

function Changed({
  morning,
  nowMs,
  sinceMs,
  markSeen,
}: {
  readonly morning: Morning;
  readonly nowMs: number;
  readonly sinceMs: number | null;
  readonly markSeen: () => void;
}): ReactNode {
  const changes = useMemo(
    () => changesSince(sinceMs, morning.jobs, morning.decisions),
    [sinceMs, morning.jobs, morning.decisions],
  );
  const names = useMemo(() => {
    const known = new Map<string, string>();
    for (const change of changesSince(null, morning.jobs, []))
      if (change.kind === 'run') known.set(change.runId, change.name);
    for (const run of morning.knownRuns) known.set(run.id, run.name);
    return known;
  }, [morning.jobs, morning.knownRuns]);
  return (
    <Question
      title="Changed since you last looked"
      note={
        sinceMs === null ? (
          <span title="This page was not opened on this device before">first look</span>
        ) : (
          <span title={`${formatExact(new Date(sinceMs).toISOString())} UTC, kept on this device`}>
            {formatAgo(sinceMs, nowMs)}
          </span>
        )
      }
      none={
        changes.length === 0 ? `No run, job or decision is newer, read ${formatAgo(morning.readAtMs, nowMs)}.` : null
      }
      actions={
        <Button
          size="small"
          kind="ghost"
          disabled={changes.length === 0}
          title="Compare with this moment from now on (M)"
          onClick={markSeen}
        >
          Mark as seen
        </Button>
      }
    >
      <ul>
        {changes.slice(0, mostLines).map((change) => (
          <ChangeLine
            key={change.kind === 'run' ? change.runId : change.kind === 'job' ? change.job.id : change.decision.eventId}
            change={change}
            nowMs={nowMs}
            nameOfRun={(runId) => names.get(runId) ?? null}
          />
        ))}
      </ul>
      <More count={changes.length - mostLines} href={addressOf.jobs}>
        Jobs
      </More>
    </Question>
  );
}

function Answers({ morning, workspaceId }: { readonly morning: Morning; readonly workspaceId: string }): ReactNode {
  // Ages of lines go by minutes: a page of lines that all tick is not quiet.
  const nowMs = useNow(60_000);
  const { sinceMs, markSeen } = useLastLook(workspaceId);
  useCommands('Morning', [
    {
      id: 'next',
      title: 'Go through the lines',
      keyCaps: ['↑', '↓'],
      bindings: ['ArrowDown'],
      footer: 'lines',
      inPalette: false,
      run: () => moveThroughLines(1),
    },
    {
      id: 'previous',
      title: 'Previous line',
      bindings: ['ArrowUp'],
      inPalette: false,
      run: () => moveThroughLines(-1),
    },
    { id: 'open', title: 'Open the line', keyCaps: ['⏎'], footer: 'open', inPalette: false, run: () => undefined },
    {
      id: 'seen',
      title: 'Mark everything as seen',
      keyCaps: ['M'],
      bindings: ['m'],
      footer: 'mark as seen',
      run: markSeen,
    },
  ]);
  return (
    <>
      <MoneyAndSafety lastImport={morning.lastImport} />
      <div className="answers">
        <div className="left scroll">
          <Held morning={morning} nowMs={nowMs} />
          <Review morning={morning} nowMs={nowMs} />
        </div>
        <div className="right scroll">
          <Changed morning={morning} nowMs={nowMs} sinceMs={sinceMs} markSeen={markSeen} />
        </div>
      </div>
    </>
  );
}

/** How long the page waits for a provider that does not answer, before it shows what it has. */
const longestWaitMs = 3_000;

/**
 * True once it is known which machines are held, or will not be soon: a line of theirs that comes later pushes
 * everything below it down.
 */
function useMachinesRead(): boolean {
  const { view, error, isWhole } = useFleet();
  const [hasWaited, setHasWaited] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setHasWaited(true), longestWaitMs);
    return () => clearTimeout(timer);
  }, []);
  return hasWaited || error !== null || (view !== null && isWhole);
}

/** The first screen of the day: what burns, whether the work is safe, what is held, waits and changed. */
export function MorningScreen(): ReactNode {
  useScreenTitle('Morning');
  const nowMs = useNow();
  const room = useRoomQuery('room.info', {});
  const { morning, error, retry } = useMorning();
  const hasMachines = useMachinesRead();
  const isEmpty = morning !== null && morning.runCount === 0 && morning.jobCount === 0;
  return (
    <div className="screen morning">
      <div className="bar">
        <h1>Morning</h1>
        <span className="t3 tn">
          {morning === null ? '' : `${plural(morning.runCount, 'run')}, read ${formatAgo(morning.readAtMs, nowMs)}`}
        </span>
        {morning === null ? null : <StaleNote error={error} readAtMs={morning.readAtMs} nowMs={nowMs} />}
        <span className="sp" />
        <Button onClick={() => openImport()}>
          <FolderInput className="icon" aria-hidden="true" />
          Import a folder…
        </Button>
      </div>
      {morning === null || room.data === undefined || !hasMachines ? (
        error === null && room.error === null ? (
          <Reading what="Reading the workspace" />
        ) : (
          <ErrorState
            title="The workspace could not be read"
            error={(error ?? room.error)!}
            actions={<Button onClick={retry}>Read again</Button>}
          />
        )
      ) : isEmpty ? (
        <EmptyState
          lead="Nothing to look after yet: this workspace holds no run."
          actions={
            <Button kind="primary" onClick={() => openImport()}>
              <FolderInput className="icon" aria-hidden="true" />
              Import a folder…
            </Button>
          }
        />
      ) : (
        <Answers key={room.data.workspace.id} morning={morning} workspaceId={room.data.workspace.id} />
      )}
    </div>
  );
}
