import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildFrameTable } from './frame-table.ts';
import {
  clampMaster,
  firstPairedMaster,
  masterOfSlot,
  matchAlone,
  matchPair,
  slotsAt,
  type MatchSide,
} from './match.ts';

function side(
  frameCount: number,
  options: {
    fps?: number;
    trim?: number | null;
    source?: string | null;
    without?: readonly number[];
    lateBy?: number;
  } = {},
): MatchSide {
  const { fps = 10, trim = null, source = 'clip_000', without = [], lateBy = 0 } = options;
  const interval = 30_000 / fps;
  const packets = Array.from({ length: frameCount }, (_, frame) => ({
    ticks: lateBy + frame * interval,
    durationTicks: interval,
    isKey: frame === 0,
    byteLength: 1,
  })).filter((_, frame) => !without.includes(frame));
  return { table: buildFrameTable(packets, 30_000), trimStartFrame: trim, sourceKey: source };
}

test('a cut that claims another rate is still matched by source frame, one by one', () => {
  const match = matchPair(side(49, { trim: 12, fps: 24 }), side(73, { trim: 0 }));
  expect(match.rule.kind).toBe('trim');
  expect([match.firstMaster, match.count, match.pairCount, match.fps]).toEqual([12, 49, 49, 10]);
  expect(slotsAt(match, 60)).toEqual({ left: 48, right: 60, residualMs: 0 });
  expect(match.notes[0]).toMatch(/different rates/);
});

test('through the trim windows: the master frame is the source frame, on both sides', () => {
  const match = matchPair(side(49, { trim: 12 }), side(73, { trim: 0 }));
  expect(match.rule.kind).toBe('trim');
  expect([match.firstMaster, match.count, match.pairCount]).toEqual([12, 49, 49]);
  expect(match.notes).toEqual(['24 frames of B have no partner and are left out.']);
  expect(slotsAt(match, 20)).toEqual({ left: 8, right: 20, residualMs: 0 });
  expect(slotsAt(match, 60)).toMatchObject({ left: 48, right: 60 });
  expect(firstPairedMaster(match)).toBe(12);
});

test('a trim window helps only when both sides come from one source', () => {
  const match = matchPair(side(49, { trim: 12 }), side(73, { trim: 0, source: 'clip_001' }));
  expect(match.rule).toEqual({ kind: 'index', offset: 0 });
  expect(match.notes[0]).toBe('The two sides come from different source clips.');
});

test('swapping the sides swaps the columns of a trim match and nothing else', () => {
  const there = matchPair(side(49, { trim: 12 }), side(73, { trim: 0 }));
  const back = matchPair(side(73, { trim: 0 }), side(49, { trim: 12 }));
  expect([...back.left]).toEqual([...there.right]);
  expect([...back.right]).toEqual([...there.left]);
  expect(back.firstMaster).toBe(there.firstMaster);
});

test('equal rates without windows: by frame number plus an offset, void past either end', () => {
  const match = matchPair(side(10), side(10), { kind: 'auto', offset: 3 });
  expect(match.rule).toEqual({ kind: 'index', offset: 3 });
  expect(slotsAt(match, 0)).toMatchObject({ left: 0, right: 3, residualMs: 0 });
  expect(slotsAt(match, 6)).toMatchObject({ left: 6, right: 9 });
  expect([match.firstMaster, match.count]).toEqual([0, 7]);
});

test('a shift of B shows its later frames, whatever the rule is', () => {
  const trimmed = matchPair(side(10, { trim: 4 }), side(10, { trim: 4 }), { kind: 'auto', offset: 2 });
  expect(trimmed.rule.kind).toBe('trim');
  const at = masterOfSlot(trimmed, 'left', 3)!;
  expect(slotsAt(trimmed, at)).toMatchObject({ left: 3, right: 5 });
});

test('a clip whose times begin late is matched from its first frame', () => {
  const match = matchPair(side(10), side(10, { lateBy: 6000 }));
  expect(match.maxResidualMs).toBe(0);
  expect(match.pairCount).toBe(10);
});

test('10 fps against 30 fps: the slower side leads and each step is a pair of its own', () => {
  const match = matchPair(side(10), side(30, { fps: 30 }));
  expect(match.rule).toEqual({ kind: 'rate', stepLeft: 1, stepRight: 3, phase: 0 });
  expect(match.count).toBe(10);
  expect([...match.right]).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
  expect(match.maxResidualMs).toBe(0);
  const turned = matchPair(side(30, { fps: 30 }), side(10));
  expect([...turned.left]).toEqual([...match.right]);
});

test('a residual over half of the shorter interval is no pair', () => {
  // By frame number, 10 against 9 fps run apart by 11.1 ms a frame.
  const match = matchPair(side(10), side(10, { fps: 9 }), { kind: 'index', offset: 0 });
  expect(match.pairCount).toBe(5);
  expect(match.maxResidualMs).toBeCloseTo(44.4, 0);
  const byTime = matchPair(side(60), side(54, { fps: 9 }), { kind: 'time', offset: 0 });
  expect(byTime.maxResidualMs).toBeLessThanOrEqual(50);
});

test('a phase among the frames of the faster side moves it by that many frames', () => {
  const match = matchPair(side(10), side(30, { fps: 30 }), { kind: 'auto', offset: 1 });
  expect([...match.right].slice(0, 3)).toEqual([1, 4, 7]);
  expect(match.pairCount).toBe(10);
});

test('a hole on either side is no pair, and its slot stays visible', () => {
  const match = matchPair(side(20), side(20, { without: [7, 8] }));
  expect(slotsAt(match, 7)).toEqual({ left: 7, right: 7, residualMs: Number.NaN });
  expect(slotsAt(match, 9)).toEqual({ left: 9, right: 9, residualMs: 0 });
  expect(match.pairCount).toBe(18);
});

test('one clip alone shows every frame of its own', () => {
  const match = matchAlone(side(5));
  expect([...match.left]).toEqual([0, 1, 2, 3, 4]);
  expect([...match.right]).toEqual([-1, -1, -1, -1, -1]);
});

test('in every match no frame of a side is in two pairs, and both columns rise', () => {
  fc.assert(
    fc.property(
      fc.record({
        a: fc.integer({ min: 1, max: 60 }),
        b: fc.integer({ min: 1, max: 60 }),
        fpsA: fc.constantFrom(8, 10, 12, 15, 24, 25, 30),
        fpsB: fc.constantFrom(8, 10, 12, 15, 24, 25, 30),
        offset: fc.integer({ min: -5, max: 5 }),
      }),
      ({ a, b, fpsA, fpsB, offset }) => {
        const match = matchPair(side(a, { fps: fpsA }), side(b, { fps: fpsB }), { kind: 'auto', offset });
        for (const column of [match.left, match.right]) {
          const paired = [...column].filter((_, at) => !Number.isNaN(match.residualMs[at]!));
          expect(paired.every((slot, at) => at === 0 || slot > paired[at - 1]!)).toBe(true);
        }
      },
    ),
  );
});

test('a slot is found again, and a wish outside is brought inside', () => {
  const match = matchPair(side(49, { trim: 12 }), side(73, { trim: 0 }));
  expect(masterOfSlot(match, 'left', 0)).toBe(12);
  expect(masterOfSlot(match, 'left', 99)).toBeNull();
  expect(clampMaster(match, 500)).toBe(60);
  expect(clampMaster(match, -3)).toBe(12);
});

test('clips without a common frame are shown one after the other, and say so', () => {
  const match = matchPair(side(10, { trim: 0 }), side(10, { trim: 20 }));
  expect([match.firstMaster, match.count, match.pairCount]).toEqual([0, 30, 0]);
  expect(slotsAt(match, 25)).toMatchObject({ left: -1, right: 5 });
  expect(match.notes).toEqual(['The two sides have no frame in common.']);
});
