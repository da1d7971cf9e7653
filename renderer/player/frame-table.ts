/** What the container says of one packet, in decode order. Times in ticks of `ticksPerSecond`. */
export type PacketFact = {
  readonly ticks: number;
  readonly durationTicks: number;
  readonly isKey: boolean;
  readonly byteLength: number;
};

/** A keyframe and everything that is decoded after it up to the next one. Half-open ranges. */
export type KeyGroup = {
  readonly firstPacket: number;
  readonly endPacket: number;
  /** Lowest and highest slot of the group, -1 when all of it is pre-roll. */
  readonly firstSlot: number;
  readonly lastSlot: number;
};

export type FrameTable = {
  readonly ticksPerSecond: number;
  /** Presentation start of each slot in ticks; a hole carries the time at which its frame should have been. */
  readonly ticks: readonly number[];
  /** Packet (decode position) of each slot; -1 for a hole. */
  readonly packetOfSlot: readonly number[];
  /** Slot of each packet; -1 for pre-roll. */
  readonly slotOfPacket: readonly number[];
  readonly groups: readonly KeyGroup[];
  /** Median distance of two frames in ticks. */
  readonly intervalTicks: number;
  /** True when the distances are not multiples of one interval: then no holes are inferred. */
  readonly isVariableRate: boolean;
  readonly holeCount: number;
  readonly preRollCount: number;
  /** Pairs of pictures that claim the same time: they are kept, in decode order. */
  readonly repeatedTimeCount: number;
};

/** A gap longer than this many frames is not drawn as holes: it is a splice, not dropped frames. */
const MAX_HOLE_FRAMES = 1000;

/**
 * Builds the frame table of a clip from its packets. The index of a frame is its rank in presentation
 * order among the frames at or after time zero; what starts before zero is pre-roll (an edit list cut it
 * away). A gap of n intervals leaves n - 1 hole slots. Time never decides an index.
 */
export function buildFrameTable(packets: readonly PacketFact[], ticksPerSecond: number): FrameTable {
  const shown = packets
    .map((packet, index) => ({ ticks: packet.ticks, index }))
    .filter((entry) => entry.ticks >= 0)
    .sort((a, b) => a.ticks - b.ticks || a.index - b.index);
  const gaps = shown.slice(1).map((entry, index) => entry.ticks - shown[index]!.ticks);
  const intervalTicks = typicalInterval(gaps, packets[shown[0]?.index ?? 0]?.durationTicks ?? 0);
  const isVariableRate = isVariable(gaps, intervalTicks);

  const ticks: number[] = [];
  const packetOfSlot: number[] = [];
  let holeCount = 0;
  for (const [rank, entry] of shown.entries()) {
    const gap = rank === 0 ? 0 : gaps[rank - 1]!;
    const missing = isVariableRate || intervalTicks <= 0 ? 0 : Math.round(gap / intervalTicks) - 1;
    if (missing > 0 && missing <= MAX_HOLE_FRAMES) {
      const before = shown[rank - 1]!.ticks;
      for (let hole = 1; hole <= missing; hole++) {
        ticks.push(Math.round(before + (gap * hole) / (missing + 1)));
        packetOfSlot.push(-1);
      }
      holeCount += missing;
    }
    ticks.push(entry.ticks);
    packetOfSlot.push(entry.index);
  }
  const slotOfPacket = new Array<number>(packets.length).fill(-1);
  for (const [slot, packet] of packetOfSlot.entries()) if (packet >= 0) slotOfPacket[packet] = slot;

  return {
    ticksPerSecond,
    ticks,
    packetOfSlot,
    slotOfPacket,
    groups: keyGroups(packets, slotOfPacket),
    intervalTicks,
    isVariableRate,
    holeCount,
    preRollCount: packets.length - shown.length,
    repeatedTimeCount: gaps.filter((gap) => gap === 0).length,
  };
}

/** Frames a second as the typical interval says it; null for a clip of one frame without a duration. */
export function fpsOf(table: FrameTable): number | null {
  return table.intervalTicks > 0 ? table.ticksPerSecond / table.intervalTicks : null;
}

/** Seconds from the clip's own start to the start of a slot, as the container says it. */
export function slotSeconds(table: FrameTable, slot: number): number {
  return (table.ticks[slot] ?? 0) / table.ticksPerSecond;
}

/** The group that holds a slot's picture; for a hole, the group of the next picture (or the last one). */
export function groupOfSlot(table: FrameTable, slot: number): number {
  for (let at = slot; at < table.packetOfSlot.length; at++) {
    const packet = table.packetOfSlot[at]!;
    if (packet >= 0) return groupOfPacket(table.groups, packet);
  }
  return Math.max(0, table.groups.length - 1);
}

function groupOfPacket(groups: readonly KeyGroup[], packet: number): number {
  let low = 0;
  let high = groups.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (groups[middle]!.firstPacket <= packet) low = middle;
    else high = middle - 1;
  }
  return low;
}

function typicalInterval(gaps: readonly number[], fallbackTicks: number): number {
  const positive = gaps.filter((gap) => gap > 0).sort((a, b) => a - b);
  return positive.length === 0 ? fallbackTicks : positive[positive.length >> 1]!;
}

function isVariable(gaps: readonly number[], intervalTicks: number): boolean {
  if (intervalTicks <= 0 || gaps.length < 4) return false;
  // A tick of rounding is normal when the interval is no whole number of ticks (29.97 fps at 1/1000 s).
  const tolerance = Math.max(1.01, intervalTicks * 0.15);
  const regular = gaps.filter(
    (gap) => gap > 0 && Math.abs(gap - Math.round(gap / intervalTicks) * intervalTicks) <= tolerance,
  );
  return regular.length < gaps.length * 0.8;
}

function keyGroups(packets: readonly PacketFact[], slotOfPacket: readonly number[]): KeyGroup[] {
  const starts = packets.flatMap((packet, index) => (packet.isKey || index === 0 ? [index] : []));
  return starts.map((firstPacket, at) => {
    const endPacket = starts[at + 1] ?? packets.length;
    let firstSlot = -1;
    let lastSlot = -1;
    for (let packet = firstPacket; packet < endPacket; packet++) {
      const slot = slotOfPacket[packet]!;
      if (slot < 0) continue;
      if (firstSlot < 0 || slot < firstSlot) firstSlot = slot;
      if (slot > lastSlot) lastSlot = slot;
    }
    return { firstPacket, endPacket, firstSlot, lastSlot };
  });
}
