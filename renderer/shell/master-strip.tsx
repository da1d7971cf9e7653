import { Search } from 'lucide-react';
import type { ReactNode } from 'react';
import { useConnection, useRoomQuery } from '../client/hooks.ts';
import { classes } from '../ui/classes.ts';
import { FleetCells } from './fleet-cells.tsx';
import { modKey } from './key-caps.ts';
import { setPaletteOpen } from './shell-store.ts';

/** The strip on top of every screen: only facts that the room has read, each in its fixed place. */
export function MasterStrip(): ReactNode {
  const connection = useConnection();
  const room = useRoomQuery('room.info', {});
  const isCut = connection.kind === 'lost' || connection.kind === 'locked';
  return (
    <header className={classes('strip', room.data?.workspace.isDemo === true && 'demo', isCut && 'lost')}>
      <div className="brand">
        <img src="/icon.svg" width={18} height={18} alt="" />
        <span className="w6">Control Room</span>
      </div>
      <FleetCells />
      {/* The title is its name where there is no room for its words. */}
      <button
        type="button"
        className="find"
        title="Search or run a command"
        onClick={() => setPaletteOpen(true)}
        aria-keyshortcuts="Meta+K Control+K"
      >
        <Search className="icon" aria-hidden="true" />
        <span className="word">Search or run a command</span>
        <kbd>{modKey}K</kbd>
      </button>
    </header>
  );
}
