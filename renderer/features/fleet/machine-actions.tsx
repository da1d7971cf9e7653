import { Ellipsis } from 'lucide-react';
import type { ReactNode } from 'react';
import { isJobOver } from '#shared/model/job.ts';
import { useConnection, useRoom } from '../../client/hooks.ts';
import { addressOf, copyLink } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { Menu, MenuAction } from '../../ui/menu.tsx';
import { copySsh } from './copy-ssh.ts';
import { setSchedule } from './set-schedule.ts';
import { openFleetSheet } from './sheet-store.ts';
import type { FleetRow } from './use-fleet.ts';
import { useMachineJob } from './use-machine-job.ts';
import { nameOf } from './words.ts';

/** What can be done with a machine. Each is a job, or a question that leads to one. */
export function MachineActions({ row }: { readonly row: FleetRow }): ReactNode {
  const { item, lastJob, isScheduled } = row;
  const isCut = useConnection().kind !== 'open';
  const { call } = useRoom();
  const { start, isSending } = useMachineJob();
  const isBusy = lastJob !== null && !isJobOver(lastJob.state);
  if (item.goneAt !== null) return null;
  const canStart = ['stopped', 'outbid', 'crashed'].includes(item.phase);
  return (
    <div className="row acts" role="group" aria-label={`Actions of ${nameOf(item)}`}>
      {canStart ? (
        <Button disabled={isCut || isBusy} onClick={() => openFleetSheet('start', item.id)}>
          Start…
        </Button>
      ) : (
        <Button
          disabled={isCut || item.phase !== 'running' || isSending}
          title={item.phase === 'running' ? 'Copy what is new, and compare it with the machine (S)' : 'It does not run'}
          onClick={() => start('snapshots.pull', { instanceId: item.id }, `Copying ${nameOf(item)}`)}
        >
          Snapshot
        </Button>
      )}
      <Button
        disabled={isCut}
        title="Stop the machine; its disk is kept (X)"
        onClick={() => openFleetSheet('stop', item.id)}
      >
        Stop, keep data…
      </Button>
      <Menu
        label={`More for ${nameOf(item)}`}
        isIcon
        buttonClass="btn square"
        button={<Ellipsis className="icon" aria-hidden="true" />}
      >
        <MenuAction onSelect={() => void copySsh(item, call)} end="T">
          Copy ssh command
        </MenuAction>
        <MenuAction onSelect={() => void copyLink(addressOf.machine(item.id), nameOf(item))}>Copy link</MenuAction>
        <MenuAction
          disabled={isCut || isScheduled === null}
          onSelect={() => void setSchedule(item, isScheduled !== true, call)}
        >
          {isScheduled === true ? 'Stop copying by the clock' : 'Copy every 2 min'}
        </MenuAction>
        <MenuAction disabled={isCut} onSelect={() => openFleetSheet('arm', item.id)}>
          {item.guard.room.isArmed ? 'Change the guard…' : 'Arm the guard…'}
        </MenuAction>
        <MenuAction disabled={isCut} onSelect={() => openFleetSheet('cap', item.id)}>
          Set cap…
        </MenuAction>
        <MenuAction disabled={isCut || isBusy} onSelect={() => openFleetSheet('label', item.id)}>
          Label…
        </MenuAction>
        <MenuAction disabled={isCut} onSelect={() => openFleetSheet('owner', item.id)}>
          Whose machine…
        </MenuAction>
        <hr />
        <MenuAction
          disabled={isCut || isBusy || item.phase !== 'running'}
          onSelect={() => openFleetSheet('reboot', item.id)}
        >
          Reboot…
        </MenuAction>
        <MenuAction disabled={isCut} onSelect={() => openFleetSheet('destroy', item.id)}>
          Destroy…
        </MenuAction>
      </Menu>
    </div>
  );
}
