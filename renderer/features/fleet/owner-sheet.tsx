import { useState, type ReactNode } from 'react';
import type { Ownership } from '#shared/model/fleet.ts';
import { useRoom } from '../../client/hooks.ts';
import { TextField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { closeFleetSheet } from './sheet-store.ts';
import { SheetForm } from './sheet-form.tsx';
import type { FleetRow } from './use-fleet.ts';
import { nameOf } from './words.ts';

const notes: Record<Ownership, string> = {
  ours: 'This room looks after it: guards can be armed, and Stop everything stops it.',
  known: 'Somebody else’s: it is listed and counted, no alarm is raised, and guards leave it alone.',
  unknown: 'Nobody here knows it: it stands out while it is billed.',
};

/** The end of a day that a person named, UTC; undefined for none. */
function endOfDay(day: string): string | undefined {
  return day === '' ? undefined : `${day}T23:59:59Z`;
}

/** Says whose a machine is, as an event that stays in the history. */
export function OwnerSheet({ row: { item } }: { readonly row: FleetRow }): ReactNode {
  const { call } = useRoom();
  const [as, setAs] = useState<Ownership>(item.ownership === 'unknown' ? 'ours' : item.ownership);
  const [owner, setOwner] = useState(item.owner ?? '');
  const [until, setUntil] = useState('');
  const [note, setNote] = useState('');
  const [isSending, setIsSending] = useState(false);
  const submit = (): void => {
    setIsSending(true);
    const end = endOfDay(until);
    call('instances.adopt', {
      id: item.id,
      as,
      ...(as === 'known' && owner.trim() !== '' ? { owner: owner.trim() } : {}),
      ...(as === 'known' && end !== undefined ? { until: end } : {}),
      ...(note.trim() === '' ? {} : { note: note.trim() }),
    })
      .then(() => {
        closeFleetSheet();
        showToast({ shape: 'ok', title: `${nameOf(item)} is recorded as ${as}` });
      })
      .catch((thrown: unknown) => showError('Not recorded', thrown))
      .finally(() => setIsSending(false));
  };
  return (
    <SheetForm
      title={`Whose machine is ${nameOf(item)}`}
      verb={as === 'ours' ? 'Adopt it' : 'Record'}
      isReady
      isSending={isSending}
      onSubmit={submit}
    >
      <Segmented
        label="Whose it is"
        value={as}
        onChange={setAs}
        options={[
          { value: 'ours', label: 'Ours' },
          { value: 'known', label: 'Known, somebody else’s' },
          { value: 'unknown', label: 'Unknown' },
        ]}
      />
      <p className="why">{notes[as]}</p>
      {as === 'known' ? (
        <div className="row pair">
          <TextField id="owner-name" label="Whose" value={owner} onValue={setOwner} maxLength={200} />
          <TextField id="owner-until" label="Until the end of (UTC)" type="date" value={until} onValue={setUntil} />
        </div>
      ) : null}
      <TextField id="owner-note" label="Note" value={note} onValue={setNote} maxLength={2000} />
    </SheetForm>
  );
}
