import { Check } from 'lucide-react';
import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { placePopover } from './place-popover.ts';

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0 && event.key !== 'Home' && event.key !== 'End') return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^=menuitem]')];
  const index = items.indexOf(document.activeElement as HTMLElement);
  const next =
    event.key === 'Home' ? 0 : event.key === 'End' ? items.length - 1 : (index + step + items.length) % items.length;
  items[next]?.focus();
  event.preventDefault();
  event.stopPropagation();
}

/** A button that opens a list of actions or choices. The popover closes on Escape and on a press outside. */
export function Menu({
  label,
  button,
  buttonClass = 'btn',
  isIcon = false,
  children,
}: {
  readonly label: string;
  /** The button shows no word: it takes its name and tooltip from the label. */
  readonly isIcon?: boolean;
  readonly button: ReactNode;
  readonly buttonClass?: string;
  readonly children: ReactNode;
}): ReactNode {
  const id = useId();
  const anchorRef = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={anchorRef}
        type="button"
        className={buttonClass}
        aria-haspopup="menu"
        aria-label={isIcon ? label : undefined}
        title={isIcon ? label : undefined}
        data-menu={label}
        popoverTarget={id}
      >
        {button}
      </button>
      <div
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        className="menu"
        onKeyDown={moveFocus}
        onToggle={(event) => {
          if (event.newState !== 'open' || anchorRef.current === null) return;
          placePopover(event.currentTarget, anchorRef.current);
          event.currentTarget.querySelector<HTMLElement>('[role^=menuitem]')?.focus();
        }}
      >
        {children}
      </div>
    </>
  );
}

function closeMenu(from: HTMLElement): void {
  from.closest<HTMLElement>('[popover]')?.hidePopover();
}

export function MenuAction({
  onSelect,
  disabled = false,
  end,
  children,
}: {
  readonly onSelect: () => void;
  readonly disabled?: boolean;
  readonly end?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <button
      type="button"
      role="menuitem"
      className="item"
      tabIndex={-1}
      aria-disabled={disabled}
      onClick={(event) => {
        if (disabled) return;
        closeMenu(event.currentTarget);
        onSelect();
      }}
    >
      {children}
      {end === undefined ? null : <span className="end">{end}</span>}
    </button>
  );
}

/** A choice that stays open: several may be ticked. `single` closes the menu. */
export function MenuChoice({
  checked,
  onToggle,
  single = false,
  end,
  children,
}: {
  readonly checked: boolean;
  readonly onToggle: () => void;
  readonly single?: boolean;
  readonly end?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <button
      type="button"
      role={single ? 'menuitemradio' : 'menuitemcheckbox'}
      aria-checked={checked}
      className="item"
      tabIndex={-1}
      onClick={(event) => {
        if (single) closeMenu(event.currentTarget);
        onToggle();
      }}
    >
      <span className="tick">{checked ? <Check className="icon" aria-hidden="true" /> : null}</span>
      {children}
      {end === undefined ? null : <span className="end">{end}</span>}
    </button>
  );
}
