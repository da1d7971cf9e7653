import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { RemoteCheck } from '#shared/model/remote-run.ts';
import { addressOf } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { TextField } from '../../ui/field.tsx';
import { plural } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import type { Plan } from './gate-plan.tsx';
import { holds, overrideWords } from './words.ts';

/** What holds the launch, one by one with what to do, and the launch itself. */
export function GateSide({
  rows,
  isChecked,
  plan,
  configHash,
  chosenId,
  reasons,
  onReason,
  openCount,
  isReady,
  isBusy,
  onLaunch,
}: {
  readonly rows: readonly RemoteCheck[];
  readonly isChecked: boolean;
  readonly plan: Plan;
  readonly configHash: string | null;
  readonly chosenId: string | null;
  readonly reasons: Readonly<Record<string, string>>;
  /** An empty reason takes the override back. */
  readonly onReason: (id: string, because: string) => void;
  readonly openCount: number;
  readonly isReady: boolean;
  readonly isBusy: boolean;
  readonly onLaunch: () => void;
}): ReactNode {
  const holding = rows.filter(holds);
  const overCount = holding.length - openCount;
  return (
    <aside className="insp remote-side" aria-label="What holds the launch" data-testid="gate-side">
      <div className="scroll" tabIndex={0} role="region" aria-label="Blockers and plan">
        <section>
          {!isChecked ? (
            <StateMark big shape="off" word="Not checked" />
          ) : openCount > 0 ? (
            <StateMark big shape="fail" word={`Blocked by ${openCount} of ${rows.length}`} />
          ) : overCount > 0 ? (
            <StateMark big shape="warn" word={`${plural(overCount, 'item')} passed over`} />
          ) : (
            <StateMark big shape="ok" word={`${rows.length} of ${rows.length} passed`} />
          )}
          <p className="why">Nothing has started. The machine costs while it waits.</p>
        </section>
        {holding.map((row) => (
          <Blocker
            key={row.id}
            row={row}
            isChosen={row.id === chosenId}
            reason={reasons[row.id] ?? ''}
            onReason={(because) => onReason(row.id, because)}
          />
        ))}
        <section>
          <h2>Plan</h2>
          <dl className="kv">
            <dt>Checkout</dt>
            <dd className="mono s11 wrap-any">{plan.checkout}</dd>
            <dt>Config</dt>
            <dd className="mono s11 wrap-any">{plan.config}</dd>
            {configHash === null ? null : (
              <>
                <dt>Its hash</dt>
                <dd>
                  <Copyable text={configHash} label="hash of the configuration">
                    {configHash.slice(0, 8)}
                  </Copyable>
                </dd>
              </>
            )}
            <dt>Run root</dt>
            <dd className="mono s11 wrap-any">{plan.workDir}</dd>
            <dt>Stages</dt>
            <dd>{plan.stages.length === 0 ? 'all, in order' : plan.stages.join(', ')}</dd>
          </dl>
        </section>
      </div>
      <div className="remote-launch">
        <Button kind="primary" disabled={!isReady} onClick={onLaunch}>
          {isBusy
            ? 'At work'
            : !isChecked
              ? 'Launch: not checked'
              : openCount > 0
                ? `Launch: ${openCount} ${openCount === 1 ? 'check blocks' : 'checks block'} it`
                : `Launch ${plan.mode === 'fresh' ? 'a fresh run' : 'and resume'}`}
        </Button>
      </div>
    </aside>
  );
}

function Blocker({
  row,
  isChosen,
  reason,
  onReason,
}: {
  readonly row: RemoteCheck;
  readonly isChosen: boolean;
  readonly reason: string;
  readonly onReason: (because: string) => void;
}): ReactNode {
  const id = useId();
  const ref = useRef<HTMLElement>(null);
  const [typed, setTyped] = useState('');
  const [because, setBecause] = useState('');
  useEffect(() => {
    if (isChosen) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [isChosen]);
  const words = overrideWords(row.id);
  const isReady = typed.trim() === words && because.trim().length >= 3;
  return (
    <section ref={ref} className="remote-blocker" aria-label={`Blocker ${row.id}`} data-testid="blocker">
      <h2>
        {row.id}
        {row.incident === null ? null : (
          <Link className="link src" href={addressOf.incident(row.incident)}>
            incident {row.incident}
          </Link>
        )}
      </h2>
      <p className="t2 wrap-any">{row.evidence}</p>
      {row.fix === null ? null : <p className="why wrap-any">{row.fix}</p>}
      {reason !== '' ? (
        <p>
          <StateMark shape="warn" word="Passed over" /> <span className="why">{reason}</span>{' '}
          <Button size="small" kind="ghost" onClick={() => onReason('')}>
            Take back
          </Button>
        </p>
      ) : (
        <details open={isChosen}>
          <summary>Launch all the same…</summary>
          <form
            className="remote-form"
            onSubmit={(event) => {
              event.preventDefault();
              if (isReady) onReason(because.trim());
            }}
          >
            <TextField id={`${id}-typed`} label={`Type ${words}`} value={typed} onValue={setTyped} />
            <TextField
              id={`${id}-because`}
              label="Why; kept with the run and your name"
              maxLength={500}
              value={because}
              onValue={setBecause}
            />
            <div className="row">
              <span className="sp" />
              <Button isSubmit size="small" disabled={!isReady}>
                Pass over it
              </Button>
            </div>
          </form>
        </details>
      )}
    </section>
  );
}
