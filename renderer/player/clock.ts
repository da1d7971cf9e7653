/** The state of a comparison's clock. All values plain; `advance` is the only thing that moves a playing clock. */
export type ClockRange = { readonly first: number; readonly last: number };

/**
 * One integer master frame and a direction. Playing collects elapsed time and gives out whole frames;
 * at normal speed or slower it never gives out more than one frame at a time, so none is skipped.
 */
export class MasterClock {
  #frame = 0;
  #collected = 0;
  #lastMs: number | null = null;
  #range: ClockRange = { first: 0, last: 0 };
  #loop: ClockRange | null = null;
  #isLooping = false;
  #rate = 1;
  #direction: 1 | -1 = 1;
  #isPlaying = false;
  #skipped = 0;

  get frame(): number {
    return this.#frame;
  }
  get range(): ClockRange {
    return this.#range;
  }
  get loop(): ClockRange | null {
    return this.#loop;
  }
  get isLooping(): boolean {
    return this.#isLooping;
  }
  get rate(): number {
    return this.#rate;
  }
  get direction(): 1 | -1 {
    return this.#direction;
  }
  get isPlaying(): boolean {
    return this.#isPlaying;
  }
  /** Frames that playing above normal speed passed over without showing them. */
  get skippedCount(): number {
    return this.#skipped;
  }

  setRange(range: ClockRange): void {
    this.#range = range;
    this.#frame = this.#clamp(this.#frame);
    if (this.#loop !== null && (this.#loop.first < range.first || this.#loop.last > range.last)) this.#loop = null;
  }

  seek(frame: number): void {
    this.#frame = this.#clamp(frame);
    this.#collected = 0;
  }

  play(direction: 1 | -1 = this.#direction): void {
    const { first, last } = this.#bounds();
    // Playing from the far end starts over, as every player does; outside a loop range it goes to the range.
    if (direction === 1 && (this.#frame >= last || this.#frame < first)) this.#frame = first;
    if (direction === -1 && (this.#frame <= first || this.#frame > last)) this.#frame = last;
    this.#direction = direction;
    this.#isPlaying = first < last;
    this.#collected = 0;
    this.#lastMs = null;
  }

  pause(): void {
    this.#isPlaying = false;
    this.#collected = 0;
    this.#lastMs = null;
  }

  setRate(rate: number): void {
    this.#rate = Math.min(4, Math.max(0.1, rate));
    this.#collected = 0;
  }

  /** Turns a playing or standing clock around without moving it. */
  setDirection(direction: 1 | -1): void {
    this.#direction = direction;
    this.#collected = 0;
  }

  setLooping(isLooping: boolean): void {
    this.#isLooping = isLooping;
  }

  setLoop(loop: ClockRange | null): void {
    if (loop === null) {
      this.#loop = null;
      return;
    }
    const first = this.#clamp(Math.min(loop.first, loop.last));
    const last = this.#clamp(Math.max(loop.first, loop.last));
    this.#loop = { first, last };
    this.#isLooping = true;
  }

  /**
   * Moves a playing clock on to `nowMs`. `canShow` says whether a frame's pictures are there: if the next one
   * is not, the clock holds (both panes together) and does not catch up afterwards.
   */
  advance(nowMs: number, fps: number, canShow: (frame: number) => boolean): void {
    if (!this.#isPlaying) return;
    const elapsedMs = this.#lastMs === null ? 0 : nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    const perFrameMs = 1000 / (fps * this.#rate);
    this.#collected += elapsedMs / perFrameMs;
    let whole = Math.floor(this.#collected + 1e-9);
    if (whole <= 0) return;
    if (this.#rate <= 1 && whole > 1) {
      whole = 1;
      this.#collected = 1;
    }
    const next = this.#step(this.#frame, whole);
    if (next === null) {
      const { first, last } = this.#bounds();
      this.#frame = this.#direction === 1 ? last : first;
      this.pause();
      return;
    }
    if (!canShow(next)) {
      this.#collected = 1;
      return;
    }
    this.#collected = Math.max(0, this.#collected - whole);
    this.#skipped += whole - 1;
    this.#frame = next;
  }

  /** The frame the playing clock would show next; null at an end without a loop. For reading ahead. */
  upcoming(): number | null {
    return this.#isPlaying ? this.#step(this.#frame, 1) : null;
  }

  #step(from: number, count: number): number | null {
    const { first, last } = this.#bounds();
    const to = from + count * this.#direction;
    if (to >= first && to <= last) return to;
    if (!this.#isLooping)
      return from === (this.#direction === 1 ? last : first) ? null : this.#direction === 1 ? last : first;
    const length = last - first + 1;
    return first + ((((to - first) % length) + length) % length);
  }

  #bounds(): ClockRange {
    return this.#isLooping && this.#loop !== null ? this.#loop : this.#range;
  }

  #clamp(frame: number): number {
    return Math.min(this.#range.last, Math.max(this.#range.first, Math.round(frame)));
  }
}
