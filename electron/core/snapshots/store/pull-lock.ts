import { mkdirSync } from 'node:fs';
import DatabaseConstructor from 'better-sqlite3';
import { RoomError } from '#shared/errors.ts';
import type { Layout } from './layout.ts';

/**
 * One pull a machine, in whatever process and workspace. An open write transaction: it ends with its holder
 * however that ends, which a file with a process number in it does not.
 * @throws RoomError job_conflict while another pull has it.
 */
export function lockPull(layout: Layout, instanceId: string): { release(): void } {
  mkdirSync(layout.room, { recursive: true });
  const database = new DatabaseConstructor(layout.lock, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (thrown) {
    database.close();
    if ((thrown as { code?: string }).code?.startsWith('SQLITE_BUSY') !== true) throw thrown;
    throw new RoomError('job_conflict', `Machine ${instanceId} is being pulled by another process right now.`, {
      hint: 'Nothing was done. It ends by itself; pull again afterwards.',
    });
  }
  return {
    release() {
      if (!database.open) return;
      database.exec('ROLLBACK');
      database.close();
    },
  };
}
