import type { ReactNode } from 'react';
import { formatAgo, formatClock, formatDuration, formatMoment, formatMoney } from '../../ui/format.ts';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';
import { Unknown } from '../../ui/tag.tsx';
import type { FleetRow } from './use-fleet.ts';
import { billsGpu, formatHours, formatPerHour } from './words.ts';

type Sight = { readonly shape: StateShape; readonly word: string; readonly age: string };

/** What a knock on the machine’s SSH door gave, as a state. */
export function sshSight({ item }: FleetRow, nowMs: number): Sight {
  const { ssh } = item;
  const age = ssh.at === null ? '' : formatAgo(Date.parse(ssh.at), nowMs);
  switch (ssh.state) {
    case 'answers':
      return { shape: 'ok', word: ssh.upSeconds === null ? 'answers' : `up, ${formatDuration(ssh.upSeconds)}`, age };
    case 'silent':
      return { shape: 'unknown', word: 'no answer', age };
    case 'refused':
      return { shape: 'warn', word: 'refuses our key', age };
    case 'key_unknown':
      return { shape: 'unknown', word: 'host key not accepted', age };
    case 'key_changed':
      return { shape: 'fail', word: 'host key changed', age };
    case 'not_tried':
      return { shape: 'off', word: 'not tried', age };
  }
}

/** Do what was asked, what the API says and what SSH sees agree? Null when there is nothing to compare. */
function agreement({ item, attention }: FleetRow): 'agrees' | 'disagrees' | null {
  if (attention.kind === 'stop_not_confirmed' || item.alerts.some((alert) => alert.code === 'asked_otherwise'))
    return 'disagrees';
  if (item.phase === 'stopped' && item.ssh.state === 'answers') return 'disagrees';
  return item.asked === null ? null : 'agrees';
}

/** The three-way ledger: what was asked, what the API says, what SSH sees. */
export function ThreeWay({
  row,
  observedAt,
  nowMs,
}: {
  readonly row: FleetRow;
  readonly observedAt: string;
  readonly nowMs: number;
}): ReactNode {
  const { item } = row;
  const verdict = agreement(row);
  const ssh = sshSight(row, nowMs);
  const isOff = verdict === 'disagrees';
  const isRunning = item.phase === 'running';
  return (
    <section>
      <h2>
        Three-way check
        <span className={isOff ? 'src fail' : 'src'}>{verdict ?? 'nothing was asked here'}</span>
      </h2>
      <dl className="led">
        <div>
          <dt>Asked for</dt>
          <dd>{item.asked ?? <span className="t3">nothing</span>}</dd>
          <dd className="src tn">{item.askedAt === null ? '' : formatMoment(item.askedAt, nowMs)}</dd>
        </div>
        <div>
          <dt>API says</dt>
          <dd title={item.phaseBecause}>
            <StateMark
              shape={
                isOff
                  ? 'fail'
                  : item.phase === 'other' || item.phase === 'unreachable'
                    ? 'unknown'
                    : isRunning
                      ? 'ok'
                      : 'off'
              }
              word={item.phase}
            />
          </dd>
          <dd className="src tn">{formatAgo(Date.parse(observedAt), nowMs)}</dd>
        </div>
        <div>
          <dt>SSH sees</dt>
          <dd title={item.ssh.because}>
            <StateMark shape={ssh.shape} word={ssh.word} />
          </dd>
          <dd className="src tn">{ssh.age}</dd>
        </div>
      </dl>
      {isOff ? (
        <p className="why">
          {item.alerts.find((alert) => alert.code === 'asked_otherwise')?.message ?? item.phaseBecause}
        </p>
      ) : null}
    </section>
  );
}

/** What was spent, what a cap leaves, and what goes on being billed after a stop. */
export function Money({ row, nowMs }: { readonly row: FleetRow; readonly nowMs: number }): ReactNode {
  const { item, budget } = row;
  const storage = item.storageRatePerHourUsd;
  return (
    <section>
      <h2>
        Money
        <span className="src tn">
          {item.spentSince === null ? '' : `since ${formatMoment(item.spentSince, nowMs)}`}
        </span>
      </h2>
      <dl className="kv money">
        <dt>Spent</dt>
        <dd className="tn">
          {item.spentUsd === null ? (
            <Unknown because="not charged or observed yet" />
          ) : (
            <>
              {item.isSpentEstimated ? <span className="t3">about </span> : null}
              {formatMoney(item.spentUsd)}
            </>
          )}
        </dd>
        <dt>Cap</dt>
        <dd className="tn">
          {budget === null ? (
            <span className="t3">Reading…</span>
          ) : budget.capUsd === null ? (
            <StateMark shape="off" word="OFF" />
          ) : (
            <>
              {formatMoney(budget.capUsd)}{' '}
              <span className="t3">
                {budget.hoursToCap === null
                  ? ''
                  : budget.hoursToCap === 0
                    ? 'reached'
                    : `in ${formatHours(budget.hoursToCap)}`}
              </span>
            </>
          )}
        </dd>
        <dt>Now</dt>
        <dd className="tn">
          {item.burnRatePerHourUsd === null ? (
            <Unknown because={item.burnBecause} />
          ) : (
            formatPerHour(item.burnRatePerHourUsd)
          )}
        </dd>
        <dt>{billsGpu(item) ? 'After stop' : 'Disk'}</dt>
        <dd className="tn">
          {storage === null ? (
            <Unknown because="the price of its disk is not told" />
          ) : (
            <>
              {formatPerHour(storage)}{' '}
              <span className="t3">
                {item.diskTotalGb === null ? 'disk' : `disk, ${Math.round(item.diskTotalGb)} GB`}
              </span>
            </>
          )}
        </dd>
      </dl>
    </section>
  );
}

/** Both layers that may stop the machine by itself. */
export function AutoShutdown({ row, nowMs }: { readonly row: FleetRow; readonly nowMs: number }): ReactNode {
  const { room, lease, drill, nextStop } = row.item.guard;
  const leaseMark = {
    armed: { shape: 'ok', word: 'Armed' },
    not_armed: { shape: 'off', word: 'Not armed' },
    needs_restart: { shape: 'warn', word: 'Needs a restart' },
    unknown: { shape: 'unknown', word: 'Unknown' },
  } as const;
  const parts = [
    room.idleMinutes === null ? null : `idle ${room.idleMinutes} min`,
    room.stopWhenFinished ? 'finished' : null,
    room.deadlineAt === null ? null : `deadline ${formatMoment(room.deadlineAt, nowMs)}`,
  ].filter((part) => part !== null);
  return (
    <section>
      <h2>
        Auto-shutdown
        <span className="src tn">
          {drill.state === 'never'
            ? 'no drill yet'
            : `drill ${drill.state} ${drill.at === null ? '' : formatMoment(drill.at, nowMs)}`}
        </span>
      </h2>
      <dl className="kv guard">
        <dt>Room guard</dt>
        <dd>
          <StateMark shape={room.isArmed ? 'ok' : 'off'} word={room.isArmed ? 'Armed' : 'Not armed'} />{' '}
          <span className="t3 tn">{parts.join(', ')}</span>
        </dd>
        <dt>Lease on it</dt>
        <dd title={lease.because}>
          <StateMark {...leaseMark[lease.state]} />{' '}
          <span className="t3 tn">
            {lease.leaseLeftSeconds === null
              ? lease.readAt === null
                ? 'never read'
                : ''
              : formatDuration(lease.leaseLeftSeconds)}
          </span>
        </dd>
        <dt>Next stop</dt>
        <dd className="tn">
          {nextStop === null ? (
            <span className="t3">none planned</span>
          ) : (
            <>
              {formatClock(new Date(nextStop.at)).slice(0, 5)}{' '}
              <span className="t3">
                {nextStop.reason.replaceAll('_', ' ')}, in{' '}
                {formatDuration(Math.max(0, (Date.parse(nextStop.at) - nowMs) / 1000))}
              </span>
            </>
          )}
        </dd>
      </dl>
    </section>
  );
}
