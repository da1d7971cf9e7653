import { useState, type ReactNode } from 'react';
import { SheetForm } from './sheet-form.tsx';
import { TypedField } from './typed-field.tsx';
import { useFleet, type FleetRow } from './use-fleet.ts';
import { useMachineJob } from './use-machine-job.ts';
import { billsGpu, formatPerHour, nameOf } from './words.ts';

const words = 'stop everything';

function Names({ rows, none }: { readonly rows: readonly FleetRow[]; readonly none: string }): ReactNode {
  if (rows.length === 0) return <span className="t3">{none}</span>;
  return (
    <ul>
      {rows.map(({ item }) => (
        <li key={item.id} className="tn">
          {nameOf(item)}{' '}
          <span className="t3">
            {item.id}, {item.burnRatePerHourUsd === null ? 'rate not known' : formatPerHour(item.burnRatePerHourUsd)}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Stops every machine that is armed in this room, and names those it leaves alone. */
export function StopAllSheet(): ReactNode {
  const { rows } = useFleet();
  const { start, isSending } = useMachineJob();
  const [typed, setTyped] = useState('');
  const armed = rows.filter(({ item }) => item.guard.room.isArmed);
  const others = rows.filter(({ item }) => !item.guard.room.isArmed && billsGpu(item));
  return (
    <SheetForm
      title="Stop everything"
      verb={`Stop ${armed.length} armed`}
      isDangerous
      isReady={armed.length > 0 && typed.trim().toLowerCase() === words}
      isSending={isSending}
      onSubmit={() => start('instances.stopAll', {}, 'Stopping everything that is armed')}
    >
      <dl className="kv sheetfacts">
        <dt>Stopped</dt>
        <dd>
          <Names rows={armed} none="no machine is armed in this room" />
        </dd>
        <dt>Left alone</dt>
        <dd>
          <Names rows={others} none="no other machine is billed for its GPU" />
          {others.length === 0 ? null : (
            <span className="why">Not armed here: each goes on being billed until it is stopped by itself.</span>
          )}
        </dd>
        <dt>When a copy fails</dt>
        <dd>each by its own policy; the disks are kept and go on costing</dd>
      </dl>
      {armed.length === 0 ? null : <TypedField words={words} value={typed} onValue={setTyped} />}
    </SheetForm>
  );
}
