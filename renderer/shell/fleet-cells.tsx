import type { ReactNode } from 'react';
import {
  billsGpu,
  formatHours,
  formatPerHour,
  snapshotsReading,
  useFleet,
  useIncidents,
  useSnapshots,
  type Fleet,
} from '../features/fleet/index.ts';
import { useConnection } from '../client/hooks.ts';
import { classes } from '../ui/classes.ts';
import { formatAge, formatMoment, formatMoney } from '../ui/format.ts';
import { StateMark } from '../ui/state-mark.tsx';
import { Unknown } from '../ui/tag.tsx';
import { useNow } from '../ui/use-now.ts';

type Place = 'burn' | 'spent' | 'credit' | 'snapshots' | 'guards' | 'api';

function Cell({
  label,
  place,
  isAlarm = false,
  isSimulated = false,
  children,
}: {
  readonly label: string;
  /** Which of the fixed widths of shell.css it has. */
  readonly place: Place;
  readonly isAlarm?: boolean;
  /** The value is of the provider of the demo: no machine exists and nothing is billed. */
  readonly isSimulated?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className={classes(`cell at-${place}`, isAlarm && 'bad')}>
      <dt className="k">
        {label}
        {isSimulated ? <span className="simulated">simulated</span> : null}
      </dt>
      <dd className="v">{children}</dd>
    </div>
  );
}

/** What stands in a cell while there is no list: still reading, or why there is none. */
function NoFleet({ fleet }: { readonly fleet: Fleet }): ReactNode {
  if (fleet.error === null) return <small>Reading…</small>;
  // Not a reading that failed: nobody was asked.
  if (fleet.error.code === 'key_missing') return <small title={fleet.error.message}>not read</small>;
  return <Unknown because={fleet.error.message} quiet />;
}

function BurnCell({ fleet, nowMs }: { readonly fleet: Fleet; readonly nowMs: number }): ReactNode {
  const { view, rows } = fleet;
  const isOver = rows.some(({ attention }) => attention.kind === 'over_budget');
  const gpu = rows.filter(({ item }) => billsGpu(item)).length;
  const disk = rows.filter(({ item }) => !billsGpu(item) && (item.burnRatePerHourUsd ?? 0) > 0).length;
  return (
    <Cell label="Burn rate" place="burn" isSimulated={fleet.view?.source === 'simulated'} isAlarm={isOver}>
      {view === null ? (
        <NoFleet fleet={fleet} />
      ) : view.burnRatePerHourUsd === null ? (
        <Unknown because="the rate of a machine is not known" quiet />
      ) : view.stale ? (
        <span className="cached tn">
          {formatPerHour(view.burnRatePerHourUsd)} <small>at {formatMoment(view.observedAt, nowMs)}</small>
        </span>
      ) : (
        <>
          <span className="tn">{formatMoney(view.burnRatePerHourUsd)}</span>
          <small className="tn">{`/h · ${gpu} GPU, ${disk} disk`}</small>
        </>
      )}
    </Cell>
  );
}

function SpentCell({ fleet }: { readonly fleet: Fleet }): ReactNode {
  const { series, budget } = fleet;
  const today = series?.today;
  return (
    <Cell
      label="Spent today"
      place="spent"
      isSimulated={fleet.view?.source === 'simulated'}
      isAlarm={budget?.state === 'over'}
    >
      {today === undefined ? (
        <NoFleet fleet={fleet} />
      ) : (
        <>
          <span className="tn">
            {today.isLowerBound ? <small>at least </small> : today.isEstimated ? <small>about </small> : null}
            {formatMoney(today.spentUsd)}
          </span>
          <small className="tn">
            {budget === null ? '' : budget.capUsd === null ? 'cap OFF' : `of ${formatMoney(budget.capUsd)}`}
          </small>
        </>
      )}
    </Cell>
  );
}

function CreditCell({ fleet, nowMs }: { readonly fleet: Fleet; readonly nowMs: number }): ReactNode {
  const { view } = fleet;
  return (
    <Cell
      label="Credit left"
      place="credit"
      isSimulated={fleet.view?.source === 'simulated'}
      isAlarm={view?.creditUsd != null && view.creditUsd <= 0}
    >
      {view === null ? (
        <NoFleet fleet={fleet} />
      ) : view.creditUsd === null ? (
        <Unknown because="this key may not read the account" quiet />
      ) : (
        <>
          <span className={classes('tn', view.stale && 'cached')}>{formatMoney(view.creditUsd)}</span>
          <small className="tn">
            {view.stale && view.creditAt !== null
              ? `read ${formatMoment(view.creditAt, nowMs)}`
              : view.creditHoursLeft === null
                ? ''
                : formatHours(view.creditHoursLeft)}
          </small>
        </>
      )}
    </Cell>
  );
}

/** Copies of the machines that are rented now, the worst first; of every machine that has copies while none is. */
function SnapshotsCell({ fleet, nowMs }: { readonly fleet: Fleet; readonly nowMs: number }): ReactNode {
  const copies = useSnapshots();
  const rented = fleet.rows.map(({ item }) => item.id);
  const ids = rented.length > 0 ? rented : [...(copies.machines?.keys() ?? [])];
  const { shape, word, because } = snapshotsReading(copies, ids, nowMs);
  return (
    <Cell label="Snapshots" place="snapshots" isAlarm={shape === 'fail'}>
      <span title={because}>
        <StateMark shape={shape} word={word} />
      </span>
    </Cell>
  );
}

function GuardsCell({ fleet }: { readonly fleet: Fleet }): ReactNode {
  const billed = fleet.rows.filter(({ item }) => billsGpu(item));
  const armed = billed.filter(({ item }) => item.guard.state === 'armed').length;
  const isUnproved = fleet.rows.some(({ attention }) => attention.kind === 'stop_not_confirmed');
  return (
    <Cell label="Guards" place="guards" isAlarm={isUnproved}>
      {fleet.view === null ? (
        <NoFleet fleet={fleet} />
      ) : isUnproved ? (
        <StateMark shape="fail" word="Stop not confirmed" />
      ) : billed.length === 0 ? (
        <StateMark shape="off" word="None needed" />
      ) : (
        <StateMark shape={armed === billed.length ? 'ok' : 'warn'} word={`${armed} of ${billed.length} armed`} />
      )}
    </Cell>
  );
}

function ApiCell({ fleet, nowMs }: { readonly fleet: Fleet; readonly nowMs: number }): ReactNode {
  const { view, error } = fleet;
  const code = view?.staleCode ?? error?.code ?? null;
  const observedMs = view === null ? null : Date.parse(view.observedAt);
  const isBlind = useIncidents().some(({ key }) => key === 'blind');
  const connection = useConnection();
  // Without the engine nobody asks the provider: what was live is as of then.
  const isStale = view?.stale === true || connection.kind === 'lost' || connection.kind === 'locked';
  return (
    <Cell label="Vast API" place="api" isAlarm={isBlind} isSimulated={view?.source === 'simulated'}>
      {code === 'key_missing' ? (
        <>
          <StateMark shape="off" word="No key" />
          {observedMs === null ? null : (
            <small className="tn">read {formatMoment(view?.observedAt ?? '', nowMs)}</small>
          )}
        </>
      ) : view !== null && observedMs !== null ? (
        <>
          <StateMark shape={isStale ? 'unknown' : 'ok'} word={isStale ? 'Stale' : 'Live'} />
          <small className="tn" title={view.staleBecause ?? undefined}>
            {isStale ? `since ${formatMoment(view.observedAt, nowMs)}` : formatAge(observedMs, nowMs)}
          </small>
        </>
      ) : error === null ? (
        <small>Reading…</small>
      ) : (
        <span title={error.message}>
          <StateMark shape="unknown" word="Unknown" /> <small>{code?.replaceAll('_', ' ')}</small>
        </span>
      )}
    </Cell>
  );
}

/** Money and loss, on every screen: what burns, what is left, what is safe, and whether that is known. */
export function FleetCells(): ReactNode {
  const fleet = useFleet();
  const nowMs = useNow();
  return (
    <dl className="cells">
      <BurnCell fleet={fleet} nowMs={nowMs} />
      <SpentCell fleet={fleet} />
      <CreditCell fleet={fleet} nowMs={nowMs} />
      <SnapshotsCell fleet={fleet} nowMs={nowMs} />
      <GuardsCell fleet={fleet} />
      <ApiCell fleet={fleet} nowMs={nowMs} />
    </dl>
  );
}
