import { useEffect, type ReactNode } from 'react';
import { useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorState, Reading, StaleNote } from '../../ui/notices.tsx';
import { useNow } from '../../ui/use-now.ts';
import { AboutSection } from './about-section.tsx';
import { BackupsSection } from './backups-section.tsx';
import { DataSection } from './data-section.tsx';
import { MachinesSection } from './machines-section.tsx';
import { PersonSection } from './person-section.tsx';
import { ToolsSection } from './tools-section.tsx';
import { WorkspaceSection } from './workspace-section.tsx';
import './settings.css';

function goTo(id: string): void {
  document.getElementById(id)?.scrollIntoView({ block: 'start' });
}

export function SettingsScreen(): ReactNode {
  useScreenTitle('Settings');
  const room = useRoomQuery('room.info', {});
  const settings = useRoomQuery('settings.get', {});
  // Asked here, too: a list that comes later would push the sections below it down.
  const recent = useRoomQuery('workspaces.recent', {});
  const nowMs = useNow(60_000);
  useCommands('Settings', [
    { id: 'workspace', title: 'Workspace', run: () => goTo('workspace') },
    { id: 'machines', title: 'Vast API key and SSH keys', run: () => goTo('machines') },
    { id: 'backups', title: 'Snapshots, retention and the B2 bucket', run: () => goTo('backups') },
    { id: 'data', title: 'Database, decisions and index', run: () => goTo('data') },
  ]);
  const error = room.error ?? settings.error;
  const isRead = room.data !== undefined && settings.data !== undefined && !recent.isPending;
  // A link to a section is followed once there are sections.
  useEffect(() => {
    if (isRead && window.location.hash !== '') goTo(window.location.hash.slice(1));
  }, [isRead]);
  return (
    <div className="screen">
      <div className="bar">
        <h1>Settings</h1>
        <StaleNote error={room.data === undefined ? null : error} readAtMs={room.dataUpdatedAt} nowMs={nowMs} />
      </div>
      {room.data === undefined || settings.data === undefined || recent.isPending ? (
        error === null ? (
          <Reading what="Reading settings" />
        ) : (
          <ErrorState
            title="Settings could not be read"
            error={error}
            actions={
              <Button
                onClick={() => {
                  void room.refetch();
                  void settings.refetch();
                }}
              >
                Read again
              </Button>
            }
          />
        )
      ) : (
        <div className="settings scroll" tabIndex={0} role="region" aria-label="Settings">
          <WorkspaceSection room={room.data} />
          <PersonSection settings={settings.data} />
          <MachinesSection settings={settings.data} />
          <BackupsSection settings={settings.data} />
          <ToolsSection settings={settings.data} />
          <DataSection room={room.data} />
          <AboutSection room={room.data} />
        </div>
      )}
    </div>
  );
}
