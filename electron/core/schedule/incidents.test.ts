import { expect, test } from 'vitest';
import { judgeSlots } from './incidents.ts';

const minute = 60_000;
const intervalMs = 2 * minute;
const noon = Date.UTC(2026, 2, 1, 12);
type Slot = Parameters<typeof judgeSlots>[0][number];

/** A slot so many minutes before noon; `until` for several in a row. */
const slot = (at: number, state: Slot['state'], more: Partial<Slot> & { until?: number } = {}): Slot => ({
  state,
  skip: null,
  because: 'why',
  slotMs: noon - at * minute,
  untilAt: new Date(noon - (more.until ?? at) * minute).toISOString(),
  startedAt: new Date(noon - at * minute).toISOString(),
  mirror: 'off',
  mirrorBecause: null,
  ...more,
});
const judge = (slots: readonly Slot[], facts: Partial<Parameters<typeof judgeSlots>[1]> = {}) =>
  judgeSlots(slots, { nowMs: noon, intervalMs, setMs: 0, loudFailures: 2, isMoving: false, ...facts })?.state ?? null;

test('a room that stays tells of the second failure in a row; an errand of the first', () => {
  expect(judge([slot(0, 'failed'), slot(2, 'done')])).toBeNull();
  expect(judge([slot(0, 'failed'), slot(2, 'done')], { loudFailures: 1 })).toBe('failing');
  expect(judge([slot(0, 'failed'), slot(2, 'held'), slot(4, 'done')])).toBe('failing');
});

test('a copy whose room ended is a failed copy', () => {
  expect(judge([slot(0, 'interrupted'), slot(2, 'interrupted'), slot(4, 'done')])).toBe('failing');
});

test('time that the machine was stopped is no time without a copy', () => {
  const rest = slot(60, 'skipped', { until: 4, skip: 'paused' });
  expect(judge([slot(2, 'failed'), rest, slot(62, 'done')])).toBeNull();
  expect(judge([slot(2, 'failed'), { ...rest, skip: null }, slot(62, 'done')])).toBe('late');
  expect(judge([slot(2, 'failed'), rest, slot(72, 'done')]), 'it ran for long before').toBe('late');
  expect(judge([{ ...rest, untilAt: new Date(noon).toISOString() }, slot(62, 'done')]), 'it still rests').toBeNull();
});

test('a slot under way is late unless something moves in it', () => {
  const stuck = [slot(0, 'skipped', { skip: 'busy' }), slot(20, 'running'), slot(22, 'done')];
  expect(judge(stuck)).toBe('late');
  expect(judge(stuck, { isMoving: true })).toBeNull();
});

test('without a good copy for more than four intervals it is late, unless it was only just set', () => {
  expect(judge([slot(2, 'missed', { until: 2 }), slot(9, 'done')])).toBe('late');
  expect(judge([slot(2, 'missed', { until: 2 }), slot(9, 'done')], { setMs: noon - minute })).toBeNull();
});

test('uploads that fail are told as copies are', () => {
  const failed = (at: number) => slot(at, 'done', { mirror: 'failed' });
  expect(judge([failed(0), failed(2), slot(4, 'done', { mirror: 'mirrored' })])).toBe('failing');
  expect(judge([failed(0), slot(2, 'done', { mirror: 'mirrored' })])).toBeNull();
});
