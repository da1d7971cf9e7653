import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { addressOf } from '../../shell/links.ts';
import { plural } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import type { Incident } from './incidents.ts';
import { openFleetSheet } from './sheet-store.ts';
import { useIncidents } from './use-incidents.ts';

/** More than these would push the screen away; the list of machines has them all. */
const mostBands = 3;

function Band({ incident }: { readonly incident: Incident }): ReactNode {
  const { title, meaning, action, jobId, machineId } = incident;
  return (
    <div className="inc" data-testid="incident">
      <StateMark shape="fail" word={title} />
      <span className="meaning" title={meaning}>
        {meaning}
      </span>
      <span className="row acts">
        {action === null ? null : (
          <button type="button" className="btn" onClick={() => openFleetSheet(action.sheet, action.id)}>
            {action.label}
          </button>
        )}
        {jobId !== null ? (
          <Link href={addressOf.job(jobId)} className="btn ghost">
            Open job
          </Link>
        ) : machineId === null ? null : (
          <Link href={addressOf.machine(machineId)} className="btn ghost">
            Open machine
          </Link>
        )}
      </span>
    </div>
  );
}

/** One solid line for each open incident. It can not be dismissed: evidence ends it. */
export function FleetBands(): ReactNode {
  const incidents = useIncidents();
  if (incidents.length === 0) return null;
  const rest = incidents.length - mostBands;
  return (
    <div className="alarmband" role="alert" aria-label={plural(incidents.length, 'open incident')}>
      {incidents.slice(0, rest > 0 ? mostBands - 1 : mostBands).map((incident) => (
        <Band key={incident.key} incident={incident} />
      ))}
      {rest > 0 ? (
        <div className="inc">
          <StateMark shape="fail" word={`${rest + 1} more incidents`} />
          <span className="meaning">They stand first in the list of machines.</span>
          <span className="row acts">
            <Link href={addressOf.fleet} className="btn ghost">
              Open Fleet
            </Link>
          </span>
        </div>
      ) : null}
    </div>
  );
}
