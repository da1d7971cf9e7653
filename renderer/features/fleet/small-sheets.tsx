import { useState, type ReactNode } from 'react';
import { TextField } from '../../ui/field.tsx';
import { SheetForm } from './sheet-form.tsx';
import { TypedField } from './typed-field.tsx';
import type { FleetRow } from './use-fleet.ts';
import { useMachineJob } from './use-machine-job.ts';
import { formatPerHour, nameOf } from './words.ts';

type Props = { readonly row: FleetRow };

export function StartSheet({ row: { item } }: Props): ReactNode {
  const { start, isSending } = useMachineJob();
  const rate = item.runningRatePerHourUsd;
  return (
    <SheetForm
      title={`Start ${nameOf(item)}`}
      verb={`Start ${nameOf(item)}`}
      isReady
      isSending={isSending}
      onSubmit={() => start('instances.start', { id: item.id }, `Starting ${nameOf(item)}`)}
    >
      <p className="t2">
        {rate === null ? 'What it costs while it runs is not told.' : `Costs ${formatPerHour(rate)} while it runs.`}{' '}
        {item.guard.room.isArmed ? '' : 'Nothing is armed: nothing stops it by itself.'}
      </p>
      <p className="why">
        When somebody else has its GPU it waits: only the disk is billed, and it runs and costs as soon as the GPU is
        free. Cancelling the job takes the start back.
      </p>
    </SheetForm>
  );
}

export function RebootSheet({ row: { item } }: Props): ReactNode {
  const { start, isSending } = useMachineJob();
  const [typed, setTyped] = useState('');
  return (
    <SheetForm
      title={`Reboot ${item.id}`}
      verb={`Reboot ${item.id}`}
      isDangerous
      isReady={typed.trim() === item.id}
      isSending={isSending}
      onSubmit={() => start('instances.reboot', { id: item.id, confirm: typed.trim() }, `Rebooting ${nameOf(item)}`)}
    >
      <p className="t2">
        The container restarts: what runs in it ends, and what was not written is lost. The GPU is held and billed
        meanwhile.
      </p>
      <TypedField words={item.id} value={typed} onValue={setTyped} />
    </SheetForm>
  );
}

export function LabelSheet({ row: { item } }: Props): ReactNode {
  const { start, isSending } = useMachineJob();
  const [label, setLabel] = useState(item.label ?? '');
  return (
    <SheetForm
      title={`Label ${item.id}`}
      verb="Set the label"
      isReady={label.trim() !== (item.label ?? '')}
      isSending={isSending}
      onSubmit={() => start('instances.label', { id: item.id, label: label.trim() }, `Labelling ${item.id}`)}
    >
      <TextField
        id="machine-label"
        label="Label at the provider"
        value={label}
        onValue={setLabel}
        maxLength={1024}
        note="Everybody on the account sees it."
      />
    </SheetForm>
  );
}
