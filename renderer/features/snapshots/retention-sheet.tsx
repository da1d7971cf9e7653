import { useEffect, useState, type ReactNode } from 'react';
import type { MethodOutput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import { Link } from 'wouter';
import { useRoom } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { formatBytes, plural } from '../../ui/format.ts';
import { ErrorState, Reading } from '../../ui/notices.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { closeSnapshotSheet } from './snapshots-store.ts';
import { TypedSheet } from './typed-sheet.tsx';

/** Which snapshots may go and why, before any goes. */
export function RetentionSheet({ instanceId }: { readonly instanceId: string }): ReactNode {
  const { call } = useRoom();
  const [plan, setPlan] = useState<MethodOutput<'snapshots.retention'> | null>(null);
  const [error, setError] = useState<RoomError | null>(null);
  const [isSending, setIsSending] = useState(false);
  useEffect(() => {
    let isOpen = true;
    call('snapshots.retention', { instanceId })
      .then((answer) => {
        if (isOpen) setPlan(answer);
      })
      .catch((thrown: unknown) => {
        if (isOpen) setError(thrown instanceof RoomError ? thrown : new RoomError('internal', String(thrown)));
      });
    return () => {
      isOpen = false;
    };
  }, [call, instanceId]);
  const going = plan?.items.filter((item) => item.decision === 'remove') ?? [];
  const apply = (confirm: string): void => {
    setIsSending(true);
    call('snapshots.retention', { instanceId, apply: true, planId: plan?.planId, confirm })
      .then((done) => {
        closeSnapshotSheet();
        showToast({
          shape: 'ok',
          title: `Retention applied, ${formatBytes(done.freesBytes)} freed`,
        });
      })
      .catch((thrown: unknown) => showError('Retention not applied', thrown))
      .finally(() => setIsSending(false));
  };
  return (
    <TypedSheet
      title={`Retention of ${instanceId}`}
      verb={going.length === 0 ? 'Apply' : `Remove ${plural(going.length, 'snapshot')}`}
      words={instanceId}
      isReady={going.length > 0}
      isSending={isSending}
      onConfirm={apply}
    >
      {error === null ? null : <ErrorState inline title="No preview" error={error} />}
      {plan === null ? (
        error === null ? (
          <Reading what="Looking what may go" />
        ) : null
      ) : (
        <>
          <p className="t2">
            {going.length === 0
              ? `Nothing may go: all ${plan.items.length} are kept.`
              : `${going.length} of ${plural(plan.items.length, 'snapshot')} may go, which frees ${formatBytes(plan.freesBytes)}. B2 is not touched.`}
          </p>
          {plan.waitingCount === 0 ? null : (
            <p className="t2">
              {`${plural(plan.waitingCount, 'old snapshot')} with ${formatBytes(plan.waitingBytes)} of their own stay because no mirror holds them. `}
              {plan.isMirrorSetUp ? 'They go after the mirror was checked.' : 'No bucket is set up.'}
            </p>
          )}
          <p className="t2">
            {plan.isOn ? 'Old ones go by themselves after each pull. ' : 'Old ones stay until they are removed here. '}
            {`Kept are all of ${plural(plan.times.allHours, 'hour')}, then one an hour for ${plural(plan.times.hourlyDays, 'day')}, then one a day for ${plural(plan.times.dailyDays, 'day')}. `}
            <Link className="link" href={`${addressOf.settings}#backups`}>
              Change
            </Link>
          </p>
          <table className="tight">
            <thead>
              <tr>
                <th scope="col">Snapshot, UTC</th>
                <th scope="col">Decision</th>
                <th scope="col">Because</th>
              </tr>
            </thead>
            <tbody>
              {plan.items.map((item) => (
                <tr key={item.id}>
                  <td className="mono">{item.tag}</td>
                  <td>{item.decision}</td>
                  <td className="t2">{item.because}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </TypedSheet>
  );
}
