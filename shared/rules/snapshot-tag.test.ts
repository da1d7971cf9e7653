import { expect, test } from 'vitest';
import { tagOf, takenAtOf } from './snapshot-tag.ts';

test('a tag is the second it was taken, and reads back as that second', () => {
  const at = Date.UTC(2026, 2, 1, 12, 0, 7, 250);
  expect(tagOf(at)).toBe('20260301T120007Z');
  expect(takenAtOf(tagOf(at))).toBe('2026-03-01T12:00:07.000Z');
});

test('a tag with milliseconds keeps them', () => {
  expect(takenAtOf('20260301T120007250Z')).toBe('2026-03-01T12:00:07.250Z');
});

test.each(['latest', 'current', '20260301T120007', '20261301T120007Z', '20260301T256007Z', ' 20260301T120007Z', ''])(
  '%j is no tag',
  (name) => expect(takenAtOf(name)).toBeNull(),
);
