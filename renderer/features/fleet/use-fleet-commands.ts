import { useLocation } from 'wouter';
import { useCommands } from '../../shell/commands.ts';
import { addressOf } from '../../shell/links.ts';
import { selectMachine, setFleetOrder } from './fleet-store.ts';
import { openFleetSheet } from './sheet-store.ts';
import { optionId } from './strips.tsx';
import type { FleetRow } from './use-fleet.ts';
import { useMachineCommands } from './use-machine-commands.ts';

/** What can be done on Fleet, by key and by the palette; most of it with the chosen machine. */
export function useFleetCommands(rows: readonly FleetRow[], selected: FleetRow | null, readAgain: () => void): void {
  const [, navigate] = useLocation();
  const ofMachine = useMachineCommands(selected);
  const move = (step: 1 | -1): void => {
    const index = rows.findIndex((row) => row === selected);
    const next = rows[Math.max(0, Math.min(rows.length - 1, index + step))];
    if (next === undefined) return;
    selectMachine(next.item.id);
    document.getElementById(optionId(next.item.id))?.scrollIntoView({ block: 'nearest' });
  };
  const on = (run: (row: FleetRow) => void) => (): void => {
    if (selected !== null) run(selected);
  };
  useCommands('Fleet', [
    {
      id: 'next',
      title: 'Next machine',
      keyCaps: ['↑', '↓'],
      bindings: ['ArrowDown'],
      footer: 'select',
      inPalette: false,
      run: () => move(1),
    },
    { id: 'previous', title: 'Previous machine', bindings: ['ArrowUp'], inPalette: false, run: () => move(-1) },
    {
      id: 'open',
      title: 'Open the machine',
      keyCaps: ['⏎'],
      footer: 'open machine',
      run: on(({ item }) => navigate(addressOf.machine(item.id))),
    },
    ...ofMachine,
    {
      id: 'fleet-cap',
      title: 'Set the cap of the fleet for a day…',
      keywords: ['budget'],
      run: () => openFleetSheet('cap', null),
    },
    {
      id: 'again',
      title: 'Read the machines again',
      keyCaps: ['R'],
      bindings: ['r'],
      footer: 'read again',
      run: readAgain,
    },
    {
      id: 'stop-all',
      title: 'Stop everything that is armed…',
      run: () => openFleetSheet('stop_all', null),
    },
    { id: 'by-attention', title: 'Machines by attention', run: () => setFleetOrder('attention') },
    { id: 'by-burn', title: 'Machines by burn', run: () => setFleetOrder('burn') },
    { id: 'by-name', title: 'Machines by name', run: () => setFleetOrder('name') },
  ]);
}
