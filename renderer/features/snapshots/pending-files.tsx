import type { ReactNode } from 'react';
import type { LargeFiles } from '#shared/contract/snapshots.ts';
import { useConnection, useRoomQuery } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { formatAgo, formatBytes, formatMoney, plural } from '../../ui/format.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { ProgressLine } from '../../ui/progress-line.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { pullAgain } from './last-target.ts';
import { useStart } from './use-start.ts';

const endWords: Record<NonNullable<LargeFiles['lastCopy']>['outcome'], string> = {
  done: 'ended',
  cut: 'was paused at the end of its slot',
  failed: 'failed',
  cancelled: 'was cancelled',
};

/** Large files that the current snapshot lacks: what has come of them, how fast, how long still, at what price. */
export function PendingFiles({
  instanceId,
  lastJobId,
  nowMs,
}: {
  readonly instanceId: string;
  /** The last pull: it tells where a machine outside of the fleet is. */
  readonly lastJobId: string | null;
  readonly nowMs: number;
}): ReactNode {
  const isCut = useConnection().kind !== 'open';
  const { start, isSending } = useStart();
  const large = useRoomQuery('snapshots.large', { instanceId }, { refetchIntervalMs: 2_000 });
  const lastJob = useRoomQuery('jobs.get', { id: lastJobId ?? '' }, { enabled: lastJobId !== null });
  if (large.data === undefined)
    return large.error === null ? null : <ErrorState inline title="Large files not read" error={large.error} />;
  const { files, pendingBytes, arrivedBytes, job, egressUsd, lastCopy } = large.data;
  if (files.length === 0) return null;
  const left = pendingBytes - arrivedBytes;
  return (
    <section aria-label="Large files" className="pendfiles">
      <h2>Large files</h2>
      <p>
        <StateMark
          shape={left === 0 ? 'ok' : job === null ? 'waiting' : 'running'}
          word={left === 0 ? 'Here, they join the next snapshot' : job === null ? 'Pending' : 'On their way'}
        />{' '}
        <span className="t2 tn">
          {plural(files.length, 'file')} of {formatBytes(pendingBytes)} that this snapshot lacks
        </span>
      </p>
      <ProgressLine
        label="Large files"
        progress={{
          done: arrivedBytes,
          total: pendingBytes,
          unit: 'bytes',
          ratePerSecond: job?.bytesPerSecond ?? null,
          etaMs: job?.etaMs ?? null,
          message: '',
        }}
      />
      <p className="why tn">
        {left === 0
          ? ''
          : egressUsd === null
            ? 'The price of the machine’s upload is not known. '
            : `The ${formatBytes(left)} that are left cost ${formatMoney(egressUsd)} of upload. `}
        {lastCopy === null
          ? 'None was copied yet. '
          : `The last copy ${endWords[lastCopy.outcome]} ${formatAgo(Date.parse(lastCopy.finishedAt), nowMs)}${lastCopy.message === null ? '' : `: ${lastCopy.message}`}. `}
        They come on their own interval and when the machine is stopped.
      </p>
      <ul className="mono s11">
        {files.slice(0, 50).map((file) => (
          <li key={file.path} className="wrap-any">
            {file.path}{' '}
            <span className="t2 tn">
              {formatBytes(file.arrivedBytes)} of {formatBytes(file.sizeBytes)}
            </span>
          </li>
        ))}
      </ul>
      {files.length > 50 ? <p className="why">The smallest 50.</p> : null}
      {job === null && left > 0 ? (
        <Button
          size="small"
          disabled={isCut || isSending || (lastJobId !== null && lastJob.data === undefined)}
          onClick={() =>
            start(
              'snapshots.pullLarge',
              pullAgain(instanceId, lastJob.data ?? null),
              `Copying large files of ${instanceId}`,
            )
          }
        >
          Copy them now
        </Button>
      ) : null}
    </section>
  );
}
