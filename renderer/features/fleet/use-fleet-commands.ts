import { useLocation } from 'wouter';
import { useRoom } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { addressOf } from '../../shell/links.ts';
import { copySsh } from './copy-ssh.ts';
import { selectMachine, setFleetOrder } from './fleet-store.ts';
import { openFleetSheet } from './sheet-store.ts';
import { optionId } from './strips.tsx';
import type { FleetRow } from './use-fleet.ts';
import { useMachineJob } from './use-machine-job.ts';
import { nameOf } from './words.ts';

/** What can be done on Fleet, by key and by the palette; most of it with the chosen machine. */
export function useFleetCommands(rows: readonly FleetRow[], selected: FleetRow | null, readAgain: () => void): void {
  const [, navigate] = useLocation();
  const { call } = useRoom();
  const { start } = useMachineJob();
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
    {
      id: 'stop',
      title: 'Stop the machine…',
      keyCaps: ['X'],
      bindings: ['x'],
      footer: 'stop',
      run: on(({ item }) => openFleetSheet('stop', item.id)),
    },
    {
      id: 'snapshot',
      title: 'Copy the files of the machine',
      keyCaps: ['S'],
      bindings: ['s'],
      footer: 'snapshot',
      keywords: ['pull', 'snapshot'],
      run: on(({ item }) => start('snapshots.pull', { instanceId: item.id }, `Copying ${nameOf(item)}`)),
    },
    {
      id: 'ssh',
      title: 'Copy the ssh command',
      keyCaps: ['T'],
      bindings: ['t'],
      footer: 'ssh command',
      run: on(({ item }) => void copySsh(item, call)),
    },
    { id: 'start', title: 'Start the machine…', run: on(({ item }) => openFleetSheet('start', item.id)) },
    { id: 'reboot', title: 'Reboot the machine…', run: on(({ item }) => openFleetSheet('reboot', item.id)) },
    { id: 'label', title: 'Label the machine…', run: on(({ item }) => openFleetSheet('label', item.id)) },
    {
      id: 'owner',
      title: 'Say whose machine it is…',
      keywords: ['adopt', 'known', 'ours'],
      run: on(({ item }) => openFleetSheet('owner', item.id)),
    },
    { id: 'destroy', title: 'Destroy the machine…', run: on(({ item }) => openFleetSheet('destroy', item.id)) },
    {
      id: 'cap',
      title: 'Set the cap of the machine…',
      keywords: ['budget'],
      run: on(({ item }) => openFleetSheet('cap', item.id)),
    },
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
    {
      id: 'arm',
      title: 'Arm the guard of the machine…',
      run: on(({ item }) => openFleetSheet('arm', item.id)),
    },
    { id: 'by-attention', title: 'Machines by attention', run: () => setFleetOrder('attention') },
    { id: 'by-burn', title: 'Machines by burn', run: () => setFleetOrder('burn') },
    { id: 'by-name', title: 'Machines by name', run: () => setFleetOrder('name') },
  ]);
}
