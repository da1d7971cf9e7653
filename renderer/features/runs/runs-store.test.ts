import { beforeEach, expect, test } from 'vitest';
import { forgetMarkedRuns, listInputOf, noFilters, toggleMark, useRuns } from './runs-store.ts';

beforeEach(() => forgetMarkedRuns());

test('two runs can be marked; a third takes the place of the oldest', () => {
  toggleMark('a');
  toggleMark('b');
  toggleMark('c');
  expect(useRuns.getState().marked).toEqual(['b', 'c']);
  toggleMark('b');
  expect(useRuns.getState().marked).toEqual(['c']);
});

test('filters that are off are not asked for at all', () => {
  expect(listInputOf(noFilters, 'startedAt', true, 0)).toEqual({ sort: 'startedAt', descending: true });
  const nowMs = Date.parse('2026-11-23T12:00:00Z');
  expect(
    listInputOf({ ...noFilters, text: '  arm ', status: ['failed'], since: 'week' }, 'name', false, nowMs),
  ).toEqual({
    sort: 'name',
    descending: false,
    text: 'arm',
    status: ['failed'],
    since: '2026-11-16T12:00:00.000Z',
  });
});
