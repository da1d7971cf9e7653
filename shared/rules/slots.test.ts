import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backOffMs, planSlots, slotOf, type SlotFacts } from './slots.ts';

const minute = 60_000;
const intervalMs = 2 * minute;
const noon = Date.UTC(2026, 2, 1, 12);
const plan = (changes: Partial<SlotFacts>) =>
  planSlots({
    nowMs: noon + 1000,
    intervalMs,
    lastSlotMs: noon - intervalMs,
    setMs: 0,
    era: 0,
    runningSlotMs: null,
    failuresInRow: 0,
    failedAtMs: null,
    pausedBecause: null,
    rests: [],
    ...changes,
  });

test('a slot is due once: accounted for, it is not due again before the next one', () => {
  expect(plan({})).toEqual({
    era: 0,
    passed: [],
    slot: { atMs: noon, action: 'run', isCatchUp: false },
    nextMs: noon + intervalMs,
  });
  expect(plan({ lastSlotMs: noon }).slot).toBeNull();
});

test('after a gap the slots in between are missed, and one copy catches up', () => {
  expect(plan({ lastSlotMs: noon - 60 * minute })).toMatchObject({
    passed: [{ fate: 'missed', fromMs: noon - 58 * minute, untilMs: noon - 2 * minute, count: 29 }],
    slot: { atMs: noon, action: 'run', isCatchUp: true },
  });
});

test('a copy that is still under way, a stopped machine and a back-off are skipped with their reason', () => {
  expect(plan({ runningSlotMs: noon - intervalMs }).slot).toMatchObject({ action: 'skip' });
  expect(plan({ pausedBecause: 'It is stopped.' }).slot).toMatchObject({ action: 'skip', because: 'It is stopped.' });
  const failing = { failuresInRow: 3, failedAtMs: noon - minute };
  expect(plan(failing).slot).toMatchObject({ action: 'skip', because: expect.stringContaining('3 copies in a row') });
  expect(plan({ ...failing, failedAtMs: noon - 8 * minute }).slot).toMatchObject({ action: 'run' });
});

test('the first failure waits for nothing, later ones longer, and none for more than a quarter of an hour', () => {
  expect([0, 1, 2, 3, 4, 5, 999].map((n) => backOffMs(n, intervalMs) / minute)).toEqual([0, 0, 4, 8, 15, 15, 15]);
  expect(backOffMs(9, 60 * minute)).toBe(60 * minute);
});

test('a clock that is corrected by a moment runs nothing twice; one that is set back by an hour stops nothing', () => {
  expect(plan({ nowMs: noon - 10, lastSlotMs: noon })).toMatchObject({ era: 0, slot: null });
  expect(plan({ lastSlotMs: noon + 60 * minute })).toMatchObject({
    era: 1,
    passed: [],
    slot: { atMs: noon, action: 'run' },
  });
});

test('summer time moves no slot: both sides of a change are the same grid', () => {
  const changeOfClocks = Date.UTC(2026, 2, 29, 1);
  expect(slotOf(changeOfClocks - 1, intervalMs)).toBe(changeOfClocks - intervalMs);
  expect(slotOf(changeOfClocks, intervalMs)).toBe(changeOfClocks);
});

test('whatever the clock does, within an era every slot is accounted for exactly once and in order', () => {
  const steps = fc.array(
    fc.record({
      clockMs: fc.integer({ min: -3 * 3_600_000, max: 6 * 3_600_000 }),
      isPaused: fc.boolean(),
      rests: fc.array(fc.integer({ min: -200, max: 400 }), { maxLength: 6 }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (changes) => {
      let nowMs = noon;
      let era = 0;
      let lastSlotMs: number | null = null;
      const seen = new Map<number, number[]>();
      for (const { clockMs, isPaused, rests: edges } of changes) {
        nowMs += clockMs;
        const sorted = edges.map((it) => noon + it * 47_000).toSorted((a, b) => a - b);
        const rests = sorted.flatMap((untilMs, index) =>
          index % 2 === 1 ? { fromMs: sorted[index - 1]!, untilMs } : [],
        );
        const next = plan({ nowMs, lastSlotMs, rests, era, pausedBecause: isPaused ? 'stopped' : null });
        if (next.slot === null) continue;
        const slots = seen.get(next.era) ?? [];
        for (const { fromMs, untilMs } of next.passed)
          for (let at = fromMs; at <= untilMs; at += intervalMs) slots.push(at);
        slots.push(next.slot.atMs);
        seen.set(next.era, slots);
        ({ era } = next);
        lastSlotMs = next.slot.atMs;
      }
      for (const slots of seen.values())
        for (const [index, at] of slots.entries()) if (index > 0 && at !== slots[index - 1]! + intervalMs) return false;
      return true;
    }),
  );
});

test('slots of an interval that was not set yet were never due: what was set a moment ago misses nothing', () => {
  // Every hour until now, every two minutes from now on.
  expect(plan({ lastSlotMs: noon - 60 * minute, setMs: noon + 500 })).toMatchObject({
    passed: [],
    slot: { atMs: noon, action: 'run', isCatchUp: false },
  });
  expect(plan({ lastSlotMs: noon - 60 * minute, setMs: noon - 3 * minute })).toMatchObject({
    passed: [{ fate: 'missed', fromMs: noon - 4 * minute, count: 2 }],
  });
});

test('slots of a machine that was stopped were not missed; those around its rest were', () => {
  const night = { lastSlotMs: noon - 20 * minute, rests: [{ fromMs: noon - 15 * minute, untilMs: noon - 5 * minute }] };
  expect(plan(night)).toMatchObject({
    passed: [
      { fate: 'missed', fromMs: noon - 18 * minute, untilMs: noon - 16 * minute, count: 2 },
      { fate: 'rested', fromMs: noon - 14 * minute, untilMs: noon - 6 * minute, count: 5 },
      { fate: 'missed', fromMs: noon - 4 * minute, untilMs: noon - 2 * minute, count: 2 },
    ],
    slot: { action: 'run', isCatchUp: true },
  });
  expect(plan({ ...night, rests: [{ fromMs: noon - 60 * minute, untilMs: noon }] })).toMatchObject({
    passed: [{ fate: 'rested', count: 9 }],
    slot: { action: 'run', isCatchUp: false },
  });
});
