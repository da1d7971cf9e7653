import { expect, test } from 'vitest';
import { toldUntil } from './told-until.ts';

const none = { snapshot: null, stages: [], attempts: [], startedAt: null, finishedAt: null };
const attempt = { logPath: null, mode: 'fresh', finishedAt: null, endedBy: '' } as const;

test('the latest time that is told counts, unless it lies in the future', () => {
  const seenAt = '2026-11-23T20:00:00.000Z';
  const attempts = ['2026-11-23T14:00:00.000Z', '9999-12-31T23:59:59.999Z'].map((startedAt) => ({
    ...attempt,
    startedAt,
  }));
  expect(toldUntil(none, seenAt)).toBeNull();
  expect(toldUntil({ ...none, attempts }, seenAt)).toBe('2026-11-23T14:00:00.000Z');
  expect(toldUntil({ ...none, attempts, finishedAt: '2026-11-23T15:00:00.000Z' }, seenAt)).toBe(
    '2026-11-23T15:00:00.000Z',
  );
});
