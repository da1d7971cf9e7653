import { parentPort, workerData } from 'node:worker_threads';
import { serveProcedures, type Procedures } from '../threads/rpc.ts';
import { explainDatabaseFailure } from './failure.ts';
import { openForReading, openForWriting } from './files.ts';
import { reads, writes } from './stores.ts';
import type { StoreContext } from './store-context.ts';

export type DatabaseThreadData = { readonly role: 'writer' | 'reader'; readonly folder: string };

const data = workerData as DatabaseThreadData;
const port = parentPort;
if (port === null) throw new Error('database.thread runs in a worker thread only');

let context: StoreContext | null = null;

function open(): StoreContext {
  if (context === null) {
    const sql = data.role === 'writer' ? openForWriting(data.folder, new Date()) : openForReading(data.folder);
    context = { sql, folder: data.folder };
  }
  return context;
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
      return (run as (context: StoreContext, input: never) => unknown)(open(), input);
    } catch (error) {
      throw explainDatabaseFailure(error);
    }
  },
]);

serveProcedures(port, { ...control, ...(Object.fromEntries(stores) as Procedures) });
