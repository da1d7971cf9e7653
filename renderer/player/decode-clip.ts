import { copyPlanes } from './copy-planes.ts';
import { DecodePlan, type GroupRun, type Wish } from './decode-plan.ts';
import type { OpenContainer } from './demux.ts';
import type { FramePlanes, SlotReason } from './types.ts';

export type DecodeSink = {
  readonly frame: (slot: number, planes: FramePlanes) => void;
  readonly marked: (slots: readonly number[], state: 'missing' | 'damaged', reason: SlotReason) => void;
  /** Everything of the wish with this number was delivered or marked. */
  readonly settled: (wish: number) => void;
};

type RunEnd = {
  readonly wasTurnedAway: boolean;
  readonly hasFailed: boolean;
  readonly deliveredCount: number;
  /** Last group of which packets were fed. */
  readonly fedGroup: number;
  /** Slots whose packets were fed, and those whose pictures came out, wanted or not. */
  readonly fed: ReadonlySet<number>;
  readonly seen: ReadonlySet<number>;
};
/** Packets handed to the decoder ahead of its output; enough to keep it busy, few enough to change course. */
const MAX_QUEUE = 12;

/**
 * Decodes the wanted slots of one clip, group by group from keyframes, the playhead's group first.
 * Every picture leaves as a copy and its frame is closed at once. What can't be decoded is marked,
 * never filled with a guess.
 */
export class ClipDecoder {
  readonly #container: OpenContainer;
  readonly #config: VideoDecoderConfig;
  readonly #sink: DecodeSink;
  readonly #plan: DecodePlan;
  #isRunning = false;
  #isClosed = false;
  #wake: (() => void) | null = null;

  constructor(container: OpenContainer, config: VideoDecoderConfig, sink: DecodeSink) {
    this.#container = container;
    this.#config = config;
    this.#sink = sink;
    this.#plan = new DecodePlan(container.table);
    this.#markWhatIsNotThere();
  }

  want(wish: Wish): void {
    this.#plan.wish = wish;
    this.#wake?.();
    if (!this.#isRunning) void this.#run();
  }

  dropped(slots: readonly number[]): void {
    for (const slot of slots) this.#plan.setDone(slot, false);
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
    for (const slot of slots) this.#plan.setDone(slot, true);
    this.#sink.marked(slots, state, reason);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      for (let run = this.#plan.nextRun(); run !== null && !this.#isClosed; run = this.#plan.nextRun())
        await this.#serve(run);
    } finally {
      this.#isRunning = false;
    }
    if (!this.#isClosed && this.#plan.wish !== null) this.#sink.settled(this.#plan.wish.wish);
  }

  async #serve(run: GroupRun): Promise<void> {
    const { wish } = this.#plan;
    const start = this.#plan.startOf(run.firstGroup);
    const end = await this.#decodeRun({ firstGroup: start, endGroup: run.endGroup });
    if (this.#isClosed || end.wasTurnedAway) return;
    if (end.hasFailed) {
      // An error comes late and takes pictures of healthy groups with it: each for itself tells which is damaged.
      if (run.endGroup - run.firstGroup > 1) this.#plan.decodeAloneThrough(Math.max(end.fedGroup, run.firstGroup));
      else if (start < run.firstGroup)
        this.#mark(this.#slotsOf(this.#plan.wantedLeading(run.firstGroup)), 'damaged', 'reference_missing');
      else this.#mark(this.#notSeen(run, end), 'damaged', 'damaged_data');
      return;
    }
    this.#mark(
      [...end.fed].filter((slot) => slot >= 0 && !end.seen.has(slot) && !this.#plan.isDone(slot)),
      'missing',
      'not_decodable',
    );
    // No progress for the same wish: these pictures lean on something that is not there.
    if (end.deliveredCount === 0 && this.#plan.wish === wish)
      this.#mark(this.#plan.wantedSlots(run), 'damaged', 'reference_missing');
  }

  /** One decoder from a keyframe on. Ends early when a picture fails, when nothing more is wanted, or when the playhead went elsewhere. */
  async #decodeRun({ firstGroup, endGroup }: GroupRun): Promise<RunEnd> {
    const { table, packets } = this.#container;
    const outcome: { failure: string | null } = { failure: null };
    const copies = new Set<Promise<void>>();
    const fed = new Set<number>();
    const seen = new Set<number>();
    let deliveredCount = 0;
    let wasTurnedAway = false;
    let isServed = false;

    const decoder = new VideoDecoder({
      output: (frame) => {
        const slot = frame.timestamp;
        seen.add(slot);
        if (this.#isClosed || !this.#plan.isWanted(slot)) {
          frame.close();
          this.#wake?.();
          return;
        }
        this.#plan.setDone(slot, true);
        deliveredCount += 1;
        const copy = this.#deliver(slot, frame).finally(() => {
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
    const isStopped = (): boolean => outcome.failure !== null || this.#isClosed;

    let fedGroup = firstGroup;
    try {
      decoder.configure(this.#config);
      for (let group = firstGroup; group < endGroup && !isStopped() && !wasTurnedAway && !isServed; group++) {
        fedGroup = group;
        const range = table.groups[group]!;
        const keySlot = table.slotOfPacket[range.firstPacket]!;
        let { wish } = this.#plan;
        let lastPacket = this.#plan.lastNeededPacket(group, endGroup);
        for (let packet = range.firstPacket; packet < range.endPacket; packet++) {
          if ((packets[packet] ?? null) === null) break;
          const slot = table.slotOfPacket[packet]!;
          // Shown before its group's keyframe: it leans on the group before, which this decoder has not seen.
          if (group === firstGroup && packet > range.firstPacket && slot >= 0 && keySlot >= 0 && slot < keySlot) {
            if (group === 0) this.#mark([slot], 'damaged', 'reference_missing');
            continue;
          }
          while ((decoder.decodeQueueSize >= MAX_QUEUE || copies.size >= MAX_QUEUE) && !isStopped()) await this.#nap();
          if (isStopped()) break;
          wasTurnedAway = this.#plan.isPlayheadElsewhere(packet, group, seen);
          if (wish !== this.#plan.wish) {
            wish = this.#plan.wish;
            lastPacket = this.#plan.lastNeededPacket(group, endGroup);
          }
          isServed = packet > lastPacket;
          if (wasTurnedAway || isServed) break;
          fed.add(slot);
          decoder.decode(this.#chunk(packet, packet === range.firstPacket));
        }
      }
      // Leading pictures of the group after the run lean on the run's last group: now is the time for them.
      if (!isStopped() && !wasTurnedAway && !isServed) this.#feedLeading(decoder, endGroup, fed);
      if (!isStopped()) await decoder.flush();
    } catch (thrown) {
      outcome.failure ??= thrown instanceof Error ? thrown.message : String(thrown);
    } finally {
      await Promise.all(copies);
      if (decoder.state !== 'closed') decoder.close();
    }
    return { wasTurnedAway, hasFailed: outcome.failure !== null, deliveredCount, fedGroup, fed, seen };
  }

  async #deliver(slot: number, frame: VideoFrame): Promise<void> {
    try {
      const planes = await copyPlanes(frame);
      if (!this.#isClosed) this.#sink.frame(slot, planes);
    } catch {
      this.#mark([slot], 'damaged', 'not_decodable');
    }
  }

  #feedLeading(decoder: VideoDecoder, group: number, fed: Set<number>): void {
    const { table, packets } = this.#container;
    const range = table.groups[group];
    if (range === undefined) return;
    const lastLeading = this.#plan.wantedLeading(group).at(-1) ?? -1;
    for (let packet = range.firstPacket; packet <= lastLeading; packet++) {
      if ((packets[packet] ?? null) === null) return;
      fed.add(table.slotOfPacket[packet]!);
      decoder.decode(this.#chunk(packet, false));
    }
  }

  #chunk(packet: number, isFirst: boolean): EncodedVideoChunk {
    const { table, packets, isKey } = this.#container;
    return new EncodedVideoChunk({
      type: isFirst || isKey[packet] === true ? 'key' : 'delta',
      timestamp: table.slotOfPacket[packet]!,
      data: packets[packet]!,
    });
  }

  /** Wanted slots of a group that its decoder did not give out; leading pictures wait for the group before it. */
  #notSeen(run: GroupRun, end: RunEnd): number[] {
    const later = run.firstGroup > 0 ? new Set(this.#slotsOf(this.#plan.wantedLeading(run.firstGroup))) : new Set();
    return this.#plan.wantedSlots(run).filter((slot) => !end.seen.has(slot) && !later.has(slot));
  }

  #slotsOf(packets: readonly number[]): number[] {
    return packets.map((packet) => this.#container.table.slotOfPacket[packet]!);
  }

  async #nap(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = null;
  }
}
