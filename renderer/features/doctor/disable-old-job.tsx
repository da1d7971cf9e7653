import { useId, useState, type ReactNode } from 'react';
import type { OldJob } from '#shared/contract/tools.ts';
import { useRoom } from '../../client/hooks.ts';
import { TextField } from '../../ui/field.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';

/** Asks for the name of what a cron line runs before a # is put in front of it. */
export function DisableOldJob({
  job,
  onClose,
  onDone,
}: {
  readonly job: OldJob;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): ReactNode {
  const { call } = useRoom();
  const id = useId();
  const [typed, setTyped] = useState('');
  const [isSending, setIsSending] = useState(false);
  const isReady = typed.trim() === job.script && !isSending;
  const disable = (): void => {
    setIsSending(true);
    call('tools.disableOldJob', { id: job.id, confirm: typed.trim() })
      .then(({ backupPath }) => {
        showToast({ shape: 'ok', title: 'Cron line disabled', text: `The crontab as it was: ${backupPath}` });
        onClose();
        onDone();
      })
      .catch((thrown: unknown) => showError('Cron line not disabled', thrown))
      .finally(() => setIsSending(false));
  };
  return (
    <Sheet
      title="Disable the cron line"
      isOpen
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" data-autofocus onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form={id} className="btn dang" disabled={!isReady}>
            Disable
          </button>
        </>
      }
    >
      <form
        id={id}
        className="col disableform"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) disable();
        }}
      >
        <p className="t2">
          The crontab is copied into the workspace first. Then a # is put in front of this line; every other line stays
          as it is.
        </p>
        <p className="mono s11 wrap-any">{job.line}</p>
        <TextField
          id={`${id}typed`}
          label={`Type ${job.script} to confirm`}
          value={typed}
          onValue={setTyped}
          data-testid="typed-confirmation"
        />
      </form>
    </Sheet>
  );
}
