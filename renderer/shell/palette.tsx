import { Command } from 'cmdk';
import { Search } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useRoomQuery } from '../client/hooks.ts';
import { formatMoment } from '../ui/format.ts';
import { useNow } from '../ui/use-now.ts';
import { Verdict } from '../ui/verdict.tsx';
import { useCommandStore } from './commands.ts';
import { addressOf } from './links.ts';
import { setPaletteOpen, useShell } from './shell-store.ts';
import { useModal } from '../ui/use-modal.ts';

function close(): void {
  setPaletteOpen(false);
}

function CommandGroups(): ReactNode {
  const regions = useCommandStore((state) => state.regions);
  return regions.toReversed().map((region) => {
    const commands = region.commands.filter((command) => command.inPalette !== false);
    if (commands.length === 0) return null;
    return (
      <Command.Group key={region.key} heading={region.name} value={region.key}>
        {commands.map((command) => (
          <Command.Item
            key={command.id}
            value={`${region.name} ${command.title} ${command.id}`}
            keywords={[...(command.keywords ?? [])]}
            onSelect={() => {
              close();
              command.run();
            }}
          >
            <span>{command.title}</span>
            <span className="end">
              {command.keyCaps?.map((cap) => (
                <kbd key={cap}>{cap}</kbd>
              ))}
            </span>
          </Command.Item>
        ))}
      </Command.Group>
    );
  });
}

function RunGroup({ text }: { readonly text: string }): ReactNode {
  const [, navigate] = useLocation();
  const nowMs = useNow(60_000);
  const runs = useRoomQuery('runs.list', { limit: 8, ...(text === '' ? {} : { text }) }, { keepPrevious: true });
  const items = runs.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Command.Group heading={text === '' ? 'Newest runs' : 'Runs'} value="runs">
      {items.map((run) => (
        <Command.Item
          key={run.id}
          forceMount
          value={`run ${run.name} ${run.id}`}
          onSelect={() => {
            close();
            navigate(addressOf.run(run.id));
          }}
        >
          <span className="trunc">{run.name}</span>
          <Verdict fact={{ of: 'status', state: run.status, label: run.labels.status }} />
          <span className="end tn">
            {run.startedAt === null ? run.facilityIds.join(', ') : formatMoment(run.startedAt, nowMs)}
          </span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

/** Everything that can be done and every run, by typing. */
export function Palette(): ReactNode {
  const isOpen = useShell((state) => state.isPaletteOpen);
  const [, navigate] = useLocation();
  const [text, setText] = useState('');
  const ref = useModal(isOpen);
  return (
    <dialog
      ref={ref}
      className="sheet palette"
      aria-label="Commands and runs"
      onClose={() => {
        close();
        setText('');
      }}
      onMouseDown={(event) => {
        if (event.target === event.currentTarget) close();
      }}
    >
      {isOpen ? (
        <Command label="Commands and runs" loop>
          <div className="type">
            <Search className="icon" aria-hidden="true" />
            <Command.Input value={text} onValueChange={setText} placeholder="Search or run a command" data-autofocus />
          </div>
          <Command.List label="Results">
            <CommandGroups />
            <RunGroup text={text} />
            {text === '' ? null : (
              <Command.Group heading="History" value="history">
                <Command.Item
                  forceMount
                  value={`history ${text}`}
                  onSelect={() => {
                    close();
                    navigate(addressOf.history(text));
                  }}
                >
                  <span className="trunc">Search the history for “{text}”</span>
                </Command.Item>
              </Command.Group>
            )}
          </Command.List>
        </Command>
      ) : null}
    </dialog>
  );
}
