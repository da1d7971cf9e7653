import { useState, type ReactNode } from 'react';
import type { StopPolicy } from '#shared/model/guard.ts';
import { useRoom } from '../../client/hooks.ts';
import { TextField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { closeFleetSheet } from './sheet-store.ts';
import { SheetForm } from './sheet-form.tsx';
import { TypedField } from './typed-field.tsx';
import type { FleetRow } from './use-fleet.ts';
import { nameOf } from './words.ts';

/** A number of something, or OFF by its word; undefined when it is neither. */
function readAmount(text: string, least: number, most: number): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || /^off$/i.test(trimmed)) return null;
  const value = Number(trimmed);
  return Number.isFinite(value) && value >= least && value <= most ? value : undefined;
}

const invalid = <span className="fail">A number in range, or OFF.</span>;

/** Arms the room's guard of a machine: when it stops it, and what wins when a copy fails. */
export function ArmSheet({ row: { item } }: { readonly row: FleetRow }): ReactNode {
  const { call } = useRoom();
  const { room } = item.guard;
  const [idle, setIdle] = useState(room.isArmed ? String(room.idleMinutes ?? 'OFF') : '30');
  const [maxRun, setMaxRun] = useState(room.isArmed ? 'OFF' : '12');
  const [whenFinished, setWhenFinished] = useState<'stop' | 'go_on'>(room.stopWhenFinished ? 'stop' : 'go_on');
  const [policy, setPolicy] = useState<StopPolicy>(room.isArmed ? room.policy : 'stop_anyway');
  const [typed, setTyped] = useState('');
  const [isSending, setIsSending] = useState(false);
  const idleMinutes = readAmount(idle, 5, 10_080);
  const maxRunHours = readAmount(maxRun, 0.1, 8760);
  const isOurs = item.ownership === 'ours';
  const isReady = idleMinutes !== undefined && maxRunHours !== undefined && (isOurs || typed.trim() === item.id);
  const submit = (): void => {
    if (idleMinutes === undefined || maxRunHours === undefined) return;
    setIsSending(true);
    call('guards.arm', {
      id: item.id,
      idleMinutes,
      stopWhenFinished: whenFinished === 'stop',
      ...(maxRunHours === null ? (room.deadlineAt === null ? {} : { deadlineAt: room.deadlineAt }) : { maxRunHours }),
      policy,
      ...(isOurs ? {} : { confirm: typed.trim() }),
    })
      .then(({ guard }) => {
        closeFleetSheet();
        showToast({ shape: 'ok', title: `Guard of ${nameOf(item)} is set`, text: guard.words });
      })
      .catch((thrown: unknown) => showError('The guard was not armed', thrown))
      .finally(() => setIsSending(false));
  };
  return (
    <SheetForm
      title={`${room.isArmed ? 'Change' : 'Arm'} the guard of ${nameOf(item)}`}
      verb={room.isArmed ? 'Change the guard' : 'Arm the guard'}
      isReady={isReady}
      isSending={isSending}
      onSubmit={submit}
    >
      <p className="t2">
        While this room runs it stops the machine, proves it, and does not give up. What happens while the room is
        closed is up to the lease on the machine.
      </p>
      <div className="row pair">
        <TextField
          id="guard-idle"
          label="Stop after idle, minutes"
          value={idle}
          onValue={setIdle}
          note={idleMinutes === undefined ? invalid : '5 or more, or OFF'}
        />
        <TextField
          id="guard-max"
          label="Stop in any case after, hours from now"
          value={maxRun}
          onValue={setMaxRun}
          note={
            maxRunHours === undefined
              ? invalid
              : room.deadlineAt === null
                ? 'or OFF'
                : 'OFF keeps the deadline that is set'
          }
        />
      </div>
      <Segmented
        label="When the run is over"
        value={whenFinished}
        onChange={setWhenFinished}
        options={[
          { value: 'stop', label: 'Stop when the run is over' },
          { value: 'go_on', label: 'Go on when the run is over' },
        ]}
      />
      <Segmented
        label="When a copy fails"
        value={policy}
        onChange={setPolicy}
        options={[
          { value: 'stop_anyway', label: 'Stop even when the copy fails' },
          { value: 'ask', label: 'Ask, and keep paying' },
        ]}
      />
      <p className="why">A stop keeps the disk, which goes on costing.</p>
      {isOurs ? null : (
        <TypedField
          words={item.id}
          value={typed}
          onValue={setTyped}
          note="It is not recorded as ours: a guard would stop somebody else’s work."
        />
      )}
    </SheetForm>
  );
}
