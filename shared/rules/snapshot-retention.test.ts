import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planRetention, policyOf, type RetentionFacts } from './snapshot-retention.ts';

const minute = 60_000;
const now = Date.UTC(2026, 2, 31, 12, 30);
const snapshot = (agoMinutes: number, changes: Partial<RetentionFacts> = {}): RetentionFacts => ({
  id: `s${agoMinutes}`,
  takenAt: new Date(now - agoMinutes * minute).toISOString(),
  isVerified: true,
  isCurrent: false,
  isHeld: false,
  isMirrored: true,
  needs: [],
  inUseBy: null,
  ...changes,
});
const policy = policyOf({ allHours: 2, hourlyDays: 2, dailyDays: 30 });
const removed = (snapshots: readonly RetentionFacts[], keepsUnmirrored = true): string[] =>
  planRetention(snapshots, new Date(now).toISOString(), { policy, keepsUnmirrored })
    .filter((choice) => choice.decision === 'remove')
    .map((choice) => choice.id);

test('all for two hours, then the newest of each hour, then of each day, then none', () => {
  const day = 24 * 60;
  const all = [0, 2, 60, 119, 185, 190, 200, 250, 3 * day, 3 * day + 60, 29 * day, 31 * day].map((ago) =>
    snapshot(ago),
  );
  expect(removed(all)).toEqual(['s190', 's200', `s${3 * day + 60}`, `s${31 * day}`]);
});

const review = { key: 'media 1', by: 'a review of run-1' };

test('never the last verified one, one that is needed, held or not mirrored', () => {
  const old = 40 * 24 * 60;
  expect(removed([snapshot(old)])).toEqual([]);
  expect(removed([snapshot(0, { isVerified: false }), snapshot(old)])).toEqual([]);
  expect(removed([snapshot(0), snapshot(old, { needs: [review] })])).toEqual([]);
  expect(removed([snapshot(0), snapshot(old, { inUseBy: 'it is verified' })])).toEqual([]);
  expect(removed([snapshot(0), snapshot(old, { isMirrored: false })])).toEqual([]);
  expect(removed([snapshot(0), snapshot(old, { isHeld: true })])).toEqual([]);
  expect(removed([snapshot(0), snapshot(old)])).toEqual([`s${old}`]);
});

test('a current one that was found damaged does not stand for the last verified one', () => {
  const old = 40 * 24 * 60;
  expect(removed([snapshot(old, { isVerified: false, isCurrent: true }), snapshot(old + 5)])).toEqual([]);
});

test('where unmirrored ones are not kept none waits for a mirror', () => {
  const old = 40 * 24 * 60;
  expect(removed([snapshot(0), snapshot(old, { isMirrored: false })], false)).toEqual([`s${old}`]);
});

test('of two old ones that hold what a review needs the newer one stays, and excuses the older one', () => {
  const old = 40 * 24 * 60;
  const both = [snapshot(old, { needs: [review] }), snapshot(old + 5, { needs: [review] })];
  expect(removed([snapshot(0), ...both])).toEqual([`s${old + 5}`]);
  // What may be damaged excuses nothing; what is kept anyway excuses both.
  const damaged = [snapshot(old, { needs: [review], isVerified: false }), snapshot(old + 5, { needs: [review] })];
  expect(removed([snapshot(0), ...damaged])).toEqual([]);
  expect(removed([snapshot(0, { needs: [review] }), ...both])).toEqual([`s${old}`, `s${old + 5}`]);
});

test('an unverified snapshot does not take the place of a verified one of the same hour', () => {
  expect(removed([snapshot(0), snapshot(185, { isVerified: false }), snapshot(190)])).not.toContain('s190');
});

test('whatever is given, a verified one is left when there was one', () => {
  const facts = fc.record({
    ago: fc.integer({ min: 0, max: 100_000 }),
    isVerified: fc.boolean(),
    isHeld: fc.boolean(),
    isMirrored: fc.boolean(),
    needs: fc.subarray([review, { key: 'run 1', by: 'an observation' }]),
  });
  fc.assert(
    fc.property(fc.uniqueArray(facts, { selector: (it) => it.ago, maxLength: 40 }), (items) => {
      const snapshots = items.map(({ ago, ...rest }) => snapshot(ago, rest));
      const gone = new Set(removed(snapshots));
      const good = snapshots.filter((it) => it.isVerified && !it.isHeld);
      expect(good.length === 0 || good.some((it) => !gone.has(it.id))).toBe(true);
      for (const { key } of snapshots.flatMap((it) => it.needs)) {
        const holders = snapshots.filter((it) => it.needs.some((need) => need.key === key));
        expect(holders.some((it) => !gone.has(it.id))).toBe(true);
      }
      expect(snapshots.filter((it) => !it.isMirrored || it.isHeld).every((it) => !gone.has(it.id))).toBe(true);
    }),
  );
});
