import { useState, type ReactNode } from 'react';
import { AfterStop } from './stop-choice.tsx';
import { OnDisk, StillCosts } from './after-facts.tsx';
import { SheetForm } from './sheet-form.tsx';
import { TypedField } from './typed-field.tsx';
import type { FleetRow } from './use-fleet.ts';
import { useMachineJob } from './use-machine-job.ts';
import { nameOf } from './words.ts';

export type StopChoice = 'copy_or_ask' | 'copy_or_stop' | 'skip';

/** Stops a machine and keeps its disk: first copies what is new, unless that is given up by name. */
export function StopSheet({ row }: { readonly row: FleetRow }): ReactNode {
  const { item, snapshot } = row;
  const { start, isSending } = useMachineJob();
  const [choice, setChoice] = useState<StopChoice>(item.reachable === true ? 'copy_or_ask' : 'copy_or_stop');
  const [typed, setTyped] = useState('');
  const isReady = choice !== 'skip' || typed.trim() === item.id;
  const name = nameOf(item);
  return (
    <SheetForm
      title={`Stop ${name}, keep its data`}
      verb={choice === 'skip' ? `Stop ${item.id} without a copy` : `Stop ${name}`}
      isDangerous={choice === 'skip'}
      isReady={isReady}
      isSending={isSending}
      onSubmit={() =>
        start(
          'instances.stop',
          choice === 'skip'
            ? { id: item.id, snapshot: 'skip', confirm: typed.trim() }
            : { id: item.id, snapshot: 'pull', onFailure: choice === 'copy_or_ask' ? 'ask' : 'stop_anyway' },
          `Stopping ${name}`,
        )
      }
    >
      <AfterStop choice={choice} onChoice={setChoice} isReachable={item.reachable} />
      <dl className="kv sheetfacts">
        <OnDisk item={item} />
        <dt>Last good copy</dt>
        <dd>
          {snapshot.word}, <span className="t3">{snapshot.because}</span>
        </dd>
        <StillCosts item={item} />
        <dt>Counts as stopped</dt>
        <dd>
          once two reads 10 s apart say so <span className="t3">until then it stays red and is counted as billed</span>
        </dd>
      </dl>
      {choice === 'skip' ? (
        <TypedField
          words={item.id}
          value={typed}
          onValue={setTyped}
          note={`Last good copy: ${snapshot.word}, ${snapshot.because}. What is newer stays on its disk only.`}
        />
      ) : null}
    </SheetForm>
  );
}
