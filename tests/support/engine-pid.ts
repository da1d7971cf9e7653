import { join } from 'node:path';
import DatabaseConstructor from 'better-sqlite3';

/** The process that holds a workspace, as its lock file says. */
export function enginePidOf(workspaceFolder: string): number {
  const database = new DatabaseConstructor(join(workspaceFolder, 'engine.lock.db'), { readonly: true });
  try {
    return (database.prepare('SELECT pid FROM holder').get() as { pid: number }).pid;
  } finally {
    database.close();
  }
}
