import { ArrowUp, Folder, HardDrive, Package } from 'lucide-react';
import type { ReactNode } from 'react';
import { useRoomQuery } from '../../client/hooks.ts';
import { IconButton } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { ErrorState, Reading } from '../../ui/notices.tsx';
import { Tag } from '../../ui/tag.tsx';

const icons = { run: Package, snapshot: HardDrive, folder: Folder } as const;

/** Folders on the engine's computer: a browser never learns the path of a chosen folder, so the room shows its own. */
export function FolderBrowser({
  path,
  onPath,
}: {
  readonly path: string;
  readonly onPath: (path: string) => void;
}): ReactNode {
  const listing = useRoomQuery('folders.list', { path }, { keepPrevious: true });
  if (listing.error !== null) return <ErrorState inline title="Folder not readable" error={listing.error} />;
  if (listing.data === undefined) return <Reading what="Reading folders" />;
  const { folders, parent, truncated } = listing.data;
  return (
    <div className="folders" aria-label="Folders" role="group">
      <div className="at">
        <IconButton
          label="Up one folder"
          kind="ghost"
          size="small"
          disabled={parent === null}
          onClick={() => {
            if (parent !== null) onPath(parent);
          }}
        >
          <ArrowUp className="icon" aria-hidden="true" />
        </IconButton>
        <Copyable text={listing.data.path} label="folder path" />
      </div>
      <ul className="scroll">
        {folders.length === 0 ? <li className="t3 none">No folders in this folder</li> : null}
        {folders.map((folder) => {
          const Icon = icons[folder.looksLike];
          return (
            <li key={folder.path}>
              <button type="button" onClick={() => onPath(folder.path)}>
                <Icon className="icon" aria-hidden="true" />
                <span className="trunc">{folder.name}</span>
                {folder.looksLike === 'folder' ? null : (
                  <Tag>{folder.looksLike === 'run' ? 'looks like a run' : 'looks like a snapshot'}</Tag>
                )}
              </button>
            </li>
          );
        })}
        {truncated ? <li className="t3 none">More folders are here than are listed. Type the path above.</li> : null}
      </ul>
    </div>
  );
}
