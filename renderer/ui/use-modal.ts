import { useEffect, useRef, type RefObject } from 'react';

/** Opens and closes a native dialog with a state, and puts the focus where `data-autofocus` says. */
export function useModal(isOpen: boolean): RefObject<HTMLDialogElement | null> {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    if (isOpen && !dialog.open) {
      dialog.showModal();
      // The browser would choose the first thing that takes focus: a list that takes no letters, a button that closes.
      dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    }
    if (!isOpen && dialog.open) dialog.close();
  }, [isOpen]);
  return ref;
}
