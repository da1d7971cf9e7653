import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { RoomError } from '#shared/errors.ts';
import { serveProcedures, type Procedures } from '../threads/rpc.ts';
import { explainDatabaseFailure } from './failure.ts';
import { databasePaths, openForReading, openForWriting } from './files.ts';
import { reads, writes } from './stores.ts';
import type { StoreContext } from './store-context.ts';

export type DatabaseThreadData = { readonly role: 'writer' | 'reader'; readonly folder: string };

const data = workerData as DatabaseThreadData;
const port = parentPort;
if (port === null) throw new Error('database.thread runs in a worker thread only');

let context: StoreContext | null = null;
/** Which history file was opened: a workspace that was deleted or replaced meanwhile takes nothing in any more. */
let openedInode: bigint | null = null;

function inodeOfHistory(): bigint | null {
  return statSync(databasePaths(data.folder).history, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}

function open(): StoreContext {
  if (context === null) {
    if (data.role === 'reader' && inodeOfHistory() === null) throw workspaceGone();
    const sql = data.role === 'writer' ? openForWriting(data.folder, new Date()) : openForReading(data.folder);
    context = { sql, folder: data.folder };
    openedInode = inodeOfHistory();
  }
  return context;
}

function openToWrite(): StoreContext {
  const opened = open();
  if (inodeOfHistory() !== openedInode) throw workspaceGone();
  return opened;
}

function workspaceGone(): RoomError {
  return new RoomError(
    'workspace_damaged',
    `The workspace ${data.folder} was moved, deleted or replaced while it was open. Nothing was stored.`,
    { hint: 'Put the folder back where it was, or open another workspace.' },
  );
}

const control: Procedures = {
  open: () => {
    open();
    return null;
  },
  // A reader must let go of an index file that the writer replaced.
  reopen: () => {
    context?.sql.database.close();
    context = null;
    open();
    return null;
  },
  close: () => {
    if (data.role === 'writer' && context !== null) {
      context.sql.database.pragma('wal_checkpoint(TRUNCATE)');
      context.sql.database.pragma('optimize');
    }
    context?.sql.database.close();
    context = null;
    return null;
  },
};

const stores = Object.entries(data.role === 'writer' ? { ...reads, ...writes } : reads).map(([name, run]) => [
  name,
  (input: never) => {
    try {
      const target = name in writes ? openToWrite() : open();
      return (run as (context: StoreContext, input: never) => unknown)(target, input);
    } catch (error) {
      throw explainDatabaseFailure(error);
    }
  },
]);

serveProcedures(port, { ...control, ...(Object.fromEntries(stores) as Procedures) });
