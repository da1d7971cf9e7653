import { join } from 'node:path';
import DatabaseConstructor, { type Database } from 'better-sqlite3';
import { RoomError } from '#shared/errors.ts';

/** Who holds a workspace, for those who come second. */
export type LockHolder = {
  readonly pid: number;
  readonly role: 'resident' | 'errand';
  readonly socketPath: string;
  readonly since: string;
};

export type HeldLock = { release(): void };

/**
 * One engine a workspace. The lock is an open write transaction on `engine.lock.db`: it dies with
 * its holder however that ends, unlike a pid file. The database is in WAL mode, so that others can
 * read the holder's row while the transaction stands.
 *
 * @returns the lock, or who holds it (null when that could not be read).
 * @throws RoomError workspace_read_only when the folder can not be written.
 */
export function acquireLock(
  folder: string,
  holder: LockHolder,
): { readonly lock: HeldLock } | { readonly heldBy: LockHolder | null } {
  const database = openLockFile(folder);
  try {
    if (!tryBegin(database)) return { heldBy: readHolder(database) };
    database.prepare('DELETE FROM holder').run();
    database
      .prepare('INSERT INTO holder (pid, role, socket_path, since) VALUES (?, ?, ?, ?)')
      .run(holder.pid, holder.role, holder.socketPath, holder.since);
    database.exec('COMMIT');
    // The row is visible to others only once committed; somebody may be quicker to begin again.
    if (!tryBegin(database)) return { heldBy: readHolder(database) };
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    lock: {
      release() {
        if (!database.open) return;
        database.exec('ROLLBACK');
        database.close();
      },
    },
  };

  function readHolder(from: Database): LockHolder | null {
    try {
      const row = from.prepare('SELECT pid, role, socket_path AS socketPath, since FROM holder').get();
      return (row as LockHolder | undefined) ?? null;
    } finally {
      from.close();
    }
  }
}

function openLockFile(folder: string): Database {
  try {
    const database = new DatabaseConstructor(join(folder, 'engine.lock.db'), { timeout: 0 });
    database.pragma('journal_mode = WAL');
    const exists = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'holder'`).get();
    if (exists === undefined) {
      database.exec(
        'CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL, role TEXT NOT NULL, socket_path TEXT NOT NULL, since TEXT NOT NULL) STRICT',
      );
    }
    return database;
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? '';
    if (code.startsWith('SQLITE_BUSY')) {
      throw new RoomError('workspace_busy', `The workspace ${folder} is being opened by another process this moment.`, {
        hint: 'Try again.',
        cause,
      });
    }
    if (code === 'SQLITE_FULL' || code.startsWith('SQLITE_IOERR')) {
      throw new RoomError(
        'disk_full',
        `The disk of the workspace ${folder} is full or failing: ${(cause as Error).message}. Nothing that was stored is lost.`,
        {
          hint: 'Free some space on this disk and try again.',
          cause,
        },
      );
    }
    throw new RoomError(
      'workspace_read_only',
      `The workspace ${folder} can not be written: ${(cause as Error).message}.`,
      {
        hint: 'Check the permissions and the free space of its disk. To browse a copy, put it on a disk that can be written.',
        cause,
      },
    );
  }
}

function tryBegin(database: Database): boolean {
  try {
    database.exec('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY') === true) return false;
    throw error;
  }
}
