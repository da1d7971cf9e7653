import { useRoom } from '../../client/hooks.ts';
import type { Command } from '../../shell/commands.ts';
import { copySsh } from './copy-ssh.ts';
import { openFleetSheet } from './sheet-store.ts';
import type { FleetRow } from './use-fleet.ts';
import { useMachineJob } from './use-machine-job.ts';
import { nameOf } from './words.ts';

/** What can be done with one machine, by key and by the palette; nothing while none is chosen. */
export function useMachineCommands(row: FleetRow | null): readonly Command[] {
  const { call } = useRoom();
  const { start } = useMachineJob();
  const on = (run: (it: FleetRow) => void) => (): void => {
    if (row !== null) run(row);
  };
  return [
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
    { id: 'arm', title: 'Arm the guard of the machine…', run: on(({ item }) => openFleetSheet('arm', item.id)) },
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
  ];
}
