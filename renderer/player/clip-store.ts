import type { FrameBudget, FrameClaim } from './budget.ts';
import type { DecodeHost } from './decode-host.ts';
import type { ClipFacts } from './messages.ts';
import type { ClipSource, FramePlanes, PlayerFault, SlotReason, SlotState } from './types.ts';
import { keepRange, type SlotRange } from './window.ts';

export type ClipPhase = 'reading' | 'open' | 'failed';

/**
 * The decoded frames of one clip in the page: slot k holds frame k. Asks the worker for what should be
 * there and throws out what lies farthest from the playhead when memory is short.
 */
export class ClipStore {
  readonly source: ClipSource;
  readonly #host: DecodeHost;
  readonly #budget: FrameBudget;
  readonly #clip: number;
  readonly #onChange: (slot: number | null) => void;
  #phase: ClipPhase = 'reading';
  #facts: ClipFacts | null = null;
  #fault: PlayerFault | null = null;
  #loadedBytes = 0;
  #totalBytes: number | null = null;
  #frames: (FramePlanes | null)[] = [];
  #states: SlotState[] = [];
  #reasons = new Map<number, SlotReason>();
  #kept: SlotRange = { first: 0, last: -1 };
  #playhead = 0;
  #claim: FrameClaim | null = null;
  #frameBytes = 0;
  #readyCount = 0;
  /** Number of the newest wish: the worker's word on an older one says nothing any more. */
  #wish = 0;
  #isSettled = false;
  #version = 0;

  /** `startSlot` is decoded first. `onChange` gets the slot that changed, or null when more than one thing did. */
  constructor(
    host: DecodeHost,
    budget: FrameBudget,
    source: ClipSource,
    startSlot: number,
    onChange: (slot: number | null) => void,
  ) {
    this.#host = host;
    this.#budget = budget;
    this.#playhead = Math.max(0, startSlot);
    this.source = source;
    this.#onChange = onChange;
    this.#clip = host.open(source.media, (message) => {
      switch (message.t) {
        case 'progress':
          this.#loadedBytes = message.loadedBytes;
          this.#totalBytes = message.totalBytes;
          break;
        case 'opened':
          this.#opened(message.facts);
          break;
        case 'frame':
          this.#receive(message.slot, message.planes);
          return;
        case 'marked':
          for (const slot of message.slots) {
            this.#states[slot] = message.state;
            this.#reasons.set(slot, message.reason);
          }
          break;
        case 'settled':
          this.#isSettled = message.wish === this.#wish;
          break;
        case 'failed':
          this.#phase = 'failed';
          this.#fault = message.fault;
          break;
        default:
          message satisfies never;
      }
      this.#changed(null);
    });
  }

  get phase(): ClipPhase {
    return this.#phase;
  }
  get facts(): ClipFacts | null {
    return this.#facts;
  }
  get fault(): PlayerFault | null {
    return this.#fault;
  }
  get loadedBytes(): number {
    return this.#loadedBytes;
  }
  get totalBytes(): number | null {
    return this.#totalBytes;
  }
  get readyCount(): number {
    return this.#readyCount;
  }
  /** Grows with each change of any slot. */
  get version(): number {
    return this.#version;
  }
  get states(): readonly SlotState[] {
    return this.#states;
  }
  /** Slots that memory allows to hold at present. */
  get kept(): SlotRange {
    return this.#kept;
  }

  stateOf(slot: number): SlotState {
    return this.#states[slot] ?? 'missing';
  }

  reasonOf(slot: number): SlotReason | null {
    return this.#reasons.get(slot) ?? null;
  }

  frameOf(slot: number): FramePlanes | null {
    return this.#frames[slot] ?? null;
  }

  /** Tells where the reviewer is: decides what is decoded first and what may leave memory. */
  setPlayhead(slot: number): void {
    if (slot < 0 || slot === this.#playhead) return;
    this.#playhead = slot;
    this.#plan(false);
  }

  close(): void {
    this.#host.closeClip(this.#clip);
    this.#claim?.release();
    this.#claim = null;
    this.#frames = [];
  }

  #opened(facts: ClipFacts): void {
    this.#phase = 'open';
    this.#facts = facts;
    const slotCount = facts.table.ticks.length;
    this.#frames = new Array<FramePlanes | null>(slotCount).fill(null);
    this.#states = new Array<SlotState>(slotCount).fill('empty');
    this.#playhead = Math.min(this.#playhead, slotCount - 1);
    // Three planes, chroma at half size; the first picture tells whether it is so.
    this.#frameBytes = facts.widthPx * facts.heightPx + 2 * ((facts.widthPx + 1) >> 1) * ((facts.heightPx + 1) >> 1);
    this.#claim = this.#budget.claim(this.#frameBytes * slotCount, () => this.#plan(true));
    this.#plan(true);
  }

  #plan(isForced: boolean): void {
    const facts = this.#facts;
    if (facts === null || this.#claim === null) return;
    const lastSlot = facts.table.ticks.length - 1;
    const maxSlots = Math.max(2, Math.floor(this.#claim.allottedBytes() / Math.max(1, this.#frameBytes)));
    const isWhole = this.#kept.first === 0 && this.#kept.last === lastSlot;
    const quarter = (this.#kept.last - this.#kept.first + 1) >> 2;
    const isInside = this.#playhead >= this.#kept.first + quarter && this.#playhead <= this.#kept.last - quarter;
    // The window moves only when the playhead nears its edge: not on every step.
    const isMoving = isForced || (!isWhole && !isInside);
    if (isMoving) {
      const kept = keepRange(facts.table, this.#playhead, maxSlots);
      if (!isForced && this.#isSettled && kept.first === this.#kept.first && kept.last === this.#kept.last) return;
      this.#kept = kept;
      this.#evict();
    }
    // With every picture there, a step needs no word to the worker.
    else if (this.#isSettled) return;
    this.#isSettled = false;
    this.#wish += 1;
    this.#host.post({
      t: 'want',
      clip: this.#clip,
      wish: this.#wish,
      first: this.#kept.first,
      last: this.#kept.last,
      playhead: this.#playhead,
    });
  }

  #evict(): void {
    const slots: number[] = [];
    for (const [slot, frame] of this.#frames.entries()) {
      if (frame === null || (slot >= this.#kept.first && slot <= this.#kept.last)) continue;
      this.#frames[slot] = null;
      this.#states[slot] = 'empty';
      this.#readyCount -= 1;
      slots.push(slot);
    }
    if (slots.length > 0) this.#host.post({ t: 'dropped', clip: this.#clip, slots });
  }

  #receive(slot: number, planes: FramePlanes): void {
    if (planes.data.byteLength > this.#frameBytes) {
      this.#frameBytes = planes.data.byteLength;
      this.#claim?.want(this.#frameBytes * this.#frames.length);
      this.#plan(true);
    }
    if (slot < this.#kept.first || slot > this.#kept.last) {
      this.#host.post({ t: 'dropped', clip: this.#clip, slots: [slot] });
      return;
    }
    if (this.#frames[slot] === null) this.#readyCount += 1;
    this.#frames[slot] = planes;
    this.#states[slot] = 'ready';
    this.#changed(slot);
  }

  #changed(slot: number | null): void {
    this.#version += 1;
    this.#onChange(slot);
  }
}
