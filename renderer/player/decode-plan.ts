import { groupOfSlot, type FrameTable } from './frame-table.ts';

/** Slots that should be in memory, and where the reviewer is. `wish` is the number it was asked under. */
export type Wish = {
  readonly wish: number;
  readonly first: number;
  readonly last: number;
  readonly playhead: number;
};
/** Keyframe groups to decode in one go. Half-open. */
export type GroupRun = { readonly firstGroup: number; readonly endGroup: number };

/** A jump of the playhead farther than this many packets ahead restarts the decoder there. */
const MAX_PACKETS_TO_WAIT = 60;

/** What of a clip is wanted, what of that is there already, and what is to be decoded next. */
export class DecodePlan {
  readonly #table: FrameTable;
  readonly #done: Uint8Array;
  #wish: Wish | null = null;
  #aloneUntil = 0;

  constructor(table: FrameTable) {
    this.#table = table;
    this.#done = new Uint8Array(table.ticks.length);
  }

  get wish(): Wish | null {
    return this.#wish;
  }
  set wish(wish: Wish | null) {
    this.#wish = wish;
  }

  /** Done: delivered or marked, so not to be decoded (again). */
  isDone(slot: number): boolean {
    return this.#done[slot] === 1;
  }
  setDone(slot: number, isDone: boolean): void {
    this.#done[slot] = isDone ? 1 : 0;
  }

  isWanted(slot: number): boolean {
    const wish = this.#wish;
    return wish !== null && slot >= wish.first && slot <= wish.last && this.#done[slot] === 0;
  }

  /** Groups up to this one are decoded one by one from now on: there was an error among them. */
  decodeAloneThrough(group: number): void {
    this.#aloneUntil = Math.max(this.#aloneUntil, group + 1);
  }

  /** Needed groups in one go: from the playhead's (or the next needed one after it, or else the first) on. */
  nextRun(): GroupRun | null {
    if (this.#wish === null) return null;
    const { groups } = this.#table;
    const from = groupOfSlot(this.#table, this.#wish.playhead);
    let firstGroup = -1;
    for (let step = 0; step < groups.length && firstGroup < 0; step++) {
      const group = (from + step) % groups.length;
      if (this.#isGroupWanted(group)) firstGroup = group;
    }
    if (firstGroup < 0) return null;
    let endGroup = firstGroup + 1;
    if (firstGroup >= this.#aloneUntil) while (endGroup < groups.length && this.#isGroupWanted(endGroup)) endGroup += 1;
    return { firstGroup, endGroup };
  }

  /** Pictures shown before their keyframe need the group before it, unless that group is about to be decoded anyway. */
  startOf(group: number): number {
    if (group === 0 || this.#isGroupWanted(group - 1)) return group;
    return this.wantedLeading(group).length > 0 ? group - 1 : group;
  }

  /** Packets of a group whose pictures come before its keyframe's and are still wanted. */
  wantedLeading(group: number): number[] {
    const range = this.#table.groups[group]!;
    const keySlot = this.#table.slotOfPacket[range.firstPacket]!;
    const packets: number[] = [];
    for (let packet = range.firstPacket + 1; packet < range.endPacket; packet++) {
      const slot = this.#table.slotOfPacket[packet]!;
      if (slot < keySlot && this.isWanted(slot)) packets.push(packet);
    }
    return packets;
  }

  wantedSlots({ firstGroup, endGroup }: GroupRun): number[] {
    const slots: number[] = [];
    for (let group = firstGroup; group < endGroup; group++) {
      const range = this.#table.groups[group]!;
      for (let packet = range.firstPacket; packet < range.endPacket; packet++) {
        const slot = this.#table.slotOfPacket[packet]!;
        if (this.isWanted(slot)) slots.push(slot);
      }
    }
    return slots;
  }

  /** Last packet of a group that something wanted leans on; without end while a later group of the run is wanted. */
  lastNeededPacket(group: number, endGroup: number): number {
    const { groups, slotOfPacket } = this.#table;
    for (let later = group + 1; later < endGroup; later++) if (this.#isGroupWanted(later)) return Infinity;
    if (endGroup < groups.length && this.wantedLeading(endGroup).length > 0) return Infinity;
    const range = groups[group]!;
    for (let packet = range.endPacket - 1; packet >= range.firstPacket; packet--)
      if (this.isWanted(slotOfPacket[packet]!)) return packet;
    return -1;
  }

  /** True when the playhead's picture comes sooner from another start. `seen`: slots that came out since this start. */
  isPlayheadElsewhere(packet: number, group: number, seen: ReadonlySet<number>): boolean {
    const wish = this.#wish;
    if (wish === null || this.isDone(wish.playhead)) return false;
    const wanted = groupOfSlot(this.#table, wish.playhead);
    // Its picture went by when nobody wanted it: only another start brings it back.
    if (wanted === group) return seen.has(wish.playhead);
    if (!this.#isGroupWanted(wanted)) return false;
    if (wanted < group) return true;
    return this.#table.groups[wanted]!.firstPacket - packet > MAX_PACKETS_TO_WAIT;
  }

  #isGroupWanted(group: number): boolean {
    const range = this.#table.groups[group];
    if (range === undefined || range.firstSlot < 0 || this.#wish === null) return false;
    const first = Math.max(range.firstSlot, this.#wish.first);
    const last = Math.min(range.lastSlot, this.#wish.last);
    for (let slot = first; slot <= last; slot++) {
      const packet = this.#table.packetOfSlot[slot]!;
      if (this.#done[slot] === 0 && packet >= range.firstPacket && packet < range.endPacket) return true;
    }
    return false;
  }
}
