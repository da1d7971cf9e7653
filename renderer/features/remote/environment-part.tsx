import { useId, useState, type ReactNode } from 'react';
import type { EnvironmentView } from '#shared/model/environment.ts';
import { useRoom, useRoomQuery } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { TextField } from '../../ui/field.tsx';
import { formatMoment, plural, withMoments } from '../../ui/format.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { useNow } from '../../ui/use-now.ts';
import { CompareSheet } from './compare-sheet.tsx';
import { EnvironmentChanges } from './environment-changes.tsx';

const marks = {
  unseen: { shape: 'unknown', word: 'Not looked at' },
  good: { shape: 'ok', word: 'As it was' },
  drifted: { shape: 'fail', word: 'Changed' },
} as const;

/** The Python environment of the machine beside the state that counts as good: what changed, and by what. */
export function EnvironmentPart({
  machineId,
  isCut,
  isBusy,
  onProbe,
}: {
  readonly machineId: string;
  readonly isCut: boolean;
  readonly isBusy: boolean;
  readonly onProbe: () => void;
}): ReactNode {
  const nowMs = useNow(60_000);
  const environment = useRoomQuery('environment.get', { instanceId: machineId });
  const [naming, setNaming] = useState<'accept' | 'pin' | null>(null);
  const [isComparing, setIsComparing] = useState(false);
  const view = environment.data;
  return (
    <section className="remote-environment" aria-label="Environment">
      <div className="row">
        <h2>Environment</h2>
        {view === undefined ? null : <StateMark {...marks[view.state]} />}
        <span className="sp" />
        {view?.state === 'drifted' ? (
          <Button size="small" disabled={isCut} onClick={() => setNaming('accept')}>
            Accept by name…
          </Button>
        ) : null}
        {view?.current == null ? null : (
          <Button size="small" kind="ghost" disabled={isCut} onClick={() => setNaming('pin')}>
            Remember as good…
          </Button>
        )}
        {view?.current == null ? null : (
          <Button size="small" kind="ghost" onClick={() => setIsComparing(true)}>
            Compare…
          </Button>
        )}
        <Button size="small" disabled={isCut || isBusy} onClick={onProbe}>
          Look
        </Button>
      </div>
      {environment.error === null ? null : (
        <ErrorState inline title="The environment could not be read" error={environment.error} />
      )}
      {view === undefined ? null : <Facts view={view} nowMs={nowMs} />}
      {view === undefined || view.changes.length === 0 ? null : (
        <EnvironmentChanges changes={view.changes} words={{ before: 'Was', after: 'Is' }} />
      )}
      {isComparing && view !== undefined ? <CompareSheet view={view} onClose={() => setIsComparing(false)} /> : null}
      {naming === null || view?.current == null ? null : (
        <NameSheet machineId={machineId} hash={view.current.hash} what={naming} onClose={() => setNaming(null)} />
      )}
    </section>
  );
}

function Facts({ view, nowMs }: { readonly view: EnvironmentView; readonly nowMs: number }): ReactNode {
  const { words, summary, current } = view;
  const broken = summary?.imports.filter(({ isGood }) => !isGood) ?? [];
  return (
    <>
      <p className="t2">{withMoments(words, nowMs)}</p>
      {summary === null || current === null ? null : (
        <p className="why tn">
          {plural(summary.packageCount, 'package')}, Python {summary.python}, torch {summary.torch ?? 'none'}, CUDA{' '}
          {summary.cuda ?? 'unknown'}, driver {summary.driver ?? 'unknown'}, seen {formatMoment(current.takenAt, nowMs)}{' '}
          <Copyable text={current.hash} label="hash of the environment">
            {current.hash.slice(0, 8)}
          </Copyable>
        </p>
      )}
      {broken.map(({ module, because }) => (
        <p key={module}>
          <StateMark shape="fail" word={`import ${module}`} /> <span className="why">{because}</span>
        </p>
      ))}
    </>
  );
}

function NameSheet({
  machineId,
  hash,
  what,
  onClose,
}: {
  readonly machineId: string;
  readonly hash: string;
  readonly what: 'accept' | 'pin';
  readonly onClose: () => void;
}): ReactNode {
  const id = useId();
  const { call } = useRoom();
  const [name, setName] = useState('');
  const [isSending, setIsSending] = useState(false);
  const isReady = name.trim().length >= 3 && !isSending;
  const send = async (): Promise<void> => {
    setIsSending(true);
    try {
      await call(what === 'accept' ? 'environment.accept' : 'environment.pin', {
        instanceId: machineId,
        hash,
        name: name.trim(),
      });
      showToast({ shape: 'ok', title: what === 'accept' ? 'The environment counts as good' : 'Remembered as good' });
      onClose();
    } catch (thrown) {
      showError('Not written', thrown);
      setIsSending(false);
    }
  };
  return (
    <Sheet
      title={what === 'accept' ? 'Accept the changed environment' : 'Remember this environment as good'}
      isOpen
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form={id} className={what === 'accept' ? 'btn dang' : 'btn pri'} disabled={!isReady}>
            {what === 'accept' ? 'Accept' : 'Remember'}
          </button>
        </>
      }
    >
      <form
        id={id}
        className="remote-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void send();
        }}
      >
        <p className="t2">
          {what === 'accept'
            ? 'Launches on this machine are free again, and later steps are held against this state. Your name is kept with it.'
            : 'Other machines can be held against it.'}
        </p>
        <TextField
          id={`${id}-name`}
          label="A name for this state"
          placeholder="torch 2.7.0 after the driver update"
          value={name}
          onValue={setName}
        />
      </form>
    </Sheet>
  );
}
