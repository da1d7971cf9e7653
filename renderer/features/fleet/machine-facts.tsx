import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { formatDuration, formatExact, formatMoment } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { Unknown } from '../../ui/tag.tsx';
import { openFleetSheet } from './sheet-store.ts';
import type { FleetRow } from './use-fleet.ts';
import { gpuWords } from './words.ts';

const notTold = <Unknown because="the provider does not say" quiet />;

function Value({
  value,
  unit = '',
  digits = 0,
}: {
  readonly value: number | null;
  readonly unit?: string;
  readonly digits?: number;
}): ReactNode {
  return value === null ? notTold : <span className="tn">{`${value.toFixed(digits)}${unit}`}</span>;
}

function Id({ value, label }: { readonly value: string | null; readonly label: string }): ReactNode {
  return value === null ? notTold : <Copyable text={value} label={label} />;
}

/** What it is, where it is reached, whose it is. */
export function MachineFacts({ row, nowMs }: { readonly row: FleetRow; readonly nowMs: number }): ReactNode {
  const { item } = row;
  const isGone = item.goneAt !== null;
  return (
    <>
      <section className="panel">
        <h2>
          Whose it is
          {isGone ? null : (
            <Button size="small" kind="ghost" onClick={() => openFleetSheet('owner', item.id)}>
              {item.ownership === 'unknown' ? 'Adopt or mark…' : 'Change…'}
            </Button>
          )}
        </h2>
        {item.ownership === 'unknown' ? (
          <StateMark shape="unknown" word="Unknown: nobody here said" />
        ) : (
          <span>{item.ownership === 'ours' ? 'Ours' : `Known${item.owner === null ? '' : `, of ${item.owner}`}`}</span>
        )}
      </section>
      <section className="panel">
        <h2>Reached at</h2>
        <dl className="kv">
          <dt>Instance id</dt>
          <dd>
            <Copyable text={item.id} label="instance id" />
          </dd>
          {item.sshEndpoints.map((endpoint) => (
            <div key={`${endpoint.kind} ${endpoint.port}`} className="pairrow">
              <dt>{endpoint.kind === 'direct' ? 'Direct' : 'Proxy'}</dt>
              <dd>
                <Copyable text={`${endpoint.host}:${endpoint.port}`} label={`${endpoint.kind} endpoint`} />
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <section className="panel">
        <h2>
          Machine <span className="src tn">{`seen ${formatMoment(item.lastSeenAt, nowMs)}`}</span>
        </h2>
        <dl className="kv">
          <dt>GPU</dt>
          <dd>{gpuWords(item)}</dd>
          <dt>Utilisation</dt>
          <dd>
            <Value value={item.gpuUtilPercent} unit=" %" />
          </dd>
          <dt>GPU memory</dt>
          <dd>
            <Value value={item.gpuRamMb === null ? null : item.gpuRamMb / 1024} unit=" GB each" />
          </dd>
          <dt>Temperature</dt>
          <dd>
            <Value value={item.gpuTempCelsius} unit=" °C" />
          </dd>
          <dt>Disk</dt>
          <dd className="tn">
            {item.diskUsedGb === null ? notTold : `${item.diskUsedGb.toFixed(1)} GB used`}
            {item.diskTotalGb === null ? '' : ` of ${item.diskTotalGb.toFixed(0)} GB`}
          </dd>
          <dt>CPU, memory</dt>
          <dd className="tn">
            {item.cpuCoresEffective === null ? notTold : `${item.cpuCoresEffective.toFixed(0)} cores`}
            {item.cpuRamMb === null ? '' : `, ${(item.cpuRamMb / 1024).toFixed(0)} GB`}
          </dd>
          <dt>Image</dt>
          <dd>
            <Id value={item.imageName} label="image" />
          </dd>
          <dt>Host</dt>
          <dd>
            <Id value={item.hostId} label="host id" />
          </dd>
          <dt>Machine id</dt>
          <dd>
            <Id value={item.machineId} label="machine id" />
          </dd>
          <dt>Place</dt>
          <dd>{item.geolocation ?? notTold}</dd>
          <dt>Reliability</dt>
          <dd>
            <Value value={item.reliability === null ? null : item.reliability * 100} unit=" %" digits={1} />
          </dd>
          <dt>Rented as</dt>
          <dd>{item.isInterruptible ? 'interruptible (a bid)' : 'on demand'}</dd>
          <dt>Since</dt>
          <dd className="tn">
            {item.startedAt === null ? (
              notTold
            ) : (
              <>
                {formatExact(item.startedAt)}{' '}
                <span className="t3">
                  {formatDuration(
                    (Date.parse(item.goneAt ?? new Date(nowMs).toISOString()) - Date.parse(item.startedAt)) / 1000,
                  )}
                </span>
              </>
            )}
          </dd>
          <dt>Contract ends</dt>
          <dd className="tn">{item.endsAt === null ? notTold : formatExact(item.endsAt)}</dd>
          {item.goneAt === null ? null : (
            <>
              <dt>Gone since</dt>
              <dd className="tn">{formatExact(item.goneAt)}</dd>
            </>
          )}
        </dl>
      </section>
      <section className="panel">
        <h2>Status, as the API says</h2>
        <dl className="kv">
          <dt>Intended</dt>
          <dd className="mono">{item.intendedStatus ?? notTold}</dd>
          <dt>Actual</dt>
          <dd className="mono">{item.actualStatus ?? notTold}</dd>
          <dt>Current</dt>
          <dd className="mono">{item.currentState ?? notTold}</dd>
          <dt>Next</dt>
          <dd className="mono">{item.nextState ?? notTold}</dd>
          <dt>Message</dt>
          <dd className="wrap-any">{item.statusMessage ?? <span className="t3">none</span>}</dd>
          <dt>Together</dt>
          <dd>{item.phaseBecause}</dd>
        </dl>
        {item.alerts.length === 0 ? null : (
          <ul className="alerts">
            {item.alerts.map((alert) => (
              <li key={`${alert.code} ${alert.message}`}>
                <StateMark
                  shape={
                    alert.code === 'asked_otherwise' ? 'fail' : alert.code.endsWith('unknown') ? 'unknown' : 'warn'
                  }
                  word={alert.code.replaceAll('_', ' ')}
                />
                <span className="why">{alert.message}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  );
}
