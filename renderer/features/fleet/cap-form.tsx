import { useState, type ReactNode } from 'react';
import type { BudgetStatus } from '#shared/model/fleet.ts';
import { useConnection, useRoom } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';

/** Reads what was typed: an amount above 0, or OFF as a word. 0 is refused: a number never stands for no limit. */
function readTyped(text: string): { readonly capUsd: number } | { readonly because: string } {
  const trimmed = text.trim().replace(/^\$/, '');
  if (/^off$/i.test(trimmed)) return { capUsd: 0 };
  if (!/^(?:\d{1,9}(?:\.\d{0,2})?|\.\d{1,2})$/.test(trimmed))
    return { because: 'An amount such as 25 or 25.50, or OFF.' };
  const capUsd = Number(trimmed);
  return capUsd > 0 ? { capUsd } : { because: 'For no limit type OFF.' };
}

/** Sets a cap, or turns it off by its word. */
export function CapForm({
  instanceId,
  budget,
  onDone,
}: {
  /** Null: the whole fleet, for a UTC day. */
  readonly instanceId: string | null;
  readonly budget: BudgetStatus | null;
  readonly onDone?: () => void;
}): ReactNode {
  const { call } = useRoom();
  const isCut = useConnection().kind !== 'open';
  const [text, setText] = useState('');
  const [isSending, setIsSending] = useState(false);
  const typed = text.trim() === '' ? null : readTyped(text);
  const set = (capUsd: number): void => {
    setIsSending(true);
    call('budget.set', { capUsd, ...(instanceId === null ? {} : { instanceId }) })
      .then((status) => {
        setText('');
        showToast({
          shape: 'ok',
          title: status.capUsd === null ? 'Cap OFF, no limit' : `Cap $${status.capUsd.toFixed(2)}`,
        });
        onDone?.();
      })
      .catch((thrown: unknown) => showError('The cap was not changed', thrown))
      .finally(() => setIsSending(false));
  };
  return (
    <form
      className="capform"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed !== null && 'capUsd' in typed) set(typed.capUsd);
      }}
    >
      <TextField
        id={`cap-${instanceId ?? 'fleet'}`}
        label={instanceId === null ? 'Cap of the fleet for a day (UTC), dollars' : 'Cap of this machine, dollars'}
        placeholder={budget?.capUsd == null ? 'OFF' : budget.capUsd.toFixed(2)}
        value={text}
        onValue={setText}
        inputMode="decimal"
        note={
          typed !== null && 'because' in typed ? <span className="fail">{typed.because}</span> : 'An amount, or OFF.'
        }
      />
      <Button isSubmit disabled={isCut || isSending || typed === null || 'because' in typed}>
        Set cap
      </Button>
      <Button disabled={isCut || isSending || budget?.capUsd === null} onClick={() => set(0)}>
        Turn OFF
      </Button>
    </form>
  );
}
