import { useState, type ReactNode } from 'react';
import { useRoom } from '../../client/hooks.ts';
import { TextField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { closeFleetSheet } from './sheet-store.ts';
import { SheetForm } from './sheet-form.tsx';
import { TypedField } from './typed-field.tsx';
import type { FleetRow } from './use-fleet.ts';
import { useMachineJob } from './use-machine-job.ts';
import { nameOf } from './words.ts';

type Props = { readonly row: FleetRow };

/** Proves that the machine can stop itself: with its key alone, or by really doing it. */
export function DrillSheet({ row: { item } }: Props): ReactNode {
  const { start, isSending } = useMachineJob();
  const [kind, setKind] = useState<'key' | 'full'>('key');
  const [typed, setTyped] = useState('');
  return (
    <SheetForm
      title={`Fire drill on ${nameOf(item)}`}
      verb={kind === 'key' ? 'Try its key' : `Stop ${item.id} by its lease`}
      isDangerous={kind === 'full'}
      isReady={kind === 'key' || typed.trim() === item.id}
      isSending={isSending}
      onSubmit={() =>
        start(
          'shutdown.drill',
          { id: item.id, kind, ...(kind === 'full' ? { confirm: typed.trim() } : {}) },
          `Fire drill on ${nameOf(item)}`,
        )
      }
    >
      <Segmented
        label="How far"
        value={kind}
        onChange={setKind}
        options={[
          { value: 'key', label: 'Try its key' },
          { value: 'full', label: 'Full: it stops itself' },
        ]}
      />
      <p className="t2">
        {kind === 'key'
          ? 'Its own key is tried from inside, with a start that changes nothing.'
          : 'Its lease is let run out: the machine really stops, and what runs on it ends.'}
      </p>
      {kind === 'full' ? <TypedField words={item.id} value={typed} onValue={setTyped} /> : null}
    </SheetForm>
  );
}

/** Takes a machine without a passed drill, in somebody's name. */
export function OverrideSheet({ row: { item } }: Props): ReactNode {
  const { call } = useRoom();
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const [isSending, setIsSending] = useState(false);
  const submit = (): void => {
    setIsSending(true);
    call('shutdown.override', { id: item.id, name: name.trim(), note: note.trim() })
      .then(() => {
        closeFleetSheet();
        showToast({ shape: 'warn', title: `Drill of ${nameOf(item)} is overridden`, text: `By ${name.trim()}` });
      })
      .catch((thrown: unknown) => showError('Not overridden', thrown))
      .finally(() => setIsSending(false));
  };
  return (
    <SheetForm
      title={`Take ${nameOf(item)} without a passed drill`}
      verb="Override the drill"
      isDangerous
      isReady={name.trim().length >= 2 && note.trim().length >= 3}
      isSending={isSending}
      onSubmit={submit}
    >
      <p className="t2">
        Nothing has proved that this machine can stop itself. Who takes it all the same stays on record.
      </p>
      <TextField id="override-name" label="Your name" value={name} onValue={setName} maxLength={200} />
      <TextField id="override-note" label="Why" value={note} onValue={setNote} maxLength={2000} />
    </SheetForm>
  );
}

/** Puts the lease on a running machine and makes the pipeline's shutdown command real. */
export function LeaseSheet({ row: { item } }: Props): ReactNode {
  const { start, isSending } = useMachineJob();
  const [hours, setHours] = useState('12');
  const maxRunSeconds = Math.round(Number(hours) * 3600);
  const isReady = Number.isFinite(maxRunSeconds) && maxRunSeconds >= 60 && maxRunSeconds <= 31_536_000;
  return (
    <SheetForm
      title={`Put the lease on ${nameOf(item)}`}
      verb="Put the lease on it"
      isReady={isReady}
      isSending={isSending}
      onSubmit={() => start('shutdown.arm', { id: item.id, maxRunSeconds }, `Lease for ${nameOf(item)}`)}
    >
      <p className="t2">
        A small program on the machine stops it when this room does not renew its lease for 30 min, after 30 min idle,
        or after its longest run time. One line of scripts/runtime_env.local is written; a copy of the file is kept
        beside it.
      </p>
      <TextField
        id="lease-hours"
        label="Longest run time, hours"
        value={hours}
        onValue={setHours}
        inputMode="decimal"
        note={isReady ? 'Counted by the machine, from now' : <span className="fail">A number of hours.</span>}
      />
    </SheetForm>
  );
}
