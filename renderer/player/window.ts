import { groupOfSlot, type FrameTable } from './frame-table.ts';

export type SlotRange = { readonly first: number; readonly last: number };

/**
 * The slots to keep when `maxSlots` fit into memory: everything, or whole keyframe groups around the
 * playhead, nearest first; a group that alone is too large is cut to a window around the playhead.
 */
export function keepRange(table: FrameTable, playhead: number, maxSlots: number): SlotRange {
  const lastSlot = table.ticks.length - 1;
  if (maxSlots > lastSlot) return { first: 0, last: lastSlot };
  const at = groupOfSlot(table, playhead);
  const own = table.groups[at]!;
  if (own.lastSlot - own.firstSlot + 1 > maxSlots) {
    const first = Math.min(Math.max(0, playhead - (maxSlots >> 1)), lastSlot - maxSlots + 1);
    return { first, last: first + maxSlots - 1 };
  }
  let first = Math.min(own.firstSlot, playhead);
  let last = Math.max(own.lastSlot, playhead);
  let before = at - 1;
  let after = at + 1;
  for (;;) {
    const left = table.groups[before];
    const right = table.groups[after];
    const leftFits = left !== undefined && left.firstSlot >= 0 && last - left.firstSlot + 1 <= maxSlots;
    const rightFits = right !== undefined && right.lastSlot - first + 1 <= maxSlots;
    if (!leftFits && !rightFits) return { first, last };
    if (rightFits && (!leftFits || right.lastSlot - playhead <= playhead - left.firstSlot)) {
      last = right.lastSlot;
      after += 1;
    } else {
      first = left!.firstSlot;
      before -= 1;
    }
  }
}
