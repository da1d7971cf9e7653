import DatabaseConstructor from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate, schemaVersion, type Migration } from './migrate.ts';

const steps: Migration[] = [
  { version: 10, title: 'first', up: (database) => database.exec('CREATE TABLE a (x)') },
  { version: 20, title: 'second', up: (database) => database.exec('CREATE TABLE b (x)') },
];

test('pending steps run in order and are announced before the first', () => {
  const database = new DatabaseConstructor(':memory:');
  const announced: [number, number][] = [];
  migrate(database, steps.slice(0, 1), { label: 'test' });
  migrate(database, steps, { label: 'test', beforeFirst: (from, to) => announced.push([from, to]) });
  expect(schemaVersion(database)).toBe(20);
  expect(announced).toEqual([[10, 20]]);
  migrate(database, steps, { label: 'test', beforeFirst: () => announced.push([0, 0]) });
  expect(announced).toHaveLength(1);
});

test('a database from the future is refused with a sentence and left alone', () => {
  const database = new DatabaseConstructor(':memory:');
  database.pragma('user_version = 990');
  expect(() => migrate(database, steps, { label: 'history.db' })).toThrowError(
    /written by a newer version of the room \(schema 990, this one knows 20\)/,
  );
  expect(schemaVersion(database)).toBe(990);
});

test('a step that fails is rolled back whole', () => {
  const database = new DatabaseConstructor(':memory:');
  const failing: Migration = {
    version: 30,
    title: 'third',
    up: (it) => {
      it.exec('CREATE TABLE c (x)');
      it.exec('CREATE TABLE a (x)');
    },
  };
  expect(() => migrate(database, [...steps, failing], { label: 'test' })).toThrowError(/schema 30 \(third\)/);
  expect(schemaVersion(database)).toBe(20);
  expect(database.prepare(`SELECT name FROM sqlite_schema WHERE name = 'c'`).get()).toBeUndefined();
});
