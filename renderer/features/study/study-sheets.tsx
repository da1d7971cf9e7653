import { useId, useState, type ReactNode } from 'react';
import type { StudySummary } from '#shared/model/study.ts';
import { TextField } from '../../ui/field.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { useStudyCall } from './use-study-call.ts';

function Form({
  title,
  verb,
  isReady,
  isSending,
  onConfirm,
  onClose,
  children,
}: {
  readonly title: string;
  readonly verb: string;
  readonly isReady: boolean;
  readonly isSending: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <Sheet
      title={title}
      isOpen
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" data-autofocus onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form={id} className="btn dang" disabled={!isReady || isSending}>
            {verb}
          </button>
        </>
      }
    >
      <form
        id={id}
        className="study-sheet"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !isSending) onConfirm();
        }}
      >
        {children}
      </form>
    </Sheet>
  );
}

/** The sides are told, once and for good. */
export function UnblindSheet({
  summary,
  onClose,
}: {
  readonly summary: StudySummary;
  readonly onClose: () => void;
}): ReactNode {
  const { isSending, send } = useStudyCall();
  const [typed, setTyped] = useState('');
  const { studyId, name, reviewers } = summary;
  return (
    <Form
      title={`Unblind ${name}`}
      verb="Unblind"
      isReady={typed.trim() === name}
      isSending={isSending}
      onClose={onClose}
      onConfirm={() => send('Not unblinded', (call) => call('studies.unblind', { studyId, confirm: name }), onClose)}
    >
      <p className="t2">
        The sides are told and no label is taken any more.{' '}
        {reviewers.length < 2
          ? 'Only one reviewer has signed off: the gate will say insufficient.'
          : `${reviewers.length} reviewers have signed off.`}
      </p>
      <TextField
        id="study-unblind"
        label={`Type ${name} to confirm`}
        value={typed}
        onValue={setTyped}
        data-testid="typed-confirmation"
      />
    </Form>
  );
}

/** A study in which somebody could have known the sides decides nothing: that is said, with the reason. */
export function BreakSheet({
  studyId,
  onClose,
}: {
  readonly studyId: string;
  readonly onClose: () => void;
}): ReactNode {
  const { isSending, send } = useStudyCall();
  const [reason, setReason] = useState('');
  return (
    <Form
      title="Blinding is broken"
      verb="Say so"
      isReady={reason.trim() !== ''}
      isSending={isSending}
      onClose={onClose}
      onConfirm={() =>
        send('Not written', (call) => call('studies.breakBlinding', { studyId, reason: reason.trim() }), onClose)
      }
    >
      <p className="t2">The study stays, and its verdict is invalid from now on. This can not be taken back.</p>
      <TextField
        id="study-broken"
        label="What happened"
        value={reason}
        onValue={setReason}
        data-testid="study-broken"
      />
    </Form>
  );
}

/** Why a source clip lost the arm: without a reason such a clip forbids an acceptance. */
export function LossSheet({
  studyId,
  sourceClip,
  onClose,
}: {
  readonly studyId: string;
  readonly sourceClip: string;
  readonly onClose: () => void;
}): ReactNode {
  const { isSending, send } = useStudyCall();
  const [reason, setReason] = useState('');
  return (
    <Form
      title={`Why ${sourceClip} lost the arm`}
      verb="Write down"
      isReady={reason.trim() !== ''}
      isSending={isSending}
      onClose={onClose}
      onConfirm={() =>
        send(
          'Not written',
          (call) => call('studies.explainLoss', { studyId, sourceClip, reason: reason.trim() }),
          onClose,
        )
      }
    >
      <p className="t2">The reason is kept with your name, and stands in the report.</p>
      <TextField id="study-loss" label="Reason" value={reason} onValue={setReason} />
    </Form>
  );
}
