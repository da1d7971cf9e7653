import { Fragment, type ReactNode } from 'react';
import { formatMoment } from '../../ui/format.ts';
import { classes } from '../../ui/classes.ts';
import type { FleetRow } from './use-fleet.ts';
import { billsGpu, formatPerHour, nameOf, nextStopWords } from './words.ts';

const hours = 8;
const spanMs = hours * 3_600_000;

const tones = { fail: 'is-fail', unknown: 'is-unk', warn: 'is-warn' } as const;

/** Left edge of what lies at a moment, per cent of the lane; null outside of it. */
function shareOf(atMs: number, nowMs: number): number | null {
  const share = (atMs - nowMs) / spanMs;
  return share < 0 || share > 1 ? null : share * 100;
}

function Lane({ row, nowMs }: { readonly row: FleetRow; readonly nowMs: number }): ReactNode {
  const { item, attention, budget } = row;
  const tone = attention.tint === null ? null : tones[attention.tint];
  const stopAtMs = item.guard.nextStop === null ? null : Date.parse(item.guard.nextStop.at);
  const stopShare = stopAtMs === null ? null : shareOf(stopAtMs, nowMs);
  const capAtMs = budget?.hoursToCap == null || budget.hoursToCap === 0 ? null : nowMs + budget.hoursToCap * 3_600_000;
  const capShare = capAtMs === null ? null : shareOf(capAtMs, nowMs);
  const disk = item.storageRatePerHourUsd === null ? '' : `, then ${formatPerHour(item.storageRatePerHourUsd)}`;
  const words =
    attention.kind === 'stop_not_confirmed'
      ? `no proved stop: ${item.burnRatePerHourUsd === null ? 'billed' : formatPerHour(item.burnRatePerHourUsd)} until the API shows it stopped`
      : stopAtMs !== null && stopAtMs >= nowMs
        ? `${nextStopWords(item, nowMs) ?? ''}${disk}`
        : `no stop planned: ${budget?.capUsd === null ? 'cap OFF, ' : ''}nothing armed`;
  const isOpen = stopShare === null || attention.kind === 'stop_not_confirmed';
  return (
    <li className={classes('lane', tone)}>
      <span className="trunc" title={nameOf(item)}>
        {nameOf(item)}
        {attention.kind === 'not_ours' ? ', not ours' : ''}
      </span>
      <span className="track">
        {isOpen ? <i className="open" /> : <i className="bar" style={{ width: `${Math.max(0.6, stopShare)}%` }} />}
        <span className={classes('word', isOpen && 'over')} style={isOpen ? undefined : { left: `${stopShare}%` }}>
          {words}
        </span>
        {capShare === null || !isOpen ? null : (
          <span className="cap" style={{ left: `${capShare}%` }} title="When the cap is reached at this rate">
            <i />
            {`cap ${formatMoment(new Date(capAtMs ?? 0).toISOString(), nowMs)}`}
          </span>
        )}
      </span>
    </li>
  );
}

/** One lane for each machine whose GPU is billed: when it stops by itself, and why. */
export function NextHours({ rows, nowMs }: { readonly rows: readonly FleetRow[]; readonly nowMs: number }): ReactNode {
  const lanes = rows.filter(({ item }) => billsGpu(item) || item.phase === 'loading' || item.phase === 'creating');
  const firstHourMs = Math.ceil(nowMs / 3_600_000) * 3_600_000;
  const ticks = Array.from({ length: hours }, (_, index) => firstHourMs + index * 3_600_000);
  return (
    <section className="nexthours" aria-label="Next 8 hours">
      <div className="row">
        <h2>Next 8 hours</h2>
        <span className="t3 s11">
          {lanes.length === 0 ? 'no GPU is billed: nothing has to stop' : 'what stops by itself, and when'}
        </span>
      </div>
      {lanes.length === 0 ? null : (
        <div className="lanes">
          <div className="axis" aria-hidden="true">
            <i className="now" />
            {ticks.map((ms) => (
              <Fragment key={ms}>
                <i style={{ left: `${shareOf(ms, nowMs) ?? 0}%` }} />
                <span style={{ left: `${shareOf(ms, nowMs) ?? 0}%` }}>{new Date(ms).toISOString().slice(11, 16)}</span>
              </Fragment>
            ))}
          </div>
          <ul>
            {lanes.map((row) => (
              <Lane key={row.item.id} row={row} nowMs={nowMs} />
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
