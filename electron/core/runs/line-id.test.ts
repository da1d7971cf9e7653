import DatabaseConstructor from 'better-sqlite3';
import { expect, test } from 'vitest';
import { Sql } from '../db/sql.ts';
import { createTimeOrderedIds } from './line-id.ts';

function openLines(): { sql: Sql; add: (atMs: number) => number } {
  const database = new DatabaseConstructor(':memory:');
  database.exec(`ATTACH ':memory:' AS idx; CREATE TABLE idx.log_line (id INTEGER PRIMARY KEY)`);
  const sql = new Sql(database);
  const add = (atMs: number): number => {
    // A new set of ids each time, as each batch of lines makes one.
    const id = createTimeOrderedIds(sql, 'idx.log_line')(atMs);
    sql.run('INSERT INTO idx.log_line (id) VALUES (?)', [id]);
    return id;
  };
  return { sql, add };
}

test('ids grow with time and are unique within a millisecond', () => {
  const { add } = openLines();
  const now = Date.parse('2026-11-23T14:00:00Z');
  const ids = [add(now), add(now), add(now + 1), add(now)];
  expect(new Set(ids).size).toBe(4);
  expect(ids[3]).toBeLessThan(ids[2]!);
});

test.each([
  ['9999-12-31T23:59:59.999Z', 1],
  ['2099-01-01T00:00:00Z', 1],
  ['0001-01-01T00:00:00Z', -1],
  ['no time at all', -1],
])('a time far off (%s) has ids of its own that sort at the end of the list', (text, side) => {
  const { add } = openLines();
  const now = add(Date.parse('2026-11-23T14:00:00Z'));
  const ids = Array.from({ length: 5 }, () => add(Date.parse(text)));
  expect(new Set(ids).size).toBe(5);
  for (const id of ids) {
    expect(Number.isSafeInteger(id)).toBe(true);
    expect(Math.sign(id - now)).toBe(side);
  }
});
