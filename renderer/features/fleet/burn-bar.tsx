import type { ReactNode } from 'react';
import { byBurn, wasteOf } from '#shared/rules/fleet-attention.ts';
import { formatMoment, formatMoney } from '../../ui/format.ts';
import { Unknown } from '../../ui/tag.tsx';
import type { Fleet } from './use-fleet.ts';
import { formatPerHour, formatRate, nameOf } from './words.ts';

/** A part under this share has no room for its words. */
const labelShare = 0.13;

/** What the fleet burns now, how much of it is for nothing, and which machine burns what. */
export function BurnSummary({ fleet, nowMs }: { readonly fleet: Fleet; readonly nowMs: number }): ReactNode {
  const { view, rows } = fleet;
  if (view === null) return <div className="burnsum" />;
  const total = view.burnRatePerHourUsd;
  const waste = wasteOf(rows);
  const wasteUsd = waste.idlePerHourUsd + waste.strayPerHourUsd;
  const parts = rows.filter((row) => (row.item.burnRatePerHourUsd ?? 0) > 0).toSorted(byBurn);
  const sum = parts.reduce((all, row) => all + (row.item.burnRatePerHourUsd ?? 0), 0);
  const unknownCount = rows.filter((row) => row.item.burnRatePerHourUsd === null).length;
  return (
    <div className="burnsum" role="group" aria-label="Burn rate">
      <div className="row head">
        <span className="big tn">
          {total === null ? (
            <>
              <small>at least </small>
              {formatMoney(sum)}
            </>
          ) : (
            formatMoney(total)
          )}
          <small>{view.stale ? ` /h at ${formatMoment(view.observedAt, nowMs)}` : ' /h now'}</small>
        </span>
        {unknownCount > 0 ? (
          <Unknown because={`the rate of ${unknownCount} is not known`} />
        ) : (
          <span className="t2 nw">
            {wasteUsd === 0
              ? sum === 0
                ? 'nothing is billed'
                : ''
              : `${formatPerHour(wasteUsd)} of it ${waste.strayPerHourUsd > 0 ? 'should not run' : 'does nothing'}`}
          </span>
        )}
      </div>
      <div className="burnbar" aria-hidden="true">
        {parts.map(({ item, attention }) => (
          <i
            key={item.id}
            className={attention.waste ?? undefined}
            style={{ flexGrow: (item.burnRatePerHourUsd ?? 0) / sum }}
            title={`${nameOf(item)}: ${formatPerHour(item.burnRatePerHourUsd ?? 0)}`}
          />
        ))}
      </div>
      <div className="burnlabels">
        {parts.map(({ item, attention }) => {
          const share = (item.burnRatePerHourUsd ?? 0) / sum;
          return (
            <span key={item.id} style={{ flexGrow: share }}>
              {share < labelShare ? null : (
                <>
                  <span className="w5 tn">{formatRate(item.burnRatePerHourUsd ?? 0)}</span>
                  <span className="t3 trunc">{attention.kind === 'not_ours' ? 'not ours' : nameOf(item)}</span>
                </>
              )}
            </span>
          );
        })}
      </div>
    </div>
  );
}
