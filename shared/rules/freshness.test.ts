import { expect, test } from 'vitest';
import { judgeFreshness, type FreshnessFacts } from './freshness.ts';

const minute = 60_000;
const at = (minutes: number): string => new Date(Date.UTC(2026, 2, 1, 12) + minutes * minute).toISOString();
const judge = (changes: Partial<FreshnessFacts>) =>
  judgeFreshness({
    now: at(10),
    intervalMs: 2 * minute,
    lastGoodAt: at(8),
    failuresInRow: 0,
    lastByteAt: null,
    isRunning: true,
    stoppedAt: null,
    ...changes,
  });

test('up to three intervals are fresh, more are late', () => {
  expect(judge({})).toMatchObject({ state: 'fresh', ageMs: 2 * minute });
  expect(judge({ lastGoodAt: at(4) }).state).toBe('fresh');
  expect(judge({ lastGoodAt: at(3.99) }).state).toBe('late');
});

test('two failures in a row are failing, one is not', () => {
  expect(judge({ failuresInRow: 1 }).state).toBe('fresh');
  expect(judge({ failuresInRow: 2 }).state).toBe('failing');
  expect(judge({ failuresInRow: 2, lastGoodAt: null }).because).toContain('none ever');
});

test('while bytes flow it is transferring, and no longer when they stop', () => {
  expect(judge({ lastGoodAt: at(-60), lastByteAt: at(9.9) }).state).toBe('transferring');
  expect(judge({ lastGoodAt: at(-60), lastByteAt: at(5) }).state).toBe('late');
});

test('nothing known is unknown, never fresh', () => {
  expect(judge({ lastGoodAt: null })).toMatchObject({ state: 'unknown', ageMs: null });
});

test('a stopped machine is final only when the last pull is newer than its stop', () => {
  expect(judge({ now: at(999), isRunning: false, stoppedAt: at(7) }).state).toBe('final');
  expect(judge({ now: at(999), isRunning: false, stoppedAt: at(9) }).state).toBe('late');
  expect(judge({ now: at(999), isRunning: null, stoppedAt: null }).state).toBe('late');
});

test('a clock that was set back gives no age below zero', () => {
  expect(judge({ now: at(0) })).toMatchObject({ state: 'fresh', ageMs: 0 });
});
