import type { FrameTable } from './frame-table.ts';

/** What matching needs of one side. */
export type MatchSide = {
  readonly table: FrameTable;
  readonly trimStartFrame: number | null;
  readonly sourceKey: string | null;
};

export type MatchRule =
  /** Both trim windows are known: master frame = source frame. */
  | { readonly kind: 'trim'; readonly leftStart: number; readonly rightStart: number }
  /** Equal rates: right frame = left frame + offset. Master frame = left frame. */
  | { readonly kind: 'index'; readonly offset: number }
  /** One rate is `stepLeft : stepRight` of the other; the slower clip leads, `phase` picks among the faster one's frames. */
  | { readonly kind: 'rate'; readonly stepLeft: number; readonly stepRight: number; readonly phase: number }
  /** By largest overlap of intervals; the slower clip leads. */
  | { readonly kind: 'time' }
  /** One clip alone: master frame = own frame. */
  | { readonly kind: 'alone' };

/** Master frame m (from `firstMaster`) shows slot `left[m - firstMaster]` and `right[m - firstMaster]`; -1: no match. */
export type Match = {
  readonly rule: MatchRule;
  readonly firstMaster: number;
  readonly count: number;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Difference of the two frames' times in ms; NaN where there is no pair. */
  readonly residualMs: Float64Array;
  readonly maxResidualMs: number;
  readonly pairCount: number;
  /** Frames a second of the master clock. */
  readonly fps: number;
  /** Why an exact rule could not be used, or what to mind; empty when there is nothing. */
  readonly notes: readonly string[];
};

export type MatchChoice = {
  /** `auto` follows what is known about the clips. */
  readonly kind: 'auto' | 'index' | 'time';
  /** Frames by which the right side is moved on, in frames of its own. */
  readonly offset: number;
};

export const autoMatch: MatchChoice = { kind: 'auto', offset: 0 };

/** Rates that differ by less than this share count as equal (29.97 against 30 is 0.1 %: not equal over a long clip). */
const EQUAL_RATE = 0.0005;
const FALLBACK_FPS = 10;

/** Match table for one clip alone. */
export function matchAlone(side: MatchSide): Match {
  const count = side.table.ticks.length;
  return finish({ kind: 'alone' }, 0, range(count), new Int32Array(count).fill(-1), side, null, []);
}

/**
 * Chooses the rule and builds the match table of two clips: through the trim windows when both are known
 * and name the same source (their frames are the source's, one by one, whatever rate the file claims), by
 * index when the rates are equal, by a small whole ratio of the rates, else
 * by time. A pair is void at holes, past either end, and when the residual exceeds half of the shorter interval.
 */
export function matchPair(left: MatchSide, right: MatchSide, choice: MatchChoice = autoMatch): Match {
  const fpsLeft = rateOf(left.table);
  const fpsRight = rateOf(right.table);
  const equalRates = Math.abs(fpsLeft / fpsRight - 1) <= EQUAL_RATE;
  const notes: string[] = [];
  if (choice.kind === 'time') return matchByTime(left, right, { kind: 'time' }, choice.offset, notes);
  const sameSource = left.sourceKey !== null && left.sourceKey === right.sourceKey;
  if (choice.kind === 'auto' && sameSource && left.trimStartFrame !== null && right.trimStartFrame !== null) {
    if (!equalRates) notes.push('The files claim different rates: matched by source frame, not by time.');
    return matchByShift(
      left,
      right,
      { kind: 'trim', leftStart: left.trimStartFrame, rightStart: right.trimStartFrame - choice.offset },
      notes,
    );
  }
  if (equalRates || choice.kind === 'index') {
    if (!equalRates) notes.push('The rates differ: by index, the two sides run apart in time.');
    if (choice.kind === 'auto') {
      if (!sameSource)
        notes.push(
          left.sourceKey === null || right.sourceKey === null
            ? 'The source clip of a side is not known.'
            : 'The two sides come from different source clips.',
        );
      else notes.push('A trim window is not known.');
    }
    return matchByShift(left, right, { kind: 'index', offset: choice.offset }, notes);
  }
  const ratio = smallRatio(fpsLeft, fpsRight);
  if (ratio === null) notes.push('The rates have no small whole ratio.');
  const rule: MatchRule = ratio === null ? { kind: 'time' } : { kind: 'rate', ...ratio, phase: choice.offset };
  return matchByTime(left, right, rule, choice.offset, notes);
}

/** Position of the master frame in the match table, kept inside it. */
export function clampMaster(match: Match, master: number): number {
  return Math.min(match.firstMaster + match.count - 1, Math.max(match.firstMaster, Math.round(master)));
}

/** Slots of both sides at a master frame; -1 where that side has no frame there. */
export function slotsAt(
  match: Match,
  master: number,
): { readonly left: number; readonly right: number; readonly residualMs: number } {
  const at = master - match.firstMaster;
  return { left: match.left[at] ?? -1, right: match.right[at] ?? -1, residualMs: match.residualMs[at] ?? Number.NaN };
}

/** First master frame at which both sides have a picture (or the first of all). */
export function firstPairedMaster(match: Match): number {
  for (let at = 0; at < match.count; at++) if (!Number.isNaN(match.residualMs[at]!)) return match.firstMaster + at;
  return match.firstMaster;
}

/** Master frame that shows a slot of one side; null when no master frame does. */
export function masterOfSlot(match: Match, side: 'left' | 'right', slot: number): number | null {
  const at = match[side].indexOf(slot);
  return at < 0 ? null : match.firstMaster + at;
}

function matchByShift(
  left: MatchSide,
  right: MatchSide,
  rule: Extract<MatchRule, { kind: 'trim' | 'index' }>,
  notes: string[],
): Match {
  // Master axis: source frames (trim) or left's own frames (index), over what both sides have.
  const leftStart = rule.kind === 'trim' ? rule.leftStart : 0;
  const rightStart = rule.kind === 'trim' ? rule.rightStart : -rule.offset;
  const leftEnd = leftStart + left.table.ticks.length;
  const rightEnd = rightStart + right.table.ticks.length;
  const hasCommon = Math.max(leftStart, rightStart) < Math.min(leftEnd, rightEnd);
  // Clips that share no frame are still shown, one after the other, each without a partner.
  const firstMaster = hasCommon ? Math.max(leftStart, rightStart) : Math.min(leftStart, rightStart);
  const count = (hasCommon ? Math.min(leftEnd, rightEnd) : Math.max(leftEnd, rightEnd)) - firstMaster;
  const leftSlots = new Int32Array(count).fill(-1);
  const rightSlots = new Int32Array(count).fill(-1);
  for (let at = 0; at < count; at++) {
    leftSlots[at] = inside(firstMaster + at - leftStart, left.table);
    rightSlots[at] = inside(firstMaster + at - rightStart, right.table);
  }
  const outside = [
    ['A', leftStart, leftEnd],
    ['B', rightStart, rightEnd],
  ] as const;
  const outsideCount = (start: number, end: number): number => (hasCommon ? end - start - count : 0);
  const told = outside.flatMap(([letter, start, end]) =>
    outsideCount(start, end) > 0
      ? [`${outsideCount(start, end)} frames of ${letter} have no partner and are left out.`]
      : [],
  );
  if (!hasCommon) told.push('The two sides have no frame in common.');
  const shiftMs = ((leftStart - rightStart) * 1000) / rateOf(left.table);
  return finish(rule, firstMaster, leftSlots, rightSlots, left, right, [...notes, ...told], shiftMs);
}

function matchByTime(
  left: MatchSide,
  right: MatchSide,
  rule: Extract<MatchRule, { kind: 'rate' | 'time' }>,
  offset: number,
  notes: string[],
): Match {
  // The slower clip leads, so that each step of the clock is a pair of its own and no frame is counted twice.
  const leftLeads = rateOf(left.table) <= rateOf(right.table);
  const lead = leftLeads ? left.table : right.table;
  const other = leftLeads ? right.table : left.table;
  const leadSlots = range(lead.ticks.length);
  const otherSlots = new Int32Array(lead.ticks.length).fill(-1);
  for (let slot = 0; slot < leadSlots.length; slot++) {
    const slotOther = mostOverlap(lead, slot, other);
    // The offset counts the right side's frames: when right leads, left moves the other way.
    otherSlots[slot] = slotOther < 0 ? -1 : inside(slotOther + (leftLeads ? offset : -offset), other);
  }
  const shiftMs = (offset * 1000) / rateOf(right.table);
  return leftLeads
    ? finish(rule, 0, leadSlots, otherSlots, left, right, notes, shiftMs)
    : finish(rule, 0, otherSlots, leadSlots, left, right, notes, shiftMs);
}

/** The slot of `other` whose interval overlaps the slot's most; ties go to the earlier one. Times from each clip's first frame. */
function mostOverlap(lead: FrameTable, slot: number, other: FrameTable): number {
  // Whole numbers of 1/(a*b) s, so that ties are ties.
  const from = (lead.ticks[slot]! - lead.ticks[0]!) * other.ticksPerSecond;
  const to = from + lead.intervalTicks * other.ticksPerSecond;
  const start = (at: number): number => (other.ticks[at]! - other.ticks[0]!) * lead.ticksPerSecond;
  const length = other.intervalTicks * lead.ticksPerSecond;
  let low = 0;
  let high = other.ticks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (start(middle) <= from) low = middle;
    else high = middle - 1;
  }
  let best = -1;
  let bestOverlap = 0;
  for (let at = low; at < other.ticks.length && start(at) < to; at++) {
    const overlap = Math.min(to, start(at) + length) - Math.max(from, start(at));
    if (overlap > bestOverlap) {
      best = at;
      bestOverlap = overlap;
    }
  }
  return best;
}

function finish(
  rule: MatchRule,
  firstMaster: number,
  left: Int32Array,
  right: Int32Array,
  sideLeft: MatchSide,
  sideRight: MatchSide | null,
  notes: readonly string[],
  shiftMs = 0,
): Match {
  const count = left.length;
  const residualMs = new Float64Array(count).fill(Number.NaN);
  const fpsLeft = rateOf(sideLeft.table);
  const fpsRight = sideRight === null ? fpsLeft : rateOf(sideRight.table);
  const limitMs = 500 / Math.max(fpsLeft, fpsRight);
  // One source frame is one moment, also where a file's rate says otherwise.
  const isByNumber = rule.kind === 'trim' && Math.abs(fpsLeft / fpsRight - 1) > EQUAL_RATE;
  let maxResidualMs = 0;
  let pairCount = 0;
  for (let at = 0; at < count; at++) {
    const slotLeft = left[at]!;
    const slotRight = right[at]!;
    if (sideRight === null) {
      if (sideLeft.table.packetOfSlot[slotLeft]! >= 0) pairCount += 1;
      residualMs[at] = 0;
      continue;
    }
    if (slotLeft < 0 || slotRight < 0) continue;
    if (sideLeft.table.packetOfSlot[slotLeft]! < 0 || sideRight.table.packetOfSlot[slotRight]! < 0) continue;
    const residual = isByNumber
      ? 0
      : Math.abs(ownMs(sideLeft.table, slotLeft) + shiftMs - ownMs(sideRight.table, slotRight));
    if (residual > limitMs + 1e-6) {
      // Too far apart to be a pair: keep the leading side, drop the other.
      if (rule.kind !== 'index') right[at] = -1;
      continue;
    }
    residualMs[at] = residual;
    maxResidualMs = Math.max(maxResidualMs, residual);
    pairCount += 1;
  }
  return {
    rule,
    firstMaster,
    count,
    left,
    right,
    residualMs,
    maxResidualMs,
    pairCount,
    fps: Math.min(fpsLeft, fpsRight),
    notes,
  };
}

function ownMs(table: FrameTable, slot: number): number {
  return ((table.ticks[slot]! - table.ticks[0]!) * 1000) / table.ticksPerSecond;
}

function rateOf(table: FrameTable): number {
  return table.intervalTicks > 0 ? table.ticksPerSecond / table.intervalTicks : FALLBACK_FPS;
}

function smallRatio(fpsLeft: number, fpsRight: number): { stepLeft: number; stepRight: number } | null {
  for (let stepLeft = 1; stepLeft <= 6; stepLeft++) {
    for (let stepRight = 1; stepRight <= 6; stepRight++) {
      if (Math.abs((fpsLeft * stepRight) / (fpsRight * stepLeft) - 1) <= EQUAL_RATE) return { stepLeft, stepRight };
    }
  }
  return null;
}

function inside(slot: number, table: FrameTable): number {
  return slot >= 0 && slot < table.ticks.length ? slot : -1;
}

function range(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => index);
}
