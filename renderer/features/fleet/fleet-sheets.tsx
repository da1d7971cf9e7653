import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { ArmSheet } from './arm-sheet.tsx';
import { CapForm } from './cap-form.tsx';
import { DestroySheet } from './destroy-sheet.tsx';
import { DrillSheet, LeaseSheet, OverrideSheet } from './drill-sheets.tsx';
import { OwnerSheet } from './owner-sheet.tsx';
import { LostSheet } from './sheet-form.tsx';
import { closeFleetSheet, useFleetSheet, type MachineSheet } from './sheet-store.ts';
import { LabelSheet, RebootSheet, StartSheet } from './small-sheets.tsx';
import { StopAllSheet } from './stop-all-sheet.tsx';
import { StopSheet } from './stop-sheet.tsx';
import { useFleet, type FleetRow } from './use-fleet.ts';
import { nameOf } from './words.ts';
import './machine-sheets.css';

const sheets: Record<Exclude<MachineSheet, 'cap' | 'stop_all'>, (props: { readonly row: FleetRow }) => ReactNode> = {
  stop: StopSheet,
  destroy: DestroySheet,
  start: StartSheet,
  reboot: RebootSheet,
  label: LabelSheet,
  owner: OwnerSheet,
  arm: ArmSheet,
  lease: LeaseSheet,
  drill: DrillSheet,
  override: OverrideSheet,
};

function Opened({ kind, id }: { readonly kind: MachineSheet; readonly id: string | null }): ReactNode {
  const { rows, budget } = useFleet();
  const row = rows.find(({ item }) => item.id === id) ?? null;
  if (kind === 'cap')
    return (
      <Sheet
        title={row === null ? 'Cap of the fleet for a day' : `Cap of ${nameOf(row.item)}`}
        isOpen
        onClose={closeFleetSheet}
        footer={<Button onClick={closeFleetSheet}>Close</Button>}
      >
        <p className="t2">
          {row === null
            ? 'What all machines together may cost from midnight to midnight UTC.'
            : 'What this machine may cost, from the beginning of its contract.'}{' '}
          A cap warns at 50, 80 and 95 per cent.
        </p>
        <CapForm instanceId={id} budget={id === null ? budget : (row?.budget ?? null)} onDone={closeFleetSheet} />
      </Sheet>
    );
  if (kind === 'stop_all') return <StopAllSheet />;
  if (row === null) return <LostSheet title="Machine not found" />;
  const Content = sheets[kind];
  return <Content key={row.item.id} row={row} />;
}

/** The question that is open about a machine, over any screen. */
export function FleetSheets(): ReactNode {
  const open = useFleetSheet((state) => state.open);
  return open === null ? null : <Opened key={`${open.kind} ${open.id}`} {...open} />;
}
