import { create } from 'zustand';
import { useEffect, type ReactNode } from 'react';
import { formatClock } from '../ui/format.ts';
import { useNow } from '../ui/use-now.ts';
import { globalRegionName, useCommandStore } from './commands.ts';
import { setKeySheetOpen } from './shell-store.ts';

const useNote = create<{ readonly note: string | null }>()(() => ({ note: null }));

/** A fact about the screen that stands in the footer while it is shown, such as `18 of 214 shown`. */
export function useFooterNote(note: string | null): void {
  useEffect(() => {
    useNote.setState({ note });
    return () => useNote.setState({ note: null });
  }, [note]);
}

function Clock(): ReactNode {
  const nowMs = useNow();
  return <time className="mono t2">{formatClock(new Date(nowMs))} UTC</time>;
}

/** The keys of the region on top, and where and when this is. */
export function Footer({
  isRead,
  children,
}: {
  /** The children are known: before that the note would stand where they come. */
  readonly isRead: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const regions = useCommandStore((state) => state.regions);
  const note = useNote((state) => state.note);
  const top = regions.findLast(
    (region) => region.name !== globalRegionName && region.commands.some((command) => command.footer !== undefined),
  );
  return (
    <footer className="foot">
      <button type="button" className="h" onClick={() => setKeySheetOpen(true)}>
        <kbd>?</kbd> all keys
      </button>
      <span className="keys">
        {top?.commands.map((command) =>
          command.footer === undefined ? null : (
            <span key={command.id} className="h">
              {command.keyCaps?.map((cap) => (
                <kbd key={cap}>{cap}</kbd>
              ))}
              {command.footer}
            </span>
          ),
        )}
      </span>
      {isRead ? (
        <>
          {note === null ? null : <span className="tn">{note}</span>}
          {children}
        </>
      ) : null}
      <Clock />
    </footer>
  );
}
