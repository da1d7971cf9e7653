import { useId, type ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { closeFleetSheet } from './sheet-store.ts';

/** A question about a machine. Cancel has the focus, and Return does nothing while the answer is not complete. */
export function SheetForm({
  title,
  verb,
  isDangerous = false,
  isReady,
  isSending,
  onSubmit,
  children,
}: {
  readonly title: string;
  /** What the button says: the verb and its object. */
  readonly verb: string;
  readonly isDangerous?: boolean;
  readonly isReady: boolean;
  readonly isSending: boolean;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const formId = useId();
  return (
    <Sheet
      title={title}
      isOpen
      onClose={closeFleetSheet}
      footer={
        <>
          <button type="button" className="btn" data-autofocus onClick={closeFleetSheet}>
            Cancel
          </button>
          <button
            type="submit"
            form={formId}
            className={isDangerous ? 'btn dang fill' : 'btn pri'}
            disabled={!isReady || isSending}
          >
            {verb}
          </button>
        </>
      }
    >
      <form
        id={formId}
        className="machinesheet"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !isSending) onSubmit();
        }}
      >
        {children}
      </form>
    </Sheet>
  );
}

/** A sheet whose machine is not on the list any more. */
export function LostSheet({ title }: { readonly title: string }): ReactNode {
  return (
    <Sheet title={title} isOpen onClose={closeFleetSheet} footer={<Button onClick={closeFleetSheet}>Close</Button>}>
      <p className="t2">The machine is not on the list any more.</p>
    </Sheet>
  );
}
