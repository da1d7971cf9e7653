import { expect, test } from 'vitest';
import { nextStopOf, type NextStopFacts } from './next-stop.ts';

const now = '2026-08-10T12:00:00.000Z';
const inMinutes = (minutes: number): string => new Date(Date.parse(now) + minutes * 60_000).toISOString();
const lease: NonNullable<NextStopFacts['lease']> = {
  readAt: now,
  leaseLeftSeconds: 1800,
  maxLeftSeconds: 7200,
  graceLeftSeconds: -100,
  idleLimitSeconds: 1800,
  quietSeconds: 600,
  busy: '',
};
const room = { deadlineAt: inMinutes(90), idleMinutes: 60, budgetStopAt: inMinutes(45) };

test('nothing stops what nobody armed', () => {
  expect(nextStopOf({ now, room: null, lease: null })).toBeNull();
});
test('the first one counts', () => {
  expect(nextStopOf({ now, room, lease: null })).toEqual({ reason: 'budget', at: inMinutes(45) });
  expect(nextStopOf({ now, room, lease })).toEqual({ reason: 'idle', at: inMinutes(20) });
});
test('a lease that nobody renews runs out; one that is renewed does not', () => {
  const busy = { ...lease, busy: 'step' };
  expect(nextStopOf({ now, room: null, lease: busy })).toEqual({ reason: 'lease', at: inMinutes(30) });
  expect(nextStopOf({ now, room: { ...room, budgetStopAt: null, deadlineAt: null }, lease: busy })).toEqual({
    reason: 'max_run_time',
    at: inMinutes(120),
  });
});
test('the first half hour of a container is left alone by its lease', () => {
  expect(nextStopOf({ now, room: null, lease: { ...lease, graceLeftSeconds: 1500 } })?.at).toBe(inMinutes(25));
});
test('what is due already comes now, not in the past', () => {
  expect(nextStopOf({ now, room: { ...room, deadlineAt: inMinutes(-5) }, lease: null })?.at).toBe(now);
});
