import { X } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { classes } from './classes.ts';
import { useModal } from './use-modal.ts';

/** A modal sheet on the native dialog: it keeps the focus, closes on Escape and gives the focus back. */
export function Sheet({
  title,
  isOpen,
  onClose,
  wide = false,
  footer,
  children,
}: {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly wide?: boolean;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const ref = useModal(isOpen);
  const titleId = useId();
  return (
    <dialog
      ref={ref}
      className={classes('sheet', wide && 'wide')}
      aria-labelledby={titleId}
      onClose={onClose}
      onMouseDown={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
    >
      {isOpen ? (
        <>
          <header>
            <h2 id={titleId}>{title}</h2>
            <span className="sp" />
            <IconButton label="Close" keyHint="Esc" kind="ghost" size="small" onClick={onClose}>
              <X className="icon" aria-hidden="true" />
            </IconButton>
          </header>
          <div className="body">{children}</div>
          {footer === undefined ? null : <footer>{footer}</footer>}
        </>
      ) : null}
    </dialog>
  );
}
