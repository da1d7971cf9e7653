import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import DatabaseConstructor from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openForReading, openForWriting, recreateIndex } from './files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'room-db-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const day = (n: number): Date => new Date(Date.UTC(2026, 10, n, 12));
const backups = (): string[] =>
  existsSync(join(folder, 'backups')) ? readdirSync(join(folder, 'backups')).toSorted() : [];

function openAndClose(on: Date, work?: (sql: ReturnType<typeof openForWriting>) => void): void {
  const sql = openForWriting(folder, on);
  work?.(sql);
  sql.database.close();
}

const addRun = (sql: ReturnType<typeof openForWriting>): void => {
  sql.run(
    `INSERT INTO run (id, owner, facility_ids, start_source, created_at) VALUES ('run_1', 'local:x', '[]', 'none', '2026-11-01')`,
  );
};

test('one copy a day, none of an empty history, and the newest fourteen are kept', () => {
  openAndClose(day(1));
  expect(backups()).toEqual([]);
  openAndClose(day(1), addRun);
  for (let n = 2; n <= 20; n++) {
    openAndClose(day(n));
    openAndClose(day(n));
  }
  expect(backups()).toHaveLength(14);
  expect(backups().at(-1)).toBe('history-20261120.db');
  const copy = new DatabaseConstructor(join(folder, 'backups', 'history-20261107.db'), { readonly: true });
  expect(copy.prepare('SELECT id FROM run').all()).toEqual([{ id: 'run_1' }]);
  copy.close();
});

test('an index that is no database is made anew; the history is refused and stays as it is', () => {
  openAndClose(day(1), addRun);
  const rubbish = 'this is not a database, and it is longer than a header. '.repeat(50);
  writeFileSync(join(folder, 'index.db'), rubbish);
  openAndClose(day(1), (sql) => expect(sql.get('SELECT count(*) AS n FROM idx.run_row')).toEqual({ n: 0 }));
  writeFileSync(join(folder, 'history.db'), rubbish);
  expect(() => openForWriting(folder, day(1))).toThrowError(expect.objectContaining({ code: 'database_damaged' }));
});

test('an index from a newer room is refused, not dropped', () => {
  openAndClose(day(1));
  const index = new DatabaseConstructor(join(folder, 'index.db'));
  index.pragma('user_version = 4000');
  index.close();
  expect(() => openForWriting(folder, day(1))).toThrowError(expect.objectContaining({ code: 'database_newer' }));
});

test('events can be neither changed nor deleted', () => {
  openAndClose(day(1), (sql) => {
    sql.run(
      `INSERT INTO event VALUES ('ev_1', 'dev_a', 1, 'Ada', 'decision.recorded', '{}', '2026-11-01', 1, NULL, 'h')`,
    );
    expect(() => sql.run(`UPDATE event SET actor = 'Eve'`)).toThrow(/never changed/);
    expect(() => sql.run('DELETE FROM event')).toThrow(/never deleted/);
  });
});

test('a new index takes the place of the old under an open writer; readers see it when they open again', () => {
  const sql = openForWriting(folder, day(1));
  sql.run(`INSERT INTO idx.run_facility VALUES ('kitchen', 'run_1')`);
  const reader = openForReading(folder);
  expect(reader.get('SELECT count(*) AS n FROM idx.run_facility')).toEqual({ n: 1 });
  recreateIndex(sql, folder);
  expect(sql.get('SELECT count(*) AS n FROM idx.run_facility')).toEqual({ n: 0 });
  reader.database.close();
  const again = openForReading(folder);
  expect(again.get('SELECT count(*) AS n FROM idx.run_facility')).toEqual({ n: 0 });
  again.database.close();
  sql.database.close();
});

test('an index that another program holds is not thrown away', () => {
  openAndClose(day(1), (sql) => {
    addRun(sql);
    sql.database.exec('CREATE TABLE idx.mark (x)');
  });
  const holder = new DatabaseConstructor(join(folder, 'index.db'));
  holder.pragma('locking_mode = EXCLUSIVE');
  holder.exec('BEGIN EXCLUSIVE');
  expect(() => openForWriting(folder, day(1))).toThrowError(expect.objectContaining({ code: 'workspace_busy' }));
  holder.close();
  openAndClose(day(1), (sql) =>
    expect(sql.get(`SELECT name FROM idx.sqlite_schema WHERE name = 'mark'`)).toBeDefined(),
  );
}, 20_000);

test('a copy has its name only once it is whole', () => {
  openAndClose(day(1), addRun);
  openAndClose(day(2));
  // What an interrupted copy leaves behind.
  rmSync(join(folder, 'backups', 'history-20261102.db'));
  writeFileSync(join(folder, 'backups', 'history-20261102.db.tmp'), 'half');
  openAndClose(day(2));
  expect(backups()).toEqual(['history-20261102.db']);
});
