import { FolderOpen } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { RoomInfo } from '#shared/contract/room.ts';
import type { RoomError } from '#shared/errors.ts';
import { useRoom, useRoomQuery } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { TextField } from '../../ui/field.tsx';
import { formatExact, formatMoment } from '../../ui/format.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { Tag } from '../../ui/tag.tsx';
import { showError } from '../../ui/toast-store.ts';
import { useNow } from '../../ui/use-now.ts';
import { SettingsSection } from './settings-section.tsx';

function OpenForm({
  room,
  onOpen,
  error,
}: {
  readonly room: RoomInfo;
  readonly onOpen: (path: string) => void;
  readonly error: RoomError | null;
}): ReactNode {
  const [path, setPath] = useState('');
  const { call } = useRoom();
  const pick = async (): Promise<void> => {
    try {
      const picked = await call('room.pickFolder', { title: 'Open a workspace' });
      if (picked.path !== null) setPath(picked.path);
    } catch (thrown) {
      showError('No folder chosen', thrown);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (path.trim() !== '') onOpen(path.trim());
      }}
    >
      <div className="saved">
        <TextField
          id="workspace-path"
          label="Open or create a workspace of your own"
          note="A folder for the history: databases, decisions, settings. A new or empty folder becomes a workspace; run folders stay where they are."
          placeholder="/home/…/control-room"
          value={path}
          onValue={setPath}
        />
        <span className="row">
          {room.canPickFolder ? <Button onClick={() => void pick()}>Choose…</Button> : null}
          <Button isSubmit kind="primary" disabled={path.trim() === ''}>
            <FolderOpen className="icon" aria-hidden="true" />
            Open
          </Button>
        </span>
      </div>
      {error === null ? null : <ErrorState inline title="Workspace not opened" error={error} />}
    </form>
  );
}

export function WorkspaceSection({ room }: { readonly room: RoomInfo }): ReactNode {
  const { call } = useRoom();
  const recent = useRoomQuery('workspaces.recent', {});
  const nowMs = useNow(60_000);
  const [error, setError] = useState<RoomError | null>(null);
  useEffect(() => {
    if (window.location.hash === '#workspace') document.getElementById('workspace-path')?.focus();
  }, []);
  const open = (path: string): void => {
    setError(null);
    call('workspaces.open', { path }).catch((thrown: RoomError) => setError(thrown));
  };
  const others = (recent.data?.items ?? []).filter((item) => item.path !== room.workspace.path);
  return (
    <SettingsSection
      id="workspace"
      title="Workspace"
      note="Everything the room knows is in one folder. Copy it and you have a copy of the history."
    >
      <dl className="kv">
        <dt>Name</dt>
        <dd className="row">
          <span className="w5">{room.workspace.name}</span>
          {room.workspace.isDemo ? <Tag tone="sim">demo</Tag> : null}
        </dd>
        <dt>Folder</dt>
        <dd>
          <Copyable text={room.workspace.path} label="folder of the workspace" />
        </dd>
        <dt>Created</dt>
        <dd className="tn">{formatExact(room.workspace.createdAt)} UTC</dd>
      </dl>
      {room.workspace.isDemo ? (
        <p className="t2">
          This is the demo workspace: sample runs to look around with. Open your own to import what matters.
        </p>
      ) : null}
      {room.canSwitchWorkspace ? (
        <OpenForm room={room} onOpen={open} error={error} />
      ) : (
        <p className="t2">
          This room was started on one workspace and stays on it. Start it with{' '}
          <span className="mono">--workspace DIR</span> to open another.
        </p>
      )}
      {others.length === 0 ? null : (
        <div>
          <span className="label">Recent</span>
          <ul className="recent">
            {others.map((item) => (
              <li key={item.path}>
                <span className="w5 trunc">{item.name}</span>
                {item.isDemo ? <Tag tone="sim">demo</Tag> : null}
                <span className="mono t3 s11 trunc" title={item.path}>
                  {item.path}
                </span>
                <span className="sp" />
                {item.exists ? null : <StateMark shape="warn" word="Missing" />}
                <span className="t3 tn nw s11">{formatMoment(item.lastOpenedAt, nowMs)}</span>
                <Button
                  size="small"
                  disabled={!item.exists || !room.canSwitchWorkspace}
                  onClick={() => open(item.path)}
                  aria-label={`Open ${item.name}`}
                >
                  Open
                </Button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </SettingsSection>
  );
}
