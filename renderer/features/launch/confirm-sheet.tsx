import { useState, type FormEvent, type ReactNode } from 'react';
import type { LaunchPlan } from '#shared/model/launch.ts';
import { useRoom } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { formatMoment } from '../../ui/format.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { useNow } from '../../ui/use-now.ts';
import { rent, setConfirming, useLaunch } from './launch-store.ts';
import { formatUsd, gpuWords, isTyped } from './offer-words.ts';

const formId = 'rent-form';

function ConfirmForm({ plan, onTyped }: { readonly plan: LaunchPlan; readonly onTyped: (text: string) => void }) {
  const { call } = useRoom();
  const nowMs = useNow(60_000);
  const [text, setText] = useState('');
  const error = useLaunch((state) => state.startError);
  const overridden = plan.gates.filter((gate) => gate.state === 'failed');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isTyped(text, plan.confirm)) void rent(call, text);
  };
  return (
    <form id={formId} className="col confirm" onSubmit={submit}>
      <ul className="lines">
        <li>{plan.cost.words}</li>
        <li>
          Its stop comes at <span className="tn">{formatMoment(plan.stopsAt, nowMs)} UTC</span> at the latest.{' '}
          {plan.cap.words}
        </li>
        <li>Storage is billed from the create on, the GPU from the moment it runs.</li>
        {overridden.map((gate) => (
          <li key={gate.id}>
            Launched over “{gate.title}”: {gate.evidence}
          </li>
        ))}
      </ul>
      <TextField
        id="rent-confirm"
        label={`To rent it, type its GPU and price: ${plan.confirm}`}
        className="mono"
        value={text}
        onValue={(value) => {
          setText(value);
          onTyped(value);
        }}
      />
      {error === null ? null : <ErrorState inline title="Not started" error={error} />}
    </form>
  );
}

/** The last question: what it costs in words, and the GPU and price typed by whoever means it. */
export function ConfirmSheet(): ReactNode {
  const plan = useLaunch((state) => state.plan);
  const isConfirming = useLaunch((state) => state.isConfirming);
  const [typed, setTyped] = useState('');
  const close = (): void => {
    setTyped('');
    setConfirming(false);
  };
  const isOpen = isConfirming && plan !== null;
  const price = plan?.cost.perHourUsd ?? null;
  return (
    <Sheet
      title={
        plan === null ? 'Rent' : `Rent ${gpuWords(plan.offer)}${price === null ? '' : ` at ${formatUsd(price)}/h`}?`
      }
      isOpen={isOpen}
      onClose={close}
      footer={
        <>
          <Button onClick={close} data-autofocus>
            Cancel
          </Button>
          <Button kind="primary" isSubmit form={formId} disabled={plan === null || !isTyped(typed, plan.confirm)}>
            {plan === null ? 'Rent' : `Rent ${gpuWords(plan.offer)}`}
          </Button>
        </>
      }
    >
      {plan === null ? null : <ConfirmForm plan={plan} onTyped={setTyped} />}
    </Sheet>
  );
}
