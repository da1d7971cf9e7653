import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import DatabaseConstructor, { type Database } from 'better-sqlite3';
import { RoomError } from '#shared/errors.ts';
import { explainDatabaseFailure } from './failure.ts';
import { historyMigrations } from './history-schema.ts';
import { indexMigrations } from './index-schema.ts';
import { migrate } from './migrate.ts';
import { Sql } from './sql.ts';

const historyFile = 'history.db';
const indexFile = 'index.db';
const dailyBackupsKept = 14;

export const databasePaths = (folder: string) => ({
  history: join(folder, historyFile),
  index: join(folder, indexFile),
  backups: join(folder, 'backups'),
});

/** Opens both files for the one writer, after a backup where one is due. `index.db` is attached as `idx`. */
export function openForWriting(folder: string, now: Date): Sql {
  const paths = databasePaths(folder);
  const history = openFile(paths.history, 'history.db');
  try {
    migrate(history, historyMigrations, {
      label: 'history.db',
      beforeFirst: (from) => {
        if (from > 0) backUp(history, paths.backups, `before-${from}-${stamp(now)}`);
      },
    });
    backUpDaily(history, paths.backups, now);
    openIndex(paths.index).close();
    history.prepare('ATTACH DATABASE ? AS idx').run(paths.index);
    const sql = new Sql(history);
    // In a workspace without runs there is nothing that an index could lack.
    if (sql.get('SELECT 1 FROM run LIMIT 1') === undefined) markIndexComplete(sql);
    return sql;
  } catch (error) {
    history.close();
    throw error;
  }
}

/** Opens both files for a reader; the writer has made and migrated them before. */
export function openForReading(folder: string): Sql {
  const paths = databasePaths(folder);
  const history = new DatabaseConstructor(paths.history, { readonly: true, timeout: 5000 });
  history.prepare('ATTACH DATABASE ? AS idx').run(paths.index);
  return new Sql(history);
}

/**
 * Makes or migrates `index.db`. A damaged index is set aside, never repaired: everything in it can
 * be made again. One from a newer room is refused like the history.
 */
function openIndex(path: string): Database {
  let index: Database;
  try {
    index = openFile(path, 'index.db');
    migrate(index, indexMigrations, { label: 'index.db' });
    return index;
  } catch (error) {
    if (!(error instanceof RoomError) || error.code !== 'database_damaged') throw error;
    removeDatabase(path);
    index = openFile(path, 'index.db');
    migrate(index, indexMigrations, { label: 'index.db' });
    return index;
  }
}

/** Drops `index.db` and makes an empty one in its place; the history is untouched. */
export function recreateIndex(sql: Sql, folder: string): void {
  const path = databasePaths(folder).index;
  sql.forgetStatements();
  sql.database.exec('DETACH DATABASE idx');
  removeDatabase(path);
  openIndex(path).close();
  sql.database.prepare('ATTACH DATABASE ? AS idx').run(path);
  sql.forgetStatements();
}

/** `application_id` of an index into which everything was read that could be; a new file has 0. */
const completeIndexId = 1;

/** False for an index that was made anew and not filled to the end: lists and searches in it may lack something. */
export function isIndexComplete(sql: Sql): boolean {
  return sql.database.pragma('idx.application_id', { simple: true }) === completeIndexId;
}

export function markIndexComplete(sql: Sql): void {
  sql.database.pragma(`idx.application_id = ${completeIndexId}`);
}

function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}

function openFile(path: string, label: string): Database {
  let database: Database | null = null;
  try {
    database = new DatabaseConstructor(path, { timeout: 5000 });
    database.pragma('journal_mode = WAL');
    database.pragma('foreign_keys = ON');
    database.pragma('synchronous = NORMAL');
    // fsync on macOS does not flush the drive's cache; this makes checkpoints do so.
    database.pragma('checkpoint_fullfsync = ON');
    database.pragma('cache_size = -65536');
    // Reads a page: a file that is no database fails here and not later.
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return database;
  } catch (cause) {
    database?.close();
    throw explainOpenFailure(label, path, cause);
  }
}

function explainOpenFailure(label: string, path: string, cause: unknown): RoomError {
  const code = (cause as { code?: string }).code ?? '';
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (!existsSync(dirname(path)))
    return new RoomError(
      'path_missing',
      `The folder of the workspace, ${dirname(path)}, is gone: nothing was opened.`,
      {
        hint: 'Put the folder back where it was and check that its disk is connected, or open another workspace.',
        cause,
      },
    );
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_CANTOPEN' || code === 'SQLITE_PERM') {
    return new RoomError('workspace_read_only', `${label} can not be written at ${path}: ${reason}.`, {
      hint: 'Check the permissions of the workspace folder, or open a workspace on a disk that can be written.',
      cause,
    });
  }
  if (code === 'SQLITE_FULL' || code.startsWith('SQLITE_IOERR')) {
    return new RoomError(
      'disk_full',
      `${label} can not be written at ${path}: ${reason}. The disk is full or failing; nothing that was stored is lost.`,
      {
        hint: 'Free some space on this disk and open the room again.',
        cause,
      },
    );
  }
  if (!code.startsWith('SQLITE_CORRUPT') && code !== 'SQLITE_NOTADB') {
    const known = explainDatabaseFailure(cause);
    return known instanceof RoomError
      ? known
      : new RoomError('path_unreadable', `${label} at ${path} can not be opened: ${reason}. Nothing was changed.`, {
          hint: 'Close other programs that use this folder, then try again.',
          cause,
        });
  }
  return new RoomError('database_damaged', `${label} at ${path} can not be read: ${reason}.`, {
    hint: 'A copy from a day when it was good is in the backups folder of the workspace.',
    cause,
  });
}

function stamp(now: Date): string {
  return now.toISOString().replaceAll(/[-:]/g, '').slice(0, 15) + 'Z';
}

function backUp(history: Database, folder: string, name: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const target = join(folder, `history-${name}.db`);
  if (existsSync(target)) return;
  // VACUUM INTO writes a consistent copy, also while readers are open. It has its name only once it is whole.
  const unfinished = `${target}.tmp`;
  rmSync(unfinished, { force: true });
  try {
    history.prepare('VACUUM INTO ?').run(unfinished);
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw explainDatabaseFailure(error);
  }
}

function backUpDaily(history: Database, folder: string, now: Date): void {
  const eventful = history
    .prepare('SELECT EXISTS (SELECT 1 FROM run) OR EXISTS (SELECT 1 FROM event) AS yes')
    .get() as { yes: number };
  if (eventful.yes === 0) return;
  backUp(history, folder, stamp(now).slice(0, 8));
  const daily = readdirSync(folder)
    .filter((name) => /^history-\d{8}\.db$/.test(name))
    .toSorted();
  for (const name of daily.slice(0, -dailyBackupsKept)) rmSync(join(folder, name));
}

/** When the newest copy of the history was made; null when there is none. */
export function lastBackupAt(folder: string): string | null {
  const backups = databasePaths(folder).backups;
  if (!existsSync(backups)) return null;
  const times = readdirSync(backups)
    .filter((name) => name.endsWith('.db'))
    .map((name) => statSync(join(backups, name)).mtimeMs);
  return times.length === 0 ? null : new Date(Math.max(...times)).toISOString();
}

/** Bytes of a database with its write-ahead log. */
export function databaseBytes(path: string): number {
  return ['', '-wal'].reduce((sum, suffix) => sum + (existsSync(path + suffix) ? statSync(path + suffix).size : 0), 0);
}
