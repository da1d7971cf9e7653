import { copyPlanes } from './copy-planes.ts';
import type { OpenContainer } from './demux.ts';
import { groupOfSlot } from './frame-table.ts';
import type { FramePlanes, SlotReason } from './types.ts';

export type DecodeSink = {
  readonly frame: (slot: number, planes: FramePlanes) => void;
  readonly marked: (slots: readonly number[], state: 'missing' | 'damaged', reason: SlotReason) => void;
  readonly settled: () => void;
};

type Wish = { readonly first: number; readonly last: number; readonly playhead: number };
/** Packets handed to the decoder ahead of its output; enough to keep it busy, few enough to change course. */
const MAX_QUEUE = 12;
/** A jump of the playhead farther than this many packets ahead restarts the decoder there. */
const MAX_PACKETS_TO_WAIT = 60;

/**
 * Decodes the wanted slots of one clip, group by group from keyframes, the playhead's group first.
 * Every picture leaves as a copy and its frame is closed at once. What can't be decoded is marked,
 * never filled with a guess.
 */
export class ClipDecoder {
  readonly #container: OpenContainer;
  readonly #config: VideoDecoderConfig;
  readonly #sink: DecodeSink;
  readonly #done: Uint8Array;
  #wish: Wish | null = null;
  #isRunning = false;
  #isClosed = false;
  #wake: (() => void) | null = null;

  constructor(container: OpenContainer, config: VideoDecoderConfig, sink: DecodeSink) {
    this.#container = container;
    this.#config = config;
    this.#sink = sink;
    this.#done = new Uint8Array(container.table.ticks.length);
    this.#markWhatIsNotThere();
  }

  want(wish: Wish): void {
    this.#wish = wish;
    this.#wake?.();
    if (!this.#isRunning) void this.#run();
  }

  dropped(slots: readonly number[]): void {
    for (const slot of slots) this.#done[slot] = 0;
  }

  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  #markWhatIsNotThere(): void {
    const { table, packets } = this.#container;
    const holes: number[] = [];
    const cutOff: number[] = [];
    for (const [slot, packet] of table.packetOfSlot.entries()) {
      if (packet < 0) holes.push(slot);
      else if (packets[packet] === null) cutOff.push(slot);
    }
    this.#mark(holes, 'missing', 'hole');
    this.#mark(cutOff, 'missing', 'truncated');
  }

  #mark(slots: readonly number[], state: 'missing' | 'damaged', reason: SlotReason): void {
    if (slots.length === 0) return;
    for (const slot of slots) this.#done[slot] = 1;
    this.#sink.marked(slots, state, reason);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      for (let run = this.#nextRun(); run !== null && !this.#isClosed; run = this.#nextRun()) {
        const before = this.#done.reduce((sum, one) => sum + one, 0);
        const wasTurnedAway = await this.#decodeRun(this.#startFor(run.firstGroup), run.endGroup);
        const moved = this.#done.reduce((sum, one) => sum + one, 0) !== before;
        // No progress and no reason to try again: these pictures lean on something that is not there.
        if (!moved && !wasTurnedAway && !this.#isClosed)
          this.#mark(this.#needed(run.firstGroup, run.endGroup), 'damaged', 'reference_missing');
      }
    } finally {
      this.#isRunning = false;
    }
    if (!this.#isClosed) this.#sink.settled();
  }

  #groupNeeds(group: number): boolean {
    const wish = this.#wish;
    const range = this.#container.table.groups[group];
    if (wish === null || range === undefined || range.firstSlot < 0) return false;
    const first = Math.max(range.firstSlot, wish.first);
    const last = Math.min(range.lastSlot, wish.last);
    for (let slot = first; slot <= last; slot++) {
      const packet = this.#container.table.packetOfSlot[slot]!;
      if (this.#done[slot] === 0 && packet >= range.firstPacket && packet < range.endPacket) return true;
    }
    return false;
  }

  /** Needed groups in one go: from the playhead's (or the next needed one after it, or else the first) on. */
  #nextRun(): { firstGroup: number; endGroup: number } | null {
    const wish = this.#wish;
    if (wish === null) return null;
    const { groups } = this.#container.table;
    const from = groupOfSlot(this.#container.table, wish.playhead);
    let firstGroup = -1;
    for (let step = 0; step < groups.length && firstGroup < 0; step++) {
      const group = (from + step) % groups.length;
      if (this.#groupNeeds(group)) firstGroup = group;
    }
    if (firstGroup < 0) return null;
    let endGroup = firstGroup + 1;
    while (endGroup < groups.length && this.#groupNeeds(endGroup)) endGroup += 1;
    return { firstGroup, endGroup };
  }

  /** Pictures shown before their keyframe need the group before it, unless that group is about to be decoded anyway. */
  #startFor(group: number): number {
    if (group === 0 || this.#groupNeeds(group - 1)) return group;
    return this.#leadingNeeded(group).length > 0 ? group - 1 : group;
  }

  /** Packets of a group whose pictures come before its keyframe's and are still wanted. */
  #leadingNeeded(group: number): number[] {
    const { table } = this.#container;
    const range = table.groups[group]!;
    const keySlot = table.slotOfPacket[range.firstPacket]!;
    const packets: number[] = [];
    for (let packet = range.firstPacket + 1; packet < range.endPacket; packet++) {
      const slot = table.slotOfPacket[packet]!;
      if (slot >= 0 && slot < keySlot && this.#done[slot] === 0 && this.#isWished(slot)) packets.push(packet);
    }
    return packets;
  }

  /** One decoder from a keyframe on; true when it stopped because the playhead went elsewhere. Ends early when a picture fails (its group is marked) or the playhead went elsewhere. */
  async #decodeRun(firstGroup: number, endGroup: number): Promise<boolean> {
    const { table, packets, isKey } = this.#container;
    const { groups } = table;
    const outcome: { failure: string | null } = { failure: null };
    const copies = new Set<Promise<void>>();
    const seen = new Set<number>();
    let turnedAway = false;

    const decoder = new VideoDecoder({
      output: (frame) => {
        const slot = frame.timestamp;
        seen.add(slot);
        if (slot < 0 || this.#isClosed || this.#done[slot] === 1 || !this.#isWished(slot)) {
          frame.close();
          this.#wake?.();
          return;
        }
        this.#done[slot] = 1;
        const copy = copyPlanes(frame)
          .then((planes) => {
            if (!this.#isClosed) this.#sink.frame(slot, planes);
          })
          .catch(() => {
            this.#mark([slot], 'damaged', 'not_decodable');
          })
          .finally(() => {
            frame.close();
            copies.delete(copy);
            this.#wake?.();
          });
        copies.add(copy);
      },
      error: (error) => {
        outcome.failure = error.message;
        this.#wake?.();
      },
    });
    decoder.ondequeue = () => this.#wake?.();

    let group = firstGroup;
    let fedGroup = firstGroup;
    try {
      decoder.configure(this.#config);
      for (; group < endGroup && outcome.failure === null && !turnedAway; group++) {
        fedGroup = group;
        const range = groups[group]!;
        const firstOfRun = group === firstGroup;
        const keySlot = table.slotOfPacket[range.firstPacket]!;
        for (let packet = range.firstPacket; packet < range.endPacket; packet++) {
          const data = packets[packet];
          if (data === null || data === undefined) break;
          const slot = table.slotOfPacket[packet]!;
          // Shown before its group's keyframe: it leans on the group before, which this decoder has not seen.
          if (firstOfRun && packet > range.firstPacket && slot >= 0 && keySlot >= 0 && slot < keySlot) {
            if (group === 0) this.#mark([slot], 'damaged', 'reference_missing');
            continue;
          }
          while (
            (decoder.decodeQueueSize >= MAX_QUEUE || copies.size >= MAX_QUEUE) &&
            outcome.failure === null &&
            !this.#isClosed
          )
            await this.#nap();
          if (outcome.failure !== null || this.#isClosed) break;
          if (this.#isPlayheadElsewhere(packet, group)) {
            turnedAway = true;
            break;
          }
          decoder.decode(
            new EncodedVideoChunk({
              type: isKey[packet] === true || packet === range.firstPacket ? 'key' : 'delta',
              timestamp: slot,
              data,
            }),
          );
        }
        if (this.#isClosed) return false;
      }
      // Leading pictures of the group after the run lean on the run's last group: now is the time for them.
      if (outcome.failure === null && !turnedAway && endGroup < groups.length) this.#feedLeading(decoder, endGroup);
      if (outcome.failure === null) await decoder.flush();
    } catch (thrown) {
      outcome.failure ??= thrown instanceof Error ? thrown.message : String(thrown);
    } finally {
      await Promise.all(copies);
      if (decoder.state !== 'closed') decoder.close();
    }
    if (this.#isClosed) return false;
    // After an error the decoder is gone: what did not come out of the groups fed so far is marked, the next group starts anew.
    if (outcome.failure !== null) this.#mark(this.#unanswered(firstGroup, fedGroup + 1), 'damaged', 'damaged_data');
    else if (!turnedAway) this.#mark(this.#unanswered(firstGroup, endGroup), 'missing', 'not_decodable');
    return turnedAway;
  }

  #feedLeading(decoder: VideoDecoder, group: number): void {
    const { table, packets, isKey } = this.#container;
    const range = table.groups[group]!;
    const lastLeading = this.#leadingNeeded(group).at(-1) ?? -1;
    for (let packet = range.firstPacket; packet <= lastLeading; packet++) {
      const data = packets[packet];
      if (data === null || data === undefined) return;
      decoder.decode(
        new EncodedVideoChunk({
          type: isKey[packet] === true ? 'key' : 'delta',
          timestamp: table.slotOfPacket[packet]!,
          data,
        }),
      );
    }
  }

  /** Wanted slots of the groups that were fed and did not come out. */
  #unanswered(firstGroup: number, endGroup: number): number[] {
    // Leading pictures of the first group were not fed when the group before it comes later.
    const later = firstGroup > 0 ? new Set(this.#leadingNeeded(firstGroup)) : new Set<number>();
    return this.#needed(firstGroup, endGroup).filter((slot) => !later.has(this.#container.table.packetOfSlot[slot]!));
  }

  #needed(firstGroup: number, endGroup: number): number[] {
    const { table } = this.#container;
    const slots: number[] = [];
    for (let group = firstGroup; group < endGroup; group++) {
      const range = table.groups[group]!;
      for (let packet = range.firstPacket; packet < range.endPacket; packet++) {
        const slot = table.slotOfPacket[packet]!;
        if (slot >= 0 && this.#done[slot] === 0 && this.#isWished(slot)) slots.push(slot);
      }
    }
    return slots;
  }

  #isWished(slot: number): boolean {
    return this.#wish !== null && slot >= this.#wish.first && slot <= this.#wish.last;
  }

  #isPlayheadElsewhere(packet: number, group: number): boolean {
    const wish = this.#wish;
    const { table } = this.#container;
    if (wish === null || this.#done[wish.playhead] === 1) return false;
    const wanted = groupOfSlot(table, wish.playhead);
    if (wanted === group || !this.#groupNeeds(wanted)) return false;
    if (wanted < group) return true;
    return table.groups[wanted]!.firstPacket - packet > MAX_PACKETS_TO_WAIT;
  }

  async #nap(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = null;
  }
}
