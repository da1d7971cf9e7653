import { Ellipsis } from 'lucide-react';
import type { ReactNode } from 'react';
import { useConnection, useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
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
  // The last pull says where a machine outside of the fleet is. When it can not be read the room says what it lacks.
  const isReady = lastJobId === null || lastJob.data !== undefined || lastJob.error !== null;
  const title = isCut ? 'The engine is not connected' : isReady ? undefined : 'Reading where its last pull came from';
  const pull = (): void => start('snapshots.pull', pullAgain(instanceId, lastJob.data ?? null), `Pulling ${name}`);
  const check = (readBack: 'due' | 'all'): void =>
    start('mirror.check', { instanceId, readBack }, `${readBack === 'all' ? 'Reading' : 'Checking'} ${name} in B2`);
  const retain = (): void => setSnapshotView({ sheet: { kind: 'retention', instanceId } });
  useCommands(`Snapshots of ${name}`, [
    { id: 'pull', title: `Pull ${name} now`, run: () => (isCut || !isReady ? undefined : pull()) },
    { id: 'check', title: `Check ${name} in B2`, run: () => (isCut ? undefined : check('due')) },
    { id: 'retention', title: `Retention of ${name}…`, run: () => (isCut ? undefined : retain()) },
  ]);
  return (
    <>
      <Button size="small" disabled={isCut || isSending || !isReady} title={title} onClick={pull}>
        Pull now
      </Button>
      <Menu
        label={`More for ${name}`}
        isIcon
        buttonClass="btn square sm"
        button={<Ellipsis className="icon" aria-hidden="true" />}
      >
        <MenuAction disabled={isCut} onSelect={() => check('due')}>
          Check B2
        </MenuAction>
        <MenuAction disabled={isCut} onSelect={() => check('all')}>
          Check B2, read everything back
        </MenuAction>
        <hr />
        <MenuAction disabled={isCut} onSelect={retain}>
          Retention…
        </MenuAction>
      </Menu>
    </>
  );
}
