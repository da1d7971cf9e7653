import type { ReactNode } from 'react';
import { hoursToDeletion, hoursUntil } from '#shared/rules/budget.ts';
import { formatMoment, formatMoney } from '../../ui/format.ts';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';
import { Unknown } from '../../ui/tag.tsx';
import type { BudgetStatus } from '#shared/model/fleet.ts';
import { CapForm } from './cap-form.tsx';
import { CapMeter } from './cap-meter.tsx';
import type { FleetRow } from './use-fleet.ts';
import { formatHours, formatPerHour } from './words.ts';

const marks: Record<BudgetStatus['state'], { readonly shape: StateShape; readonly word: string }> = {
  off: { shape: 'off', word: 'OFF' },
  ok: { shape: 'ok', word: 'Under half of the cap' },
  warn_50: { shape: 'waiting', word: 'Over 50 %' },
  warn_80: { shape: 'warn', word: 'Over 80 %' },
  warn_95: { shape: 'warn', word: 'Over 95 %' },
  over: { shape: 'fail', word: 'Over budget' },
  unknown: { shape: 'unknown', word: 'Unknown' },
};

function Rate({ usd, because }: { readonly usd: number | null; readonly because: string }): ReactNode {
  return usd === null ? <Unknown because={because} /> : <span className="tn">{formatPerHour(usd)}</span>;
}

function PerGb({ usd }: { readonly usd: number | null }): ReactNode {
  return usd === null ? <Unknown because="not told" /> : <span className="tn">{`$${usd.toFixed(4)}/GB`}</span>;
}

/** What it has cost, what its parts cost, how long its cap, the credit and its data last. */
export function BudgetPanel({
  row,
  creditUsd,
  fleetRateUsd,
  nowMs,
}: {
  readonly row: FleetRow;
  readonly creditUsd: number | null;
  readonly fleetRateUsd: number | null;
  readonly nowMs: number;
}): ReactNode {
  const { item, budget } = row;
  const isGone = item.goneAt !== null;
  const creditHours = hoursUntil(creditUsd, fleetRateUsd);
  const deletion = hoursToDeletion({
    now: new Date(nowMs).toISOString(),
    endsAt: item.endsAt,
    creditUsd,
    creditGoneAt: null,
    fleetRatePerHourUsd: fleetRateUsd,
  });
  return (
    <section className="panel" aria-label="Budget">
      <h2>
        Budget
        <span className="src tn">
          {item.spentSince === null ? '' : `since ${formatMoment(item.spentSince, nowMs)}`}
        </span>
      </h2>
      <div className="row spentline">
        {item.spentUsd === null ? (
          <Unknown because="nothing was charged or observed yet" />
        ) : (
          <span className="figure tn">
            {item.isSpentEstimated ? <small>about </small> : null}
            {formatMoney(item.spentUsd)}
          </span>
        )}
        {budget === null ? null : (
          <>
            <span className="t3 tn">{budget.capUsd === null ? 'no limit' : `of ${formatMoney(budget.capUsd)}`}</span>
            <span className="sp" />
            <StateMark {...marks[budget.state]} />
          </>
        )}
      </div>
      <CapMeter budget={budget} />
      {isGone ? null : <CapForm instanceId={item.id} budget={budget} />}
      <div className="twocols">
        <dl className="kv">
          <dt>Now</dt>
          <dd title={item.burnBecause}>
            <Rate usd={item.burnRatePerHourUsd} because={item.burnBecause} />
          </dd>
          <dt>GPU</dt>
          <dd>
            <Rate usd={item.gpuRatePerHourUsd} because="not told" />
          </dd>
          <dt>Disk</dt>
          <dd>
            <Rate usd={item.storageRatePerHourUsd} because="not told" />
          </dd>
          <dt>Upload</dt>
          <dd>
            <PerGb usd={item.uploadUsdPerGb} />
          </dd>
          <dt>Download</dt>
          <dd>
            <PerGb usd={item.downloadUsdPerGb} />
          </dd>
        </dl>
        {isGone ? null : (
          <dl className="kv">
            <dt>To the cap</dt>
            <dd className="tn">
              {budget === null ? (
                'Reading…'
              ) : budget.capUsd === null ? (
                <span className="t3">cap OFF</span>
              ) : budget.hoursToCap === null ? (
                <Unknown because="no rate to count with" />
              ) : budget.hoursToCap === 0 ? (
                'reached'
              ) : (
                `${formatHours(budget.hoursToCap)} at this rate`
              )}
            </dd>
            <dt>Zero credit</dt>
            <dd className="tn">
              {creditHours === null ? (
                <Unknown
                  because={creditUsd === null ? 'the credit was not read' : 'nothing burns, or its rate is not known'}
                />
              ) : (
                <>
                  {formatHours(creditHours)} <span className="t3">whole fleet</span>
                </>
              )}
            </dd>
            <dt>Data deleted</dt>
            <dd className="tn" title={deletion?.because}>
              {deletion === null ? <Unknown because="nothing tells" /> : `at least ${formatHours(deletion.hours)}`}
            </dd>
          </dl>
        )}
      </div>
      <p className="why">{item.burnBecause}</p>
    </section>
  );
}
