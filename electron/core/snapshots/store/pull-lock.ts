import { mkdirSync } from 'node:fs';
import DatabaseConstructor from 'better-sqlite3';
import { RoomError } from '#shared/errors.ts';
import type { Layout } from './layout.ts';

export type PullLock = { release(): void };

/**
 * One pull a machine, in whatever process and workspace.
 * @throws RoomError job_conflict while another pull has it.
 */
export function lockPull(layout: Layout, instanceId: string): PullLock {
  const lock = tryLock(layout, layout.lock);
  if (lock !== null) return lock;
  throw new RoomError('job_conflict', `Machine ${instanceId} is being pulled by another process right now.`, {
    hint: 'Nothing was done. It ends by itself; pull again afterwards.',
  });
}

/**
 * Null while somebody else has it. An open write transaction: it ends with its holder however that ends, which a file
 * with a process number in it does not.
 */
export function tryLock(layout: Layout, path: string): PullLock | null {
  mkdirSync(layout.room, { recursive: true });
  const database = new DatabaseConstructor(path, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (thrown) {
    database.close();
    if ((thrown as { code?: string }).code?.startsWith('SQLITE_BUSY') !== true) throw thrown;
    return null;
  }
  return {
    release() {
      if (!database.open) return;
      database.exec('ROLLBACK');
      database.close();
    },
  };
}
