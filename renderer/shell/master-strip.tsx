import { FolderOpen, Search } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useConnection, useRoomQuery } from '../client/hooks.ts';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { formatAgo, formatCount } from '../ui/format.ts';
import { StateMark } from '../ui/state-mark.tsx';
import { Tag, Unknown } from '../ui/tag.tsx';
import { useNow } from '../ui/use-now.ts';
import { modKey } from './key-caps.ts';
import { addressOf } from './links.ts';
import { setPaletteOpen } from './shell-store.ts';

const dayMs = 86_400_000;

function Cell({
  label,
  place,
  children,
}: {
  readonly label: string;
  /** Which of the fixed widths of shell.css it has. */
  readonly place: 'workspace' | 'runs' | 'import' | 'jobs' | 'engine';
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className={`cell at-${place}`}>
      <dt className="k">{label}</dt>
      <dd className="v">{children}</dd>
    </div>
  );
}

function WorkspaceCell(): ReactNode {
  const room = useRoomQuery('room.info', {});
  const [, navigate] = useLocation();
  const workspace = room.data?.workspace;
  return (
    <Cell label="Workspace" place="workspace">
      {workspace === undefined ? (
        room.error === null ? (
          <small>Reading…</small>
        ) : (
          <Unknown because={room.error.message} quiet />
        )
      ) : (
        <>
          <span className="trunc ws" title={workspace.path}>
            {workspace.name}
          </span>
          {workspace.isDemo ? (
            <>
              <Tag tone="sim">demo</Tag>
              <Button size="small" onClick={() => navigate(`${addressOf.settings}#workspace`)}>
                <FolderOpen className="icon" aria-hidden="true" />
                Open your own workspace…
              </Button>
            </>
          ) : null}
        </>
      )}
    </Cell>
  );
}

function RunsCell(): ReactNode {
  const room = useRoomQuery('room.info', {});
  const counts = room.data?.counts;
  return (
    <Cell label="Runs" place="runs">
      {counts === undefined ? (
        room.error === null ? (
          <small>Reading…</small>
        ) : (
          <Unknown because={room.error.message} quiet />
        )
      ) : (
        <>
          <span className="tn">{formatCount(counts.runs)}</span>
          <small className="tn">{formatCount(counts.clips)} clips</small>
        </>
      )}
    </Cell>
  );
}

function LastImportCell(): ReactNode {
  const jobs = useRoomQuery('jobs.list', { kinds: ['runs.import'], states: ['succeeded'], limit: 1 });
  const nowMs = useNow();
  const finishedAt = jobs.data?.items[0]?.finishedAt ?? null;
  return (
    <Cell label="Last import" place="import">
      {jobs.data === undefined ? (
        jobs.error === null ? (
          <small>Reading…</small>
        ) : (
          <Unknown because={jobs.error.message} quiet />
        )
      ) : finishedAt === null ? (
        <small>None yet</small>
      ) : (
        <span className="tn">{formatAgo(Date.parse(finishedAt), nowMs)}</span>
      )}
    </Cell>
  );
}

function JobsCell(): ReactNode {
  const active = useRoomQuery('jobs.list', { states: ['running', 'queued'], limit: 100 });
  const failed = useRoomQuery('jobs.list', { states: ['failed', 'interrupted'], limit: 100 });
  const nowMs = useNow(60_000);
  const recentFailures = failed.data?.items.filter(
    (job) => nowMs - Date.parse(job.finishedAt ?? job.createdAt) < dayMs,
  ).length;
  const runningCount = active.data?.items.filter((job) => job.state === 'running').length ?? 0;
  const queuedCount = (active.data?.items.length ?? 0) - runningCount;
  const error = active.error ?? failed.error;
  return (
    <Cell label="Jobs" place="jobs">
      {active.data === undefined || recentFailures === undefined ? (
        error === null ? (
          <small>Reading…</small>
        ) : (
          <Unknown because={error.message} quiet />
        )
      ) : (
        <Link href={addressOf.jobs} className="row">
          {recentFailures > 0 ? (
            <span title="Failed or interrupted in the last 24 hours">
              <StateMark shape="fail" word={`${recentFailures} failed`} />
            </span>
          ) : null}
          {runningCount > 0 ? (
            <StateMark shape="running" word={`${runningCount} running`} />
          ) : queuedCount > 0 || recentFailures > 0 ? null : (
            <span>None running</span>
          )}
          {queuedCount > 0 ? <StateMark shape="waiting" word={`${queuedCount} queued`} /> : null}
        </Link>
      )}
    </Cell>
  );
}

function EngineCell(): ReactNode {
  const connection = useConnection();
  const nowMs = useNow();
  return (
    <Cell label="Engine" place="engine">
      {connection.kind === 'open' ? (
        <StateMark shape="ok" word="Live" />
      ) : connection.kind === 'connecting' ? (
        <StateMark shape="waiting" word="Connecting" />
      ) : (
        <>
          <StateMark shape="unknown" word={connection.kind === 'locked' ? 'Restarted' : 'No answer'} />
          <small className="tn">last heard {formatAgo(connection.since, nowMs)}</small>
        </>
      )}
    </Cell>
  );
}

/** The strip on top of every screen: only facts that the room has read, each in its fixed place. */
export function MasterStrip(): ReactNode {
  const connection = useConnection();
  const room = useRoomQuery('room.info', {});
  const isCut = connection.kind === 'lost' || connection.kind === 'locked';
  return (
    <header className={classes('strip', room.data?.workspace.isDemo === true && 'demo', isCut && 'lost')}>
      <div className="brand">
        <img src="/icon.svg" width={18} height={18} alt="" />
        <span className="w6">Control Room</span>
      </div>
      <dl className="cells">
        <WorkspaceCell />
        <RunsCell />
        <LastImportCell />
        <JobsCell />
        <EngineCell />
      </dl>
      <button type="button" className="find" onClick={() => setPaletteOpen(true)} aria-keyshortcuts="Meta+K Control+K">
        <Search className="icon" aria-hidden="true" />
        <span className="word">Search or run a command</span>
        <kbd>{modKey}K</kbd>
      </button>
    </header>
  );
}
