import { useState, type ReactNode } from 'react';
import type { DoctorReport, OldJob } from '#shared/contract/tools.ts';
import { Button } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { DisableOldJob } from './disable-old-job.tsx';

/** Schedules that still run the scripts which the room replaces. */
export function OldJobs({
  oldJobs,
  lookAgain,
}: {
  readonly oldJobs: DoctorReport['oldJobs'];
  readonly lookAgain: () => void;
}): ReactNode {
  const [asked, setAsked] = useState<OldJob | null>(null);
  const { items, unread } = oldJobs;
  return (
    <section className="doctor-part" aria-labelledby="old-jobs">
      <h2 id="old-jobs">Old sync jobs</h2>
      {items.length === 0 && unread.length === 0 ? (
        <span className="row">
          <StateMark shape="ok" word="None" />
          <span className="why">No cron line and no launchd agent of this account runs an old sync script.</span>
        </span>
      ) : null}
      {items.map((item) => (
        <div key={`${item.where} ${item.id}`} className="oldjob">
          <StateMark shape="warn" word="Still runs" />
          <div className="col">
            <span className="w5 wrap-any">
              {item.script} <span className="t3">in {item.where}</span>
            </span>
            <span className="mono s11 t2 wrap-any">{item.line}</span>
            <span className="why">
              It copies and deletes beside the room: what the machine lost, it takes from the folder that it keeps.
            </span>
            <Copyable text={item.fix} label={`fix of ${item.script}`} />
            {item.canDisable ? (
              <span>
                <Button onClick={() => setAsked(item)}>Disable…</Button>
              </span>
            ) : null}
          </div>
        </div>
      ))}
      {asked === null ? null : <DisableOldJob job={asked} onClose={() => setAsked(null)} onDone={lookAgain} />}
      {unread.map((line) => (
        <span key={line} className="row">
          <StateMark shape="unknown" word="Not readable" />
          <span className="why wrap-any">{line}</span>
        </span>
      ))}
    </section>
  );
}
