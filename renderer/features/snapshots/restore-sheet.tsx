import { useEffect, useState, type ReactNode } from 'react';
import type { MethodInput, MethodOutput } from '#shared/contract/index.ts';
import type { SnapshotItem } from '#shared/contract/snapshots.ts';
import { isJobOver } from '#shared/model/job.ts';
import { useJob, useRoomQuery } from '../../client/hooks.ts';
import { formatBytes, plural } from '../../ui/format.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/notices.tsx';
import { JobLine } from '../jobs/job-line.tsx';
import { targetOf } from './last-target.ts';
import { closeSnapshotSheet } from './snapshots-store.ts';
import { TypedSheet } from './typed-sheet.tsx';
import { useStart } from './use-start.ts';

type Plan = MethodOutput<'snapshots.restore'>;

function Changes({
  title,
  paths,
  count,
}: {
  readonly title: string;
  readonly paths: readonly string[];
  readonly count: number;
}): ReactNode {
  return (
    <details className="snappaths" open={count > 0 && count < 6}>
      <summary>
        {title} <span className="t3 tn">{count}</span>
      </summary>
      <ul className="mono s11">
        {paths.slice(0, 200).map((path) => (
          <li key={path}>{path}</li>
        ))}
      </ul>
      {count > 200 ? <p className="why">The first 200 of {count}.</p> : null}
    </details>
  );
}

/** A restore: what it would do on the machine is asked first, and shown; only then may it be confirmed. */
export function RestoreSheet({
  item,
  lastJobId,
}: {
  readonly item: SnapshotItem;
  readonly lastJobId: string | null;
}): ReactNode {
  const { start, isSending } = useStart();
  const [isDeleting, setIsDeleting] = useState(false);
  const [dryRunId, setDryRunId] = useState<string | null>(null);
  const lastJob = useRoomQuery('jobs.get', { id: lastJobId ?? '' }, { enabled: lastJobId !== null });
  const dryRun = useJob(dryRunId);
  const target = lastJob.data === undefined ? null : targetOf(lastJob.data);
  const input: MethodInput<'snapshots.restore'> = {
    id: item.id,
    instanceId: item.instanceId,
    delete: isDeleting,
    ...(target === null ? {} : { target }),
  };
  // Another question voids the answer.
  useEffect(() => setDryRunId(null), [isDeleting]);
  const plan = dryRunId !== null && dryRun.data?.state === 'succeeded' ? (dryRun.data.result as unknown as Plan) : null;
  const isAsking = dryRunId !== null && (dryRun.data === undefined || !isJobOver(dryRun.data.state));
  return (
    <TypedSheet
      title={`Restore ${item.tag} to ${item.instanceId}`}
      verb={isDeleting ? 'Restore and delete' : 'Restore'}
      words={item.instanceId}
      isReady={plan !== null}
      isSending={isSending}
      onConfirm={(confirm) => {
        start('snapshots.restore', { ...input, dryRun: false, confirm }, `Restoring ${item.tag}`);
        closeSnapshotSheet();
      }}
    >
      <label className="row">
        <input type="checkbox" checked={isDeleting} onChange={(event) => setIsDeleting(event.target.checked)} />
        Delete what the machine has and the snapshot has not
      </label>
      <div>
        <Button
          disabled={isSending || isAsking || (lastJobId !== null && lastJob.data === undefined)}
          onClick={() => start('snapshots.restore', { ...input, dryRun: true }, 'Dry run', setDryRunId)}
        >
          {plan === null ? 'Dry run' : 'Dry run again'}
        </Button>
      </div>
      {lastJobId !== null && lastJob.data === undefined && lastJob.error !== null ? (
        <ErrorState
          inline
          title="Where the machine was reached last is unknown"
          error={lastJob.error}
          actions={
            <Button size="small" onClick={() => void lastJob.refetch()}>
              Read again
            </Button>
          }
        />
      ) : null}
      {dryRun.data === undefined || dryRunId === null || plan !== null ? null : <JobLine job={dryRun.data} />}
      {plan === null ? (
        <p className="why">The dry run changes nothing. It says what a restore would write and delete.</p>
      ) : (
        <div data-testid="restore-plan">
          <p className="t2">
            {formatBytes(plan.totalBytes)} would be sent. {plural(plan.extraCount, 'file')} only on the machine
            {isDeleting ? '.' : ' would stay.'}
          </p>
          <Changes title="Would be created" paths={plan.created} count={plan.createdCount} />
          <Changes title="Would be overwritten" paths={plan.overwritten} count={plan.overwrittenCount} />
          <Changes title="Would be deleted" paths={plan.deleted} count={plan.deletedCount} />
        </div>
      )}
    </TypedSheet>
  );
}
