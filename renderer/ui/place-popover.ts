const gapPx = 8;

/** Places a popover under what opened it, or above when there is no room, and always inside the window. */
export function placePopover(popover: HTMLElement, anchor: HTMLElement): void {
  const at = anchor.getBoundingClientRect();
  const left = Math.max(gapPx, Math.min(at.left, window.innerWidth - popover.offsetWidth - gapPx));
  const fitsBelow = at.bottom + popover.offsetHeight + gapPx + 4 < window.innerHeight;
  popover.style.left = `${left}px`;
  popover.style.top = fitsBelow ? `${at.bottom}px` : `${Math.max(gapPx, at.top - popover.offsetHeight - gapPx)}px`;
}
