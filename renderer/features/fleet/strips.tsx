import { useEffect, useRef, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { addressOf } from '../../shell/links.ts';
import { selectMachine } from './fleet-store.ts';
import { MachineStrip } from './machine-strip.tsx';
import { sparkMinutes, type Fleet, type FleetRow } from './use-fleet.ts';

export const optionId = (id: string): string => `machine-${id}`;

/** The machines as a list from which one is chosen: arrows move, Return opens. */
export function Strips({
  rows,
  selected,
  fleet,
  nowMs,
}: {
  readonly rows: readonly FleetRow[];
  readonly selected: FleetRow | null;
  readonly fleet: Fleet;
  readonly nowMs: number;
}): ReactNode {
  const [, navigate] = useLocation();
  const listRef = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Keys start in the list, unless a person is somewhere already.
    if (document.activeElement === document.body || document.activeElement?.id === 'main')
      listRef.current?.focus({ preventScroll: true });
  }, []);
  const untilMs = Date.parse(fleet.series?.until ?? fleet.view?.observedAt ?? new Date(nowMs).toISOString());
  const span = { untilMs, sinceMs: untilMs - sparkMinutes * 60_000 };
  return (
    <div
      ref={listRef}
      className="strips"
      role="listbox"
      aria-label="Machines"
      tabIndex={0}
      aria-activedescendant={selected === null ? undefined : optionId(selected.item.id)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || selected === null) return;
        event.preventDefault();
        navigate(addressOf.machine(selected.item.id));
      }}
    >
      {rows.map((row) => (
        <MachineStrip
          key={row.item.id}
          id={optionId(row.item.id)}
          row={row}
          isSelected={row === selected}
          span={span}
          nowMs={nowMs}
          onSelect={() => selectMachine(row.item.id)}
          onOpen={() => navigate(addressOf.machine(row.item.id))}
        />
      ))}
    </div>
  );
}
