import { Ellipsis } from 'lucide-react';
import type { ReactNode } from 'react';
import { useConnection, useRoomQuery } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Menu, MenuAction } from '../../ui/menu.tsx';
import { pullAgain } from './last-target.ts';
import { setSnapshotView } from './snapshots-store.ts';
import { useStart } from './use-start.ts';

/** What is done with all snapshots of a machine. */
export function MachineMenu({
  instanceId,
  name,
  lastJobId,
}: {
  readonly instanceId: string;
  readonly name: string;
  readonly lastJobId: string | null;
}): ReactNode {
  const isCut = useConnection().kind !== 'open';
  const { start, isSending } = useStart();
  const lastJob = useRoomQuery('jobs.get', { id: lastJobId ?? '' }, { enabled: lastJobId !== null });
  // Without the last pull nobody knows where a machine outside of the fleet is.
  const isReady = lastJobId === null || lastJob.data !== undefined;
  return (
    <>
      <Button
        size="small"
        disabled={isCut || isSending || !isReady}
        onClick={() => start('snapshots.pull', pullAgain(instanceId, lastJob.data ?? null), `Pulling ${name}`)}
      >
        Pull now
      </Button>
      <Menu
        label={`More for ${name}`}
        isIcon
        buttonClass="btn square sm"
        button={<Ellipsis className="icon" aria-hidden="true" />}
      >
        <MenuAction disabled={isCut} onSelect={() => start('mirror.check', { instanceId }, `Checking ${name} in B2`)}>
          Check B2
        </MenuAction>
        <MenuAction
          disabled={isCut}
          onSelect={() => start('mirror.check', { instanceId, readBack: 'all' }, `Reading ${name} back from B2`)}
        >
          Check B2, read everything back
        </MenuAction>
        <hr />
        <MenuAction disabled={isCut} onSelect={() => setSnapshotView({ sheet: { kind: 'retention', instanceId } })}>
          Retention…
        </MenuAction>
      </Menu>
    </>
  );
}
