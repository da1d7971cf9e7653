import { expect, test } from 'vitest';
import { areaOf, byArea, stepMark, stepSeconds } from './words.ts';

const step = (more: object) => ({ state: 'ended', outcome: null, startedAt: null, endedAt: null, ...more }) as never;

test('an end without an outcome is no success, and a machine that is not reached is no end', () => {
  expect(stepMark(step({}))).toMatchObject({ shape: 'unknown' });
  expect(stepMark(step({ outcome: { isGood: false, because: 'x' } }))).toMatchObject({ shape: 'fail' });
  expect(stepMark(step({ state: 'unknown' }))).toMatchObject({ shape: 'unknown', word: 'Not reached' });
});

test('how long a step took is not guessed', () => {
  const startedAt = '2026-03-01T10:00:00.000Z';
  expect(stepSeconds(step({ startedAt, endedAt: '2026-03-01T10:01:30.000Z' }), 0)).toBe(90);
  expect(stepSeconds(step({ startedAt, state: 'running' }), Date.parse(startedAt) + 5000)).toBe(5);
  expect(stepSeconds(step({ startedAt, state: 'vanished' }), Date.parse(startedAt) + 5000)).toBeNull();
  expect(stepSeconds(step({}), 1)).toBeNull();
});

test('items stand with their area, what blocks first, and none is left out', () => {
  const row = (id: string, state = 'passed', by = 'room') => ({ id, state, by }) as never;
  const rows = [row('disk'), row('dep:natsort', 'passed', 'pipeline'), row('sync'), row('gpu', 'failed'), row('news')];
  const sorted = byArea(rows);
  expect(sorted.map(([area]) => area)).toEqual(['Snapshots', 'Machine', 'Pipeline']);
  expect(sorted.flatMap(([, own]) => own.map(({ id }) => id))).toEqual(['sync', 'gpu', 'disk', 'news', 'dep:natsort']);
  expect(areaOf(row('config:prompt-fallback'))).toBe('Config');
});
