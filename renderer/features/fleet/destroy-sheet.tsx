import { useState, type ReactNode } from 'react';
import { formatMoney } from '../../ui/format.ts';
import { OnDisk } from './after-facts.tsx';
import { SheetForm } from './sheet-form.tsx';
import { TypedField } from './typed-field.tsx';
import type { FleetRow } from './use-fleet.ts';
import { useMachineJob } from './use-machine-job.ts';
import { gpuWords, nameOf } from './words.ts';

/** Destroys a machine with everything on its disk, once its id is typed. */
export function DestroySheet({ row }: { readonly row: FleetRow }): ReactNode {
  const { item, snapshot } = row;
  const { start, isSending } = useMachineJob();
  const [typed, setTyped] = useState('');
  const [typedLoss, setTypedLoss] = useState('');
  // The last pull did not end well: the engine refuses until the loss is named.
  const lossWords = snapshot.word === 'Failed' || snapshot.word === 'Held' ? `lose ${item.id}` : null;
  const isReady = typed.trim() === item.id && (lossWords === null || typedLoss.trim() === lossWords);
  const input = {
    id: item.id,
    confirm: typed.trim(),
    ...(lossWords === null ? {} : { confirmLoss: typedLoss.trim() }),
  };
  return (
    <SheetForm
      title={`Destroy ${item.id}`}
      verb={`Destroy ${item.id}`}
      isDangerous
      isReady={isReady}
      isSending={isSending}
      onSubmit={() => start('instances.destroy', input, `Destroying ${nameOf(item)}`)}
    >
      <dl className="kv sheetfacts">
        <dt>Machine</dt>
        <dd>
          <span className="w5">{item.label ?? 'no label'}</span>, {gpuWords(item)}
        </dd>
        <OnDisk item={item} />
        <dt>Lost for good</dt>
        <dd>
          everything on its disk that is nowhere else{' '}
          <span className="t3">
            last good copy: {snapshot.word}, {snapshot.because}
          </span>
        </dd>
        <dt>Still costs</dt>
        <dd>
          nothing, once two sources lack it{' '}
          <span className="t3 tn">
            {item.spentUsd === null ? '' : `it has cost ${formatMoney(item.spentUsd)} so far`}
          </span>
        </dd>
      </dl>
      <TypedField words={item.id} value={typed} onValue={setTyped} />
      {lossWords === null ? null : (
        <TypedField
          words={lossWords}
          value={typedLoss}
          onValue={setTypedLoss}
          note="Its last copy failed or is held: what is new on its disk is on no other. Cancel and take a snapshot to keep it."
        />
      )}
    </SheetForm>
  );
}
