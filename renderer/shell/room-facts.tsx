import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { MethodInput } from '#shared/contract/index.ts';
import { useConnection, useRoomQuery } from '../client/hooks.ts';
import { formatAgo } from '../ui/format.ts';
import { StateMark } from '../ui/state-mark.tsx';
import { Tag, Unknown } from '../ui/tag.tsx';
import { useNow } from '../ui/use-now.ts';
import { Footer } from './footer.tsx';
import { addressOf } from './links.ts';

const dayMs = 86_400_000;
const activeJobs: MethodInput<'jobs.list'> = { states: ['running', 'queued'], limit: 100 };
const failedJobs: MethodInput<'jobs.list'> = { states: ['failed', 'interrupted'], limit: 100 };

/** Jobs that run, wait, or failed within a day. */
function JobsFact(): ReactNode {
  const active = useRoomQuery('jobs.list', activeJobs);
  const failed = useRoomQuery('jobs.list', failedJobs);
  const nowMs = useNow(60_000);
  const error = active.error ?? failed.error;
  if (active.data === undefined || failed.data === undefined)
    return error === null ? null : <Unknown because={error.message} quiet />;
  const failedCount = failed.data.items.filter(
    (job) => nowMs - Date.parse(job.finishedAt ?? job.createdAt) < dayMs,
  ).length;
  const runningCount = active.data.items.filter((job) => job.state === 'running').length;
  const queuedCount = active.data.items.length - runningCount;
  return (
    <Link href={addressOf.jobs} className="h jobs" title="Jobs; failed ones of the last 24 hours">
      {failedCount > 0 ? <StateMark shape="fail" word={`${failedCount} failed`} /> : null}
      {runningCount > 0 ? <StateMark shape="running" word={`${runningCount} running`} /> : null}
      {queuedCount > 0 ? <StateMark shape="waiting" word={`${queuedCount} queued`} /> : null}
      {active.data.items.length + failedCount === 0 ? <span>No job running</span> : null}
    </Link>
  );
}

/** Whether the engine answers: what is on screen was read from it. */
function EngineFact(): ReactNode {
  const connection = useConnection();
  const nowMs = useNow();
  if (connection.kind === 'open')
    return (
      <span className="h engine">
        Engine <StateMark shape="ok" word="Live" />
      </span>
    );
  if (connection.kind === 'connecting')
    return (
      <span className="h engine">
        Engine <StateMark shape="waiting" word="Connecting" />
      </span>
    );
  return (
    <span className="h engine">
      Engine <StateMark shape="unknown" word={connection.kind === 'locked' ? 'Restarted' : 'No answer'} />
      <span className="tn">last heard {formatAgo(connection.since, nowMs)}</span>
    </span>
  );
}

/** Which workspace this is, and the way out of the demo. */
function WorkspaceFact(): ReactNode {
  const workspace = useRoomQuery('room.info', {}).data?.workspace;
  if (workspace === undefined) return null;
  return (
    <span className="h workspace">
      <span className="trunc" title={workspace.path}>
        Workspace <span className="t2 ws">{workspace.name}</span>
      </span>
      {workspace.isDemo ? (
        <>
          <Tag tone="sim">demo</Tag>
          <Link href={`${addressOf.settings}#workspace`} className="link">
            Open your own workspace…
          </Link>
        </>
      ) : null}
    </span>
  );
}

/** Everything that the facts tell was read, or can not be: shown one after another they would push what is beside them. */
function useAreRoomFactsRead(): boolean {
  const room = useRoomQuery('room.info', {});
  const active = useRoomQuery('jobs.list', activeJobs);
  const failed = useRoomQuery('jobs.list', failedJobs);
  const connection = useConnection();
  return (
    connection.kind !== 'connecting' && [room, active, failed].every((it) => it.data !== undefined || it.error !== null)
  );
}

/** The footer, with what goes on, whether it can be relied on, and where. */
export function RoomFooter(): ReactNode {
  return (
    <Footer isRead={useAreRoomFactsRead()}>
      <JobsFact />
      <EngineFact />
      <WorkspaceFact />
    </Footer>
  );
}
