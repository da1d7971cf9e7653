import { useState, type ReactNode } from 'react';
import type { MethodOutput } from '#shared/contract/index.ts';
import { useConnection, useRoom } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { formatAgo } from '../../ui/format.ts';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { useNow } from '../../ui/use-now.ts';
import { openFleetSheet } from './sheet-store.ts';
import type { FleetRow } from './use-fleet.ts';
import { nameOf } from './words.ts';

type Check = MethodOutput<'shutdown.check'>;

/** What a shutdown command does, as a state. */
export const commandMarks: Record<Check['kind'], { readonly shape: StateShape; readonly word: string }> = {
  real: { shape: 'ok', word: 'Real' },
  placeholder: { shape: 'fail', word: 'Placeholder' },
  power_off_only: { shape: 'warn', word: 'Power-off only' },
  unknown: { shape: 'unknown', word: 'Unknown' },
  missing: { shape: 'fail', word: 'Missing' },
};

/** Arms and disarms the room's guard. */
export function RoomGuardActions({ row: { item } }: { readonly row: FleetRow }): ReactNode {
  const { call } = useRoom();
  const isCut = useConnection().kind !== 'open';
  const { isArmed } = item.guard.room;
  return (
    <span className="row layeracts">
      <Button size="small" disabled={isCut} onClick={() => openFleetSheet('arm', item.id)}>
        {isArmed ? 'Change…' : 'Arm…'}
      </Button>
      {isArmed ? (
        <Button
          size="small"
          disabled={isCut}
          onClick={() =>
            void call('guards.disarm', { id: item.id })
              .then(() => showToast({ shape: 'warn', title: `Guard of ${nameOf(item)} is off` }))
              .catch((thrown: unknown) => showError('Not disarmed', thrown))
          }
        >
          Disarm
        </Button>
      ) : null}
    </span>
  );
}

/** Reads, renews and places the lease on the machine. */
export function LeaseActions({ row: { item } }: { readonly row: FleetRow }): ReactNode {
  const { call } = useRoom();
  const isCut = useConnection().kind !== 'open';
  const [isAsking, setIsAsking] = useState(false);
  const ask = (what: string, work: () => Promise<unknown>): void => {
    setIsAsking(true);
    work()
      .catch((thrown: unknown) => showError(what, thrown))
      .finally(() => setIsAsking(false));
  };
  return (
    <span className="row layeracts">
      <Button
        size="small"
        disabled={isCut || isAsking}
        onClick={() =>
          ask('The lease was not read', async () => {
            const { guard } = await call('guards.status', { id: item.id });
            showToast({
              shape: guard.lease.state === 'armed' ? 'ok' : 'unknown',
              title: 'Lease',
              text: guard.lease.because,
            });
          })
        }
      >
        Read it
      </Button>
      {item.guard.lease.state === 'armed' ? (
        <Button
          size="small"
          disabled={isCut || isAsking}
          onClick={() => ask('The lease was not renewed', () => call('guards.renew', { id: item.id }))}
        >
          Renew
        </Button>
      ) : (
        <Button size="small" disabled={isCut} onClick={() => openFleetSheet('lease', item.id)}>
          Put it on…
        </Button>
      )}
    </span>
  );
}

export function DrillActions({ row: { item } }: { readonly row: FleetRow }): ReactNode {
  const isCut = useConnection().kind !== 'open';
  const { state } = item.guard.drill;
  return (
    <span className="row layeracts">
      <Button size="small" disabled={isCut} onClick={() => openFleetSheet('drill', item.id)}>
        Fire drill…
      </Button>
      {state === 'passed' || state === 'overridden' ? null : (
        <Button size="small" disabled={isCut} onClick={() => openFleetSheet('override', item.id)}>
          Override…
        </Button>
      )}
    </span>
  );
}

/** Reads the shutdown command of the pipeline on the machine, as the pipeline reads it. */
export function CommandCheck({ row: { item } }: { readonly row: FleetRow }): ReactNode {
  const { call } = useRoom();
  const isCut = useConnection().kind !== 'open';
  const nowMs = useNow();
  const [check, setCheck] = useState<Check | null>(null);
  const [isReading, setIsReading] = useState(false);
  const read = (): void => {
    setIsReading(true);
    call('shutdown.check', { id: item.id })
      .then(setCheck)
      .catch((thrown: unknown) => showError('The shutdown command was not read', thrown))
      .finally(() => setIsReading(false));
  };
  return (
    <li>
      <span className="w5">Pipeline’s command</span>
      {check === null ? <StateMark shape="unknown" word="Not read" /> : <StateMark {...commandMarks[check.kind]} />}
      <span className="why tn">
        {check === null
          ? 'What the pipeline would run at its end, and whether that ends the bill.'
          : `${check.because} ${check.path}, ${formatAgo(Date.parse(check.readAt), nowMs)}.`}
      </span>
      <span className="row layeracts">
        <Button size="small" disabled={isCut || isReading} onClick={read}>
          {isReading ? 'Reading…' : 'Read it'}
        </Button>
      </span>
    </li>
  );
}
