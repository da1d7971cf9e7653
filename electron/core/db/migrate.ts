import type Database from 'better-sqlite3';
import { RoomError } from '#shared/errors.ts';
import { explainDatabaseFailure } from './failure.ts';

/** One step of a schema. Numbers go up by ten, so that a branch has room. */
export type Migration = {
  readonly version: number;
  readonly title: string;
  readonly up: (database: Database.Database) => void;
};

/** The version a database is at: SQLite's `user_version`. */
export function schemaVersion(database: Database.Database): number {
  return database.pragma('user_version', { simple: true }) as number;
}

/**
 * Brings a database to the newest version, each step in a transaction of its own.
 * @throws RoomError `database_newer` when the file was written by a newer room: nothing is touched.
 * @throws RoomError `database_damaged` when a step fails: the step is rolled back.
 */
export function migrate(
  database: Database.Database,
  migrations: readonly Migration[],
  options: { readonly label: string; readonly beforeFirst?: (from: number, to: number) => void },
): { readonly from: number; readonly to: number } {
  assertMonotonic(migrations);
  const from = schemaVersion(database);
  const newest = migrations.at(-1)?.version ?? 0;
  if (from > newest) {
    throw new RoomError(
      'database_newer',
      `${options.label} was written by a newer version of the room (schema ${from}, this one knows ${newest}). Nothing was opened or changed.`,
      {
        hint: 'Update the room, or open another workspace.',
        details: { found: from, known: newest },
      },
    );
  }
  const pending = migrations.filter((step) => step.version > from);
  if (pending.length > 0) options.beforeFirst?.(from, newest);
  for (const step of pending) {
    try {
      database.transaction(() => {
        step.up(database);
        database.pragma(`user_version = ${step.version}`);
      })();
    } catch (cause) {
      // A full disk or a busy file says nothing about the data in it.
      const known = explainDatabaseFailure(cause);
      if (known instanceof RoomError) throw known;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new RoomError(
        'database_damaged',
        `${options.label} could not be brought to schema ${step.version} (${step.title}): ${reason}. The step was rolled back.`,
        {
          hint: 'The copy made before is in the backups folder of the workspace.',
          cause,
        },
      );
    }
  }
  return { from, to: newest };
}

function assertMonotonic(migrations: readonly Migration[]): void {
  for (let i = 1; i < migrations.length; i++) {
    if (migrations[i]!.version <= migrations[i - 1]!.version) {
      throw new Error(`Migrations out of order at ${migrations[i]!.version}`);
    }
  }
}
