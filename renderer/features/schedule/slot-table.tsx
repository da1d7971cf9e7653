import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { ScheduleSlot } from '#shared/model/schedule.ts';
import { addressOf } from '../../shell/links.ts';
import { formatExact, formatMoment } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { mirrorMarkOf, slotMarkOf } from './words.ts';

/** Every entry of the ledger that was read, newest first. */
export function SlotTable({
  slots,
  nowMs,
}: {
  readonly slots: readonly ScheduleSlot[];
  readonly nowMs: number;
}): ReactNode {
  return (
    <table className="tight slots">
      <thead>
        <tr>
          <th scope="col">Slot, UTC</th>
          <th scope="col">Copy</th>
          <th scope="col">Mirror</th>
          <th scope="col">Because</th>
        </tr>
      </thead>
      <tbody>
        {slots.map((slot) => {
          const mirror = mirrorMarkOf(slot);
          return (
            <tr key={slot.slotAt}>
              <td className="tn nw" title={`${formatExact(slot.slotAt)} UTC`}>
                {formatMoment(slot.slotAt, nowMs)}
                {slot.count === 1 ? null : <span className="t3">{` and ${slot.count - 1} more`}</span>}
              </td>
              <td className="nw">
                <Job id={slot.jobId}>
                  <StateMark {...slotMarkOf(slot)} />
                </Job>
              </td>
              <td className="nw">
                {mirror === null ? (
                  <span className="t3">no upload</span>
                ) : (
                  <Job id={slot.mirrorJobId}>
                    <StateMark {...mirror} />
                  </Job>
                )}
              </td>
              <td className="t2">
                {slot.because}
                {slot.mirror === 'failed' && slot.mirrorBecause !== null ? ` ${slot.mirrorBecause}` : ''}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Job({ id, children }: { readonly id: string | null; readonly children: ReactNode }): ReactNode {
  return id === null ? (
    children
  ) : (
    <Link className="link" href={addressOf.job(id)} title="Open its job">
      {children}
    </Link>
  );
}
