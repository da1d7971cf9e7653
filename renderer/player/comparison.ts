import { pageBudget, type FrameBudget } from './budget.ts';
import { MasterClock } from './clock.ts';
import { pixelAt, type PixelValue } from './color.ts';
import type { Look, SideLook } from './look.ts';
import { clampMaster, firstPairedMaster, type Match, type MatchChoice } from './match.ts';
import { PaneSet, type PaneName } from './pane-set.ts';
import { Pairing, type CellState } from './pairing.ts';
import { describeSide } from './side-state.ts';
import type { CompareMode, ComparisonState, SideName } from './state.ts';
import type { SurfaceChoice } from './surface.ts';
import { storedPoint } from './turn.ts';
import type { ClipSource, FramePlanes } from './types.ts';
import type { View } from './view.ts';

export type ComparisonOptions = {
  readonly left: ClipSource;
  /** Null: one clip alone. */
  readonly right: ClipSource | null;
  /** Master frame to begin at; the first pair when null. */
  readonly startFrame?: number | null;
  readonly surface?: SurfaceChoice;
  /** Memory for decoded frames; the page's when left out. */
  readonly budget?: FrameBudget;
};
/** What is on the screen after a paint, told in the same task in which it was drawn. */
export type Painted = {
  readonly masterFrame: number;
  readonly left: PaintedSide | null;
  readonly right: PaintedSide | null;
};
export type PaintedSide = { readonly frame: number; readonly sourceFrame: number };

/**
 * The frame-exact player of one or two clips. One integer clock; all panes are drawn from it inside one
 * animation callback; what is reported is what was drawn. No React in here.
 */
export class Comparison {
  readonly #clock = new MasterClock();
  readonly #panes: PaneSet;
  readonly #pairing: Pairing;
  readonly #listeners = new Set<() => void>();
  readonly #paintListeners = new Set<(painted: Painted) => void>();
  /** Match whose range the clock has. */
  #clockMatch: Match | null = null;
  #wantedFrame: number | null;
  #isHolding = false;
  #ticket: number | null = null;
  #isClosed = false;
  #painted: Painted = { masterFrame: 0, left: null, right: null };
  #state: ComparisonState;

  constructor(options: ComparisonOptions) {
    this.#wantedFrame = options.startFrame ?? null;
    const starts = [options.left, options.right].map((source) => source?.trimStartFrame ?? 0);
    this.#pairing = new Pairing(options, this.#wantedFrame ?? Math.max(...starts), options.budget ?? pageBudget, () =>
      this.#changed(),
    );
    this.#panes = new PaneSet(
      options.surface ?? 'auto',
      () => this.#pairing.pictureSize,
      () => this.#schedule(),
    );
    this.#state = this.#makeState();
  }

  // ---- what a page reads ----

  readonly getState = (): ComparisonState => this.#state;

  /** Where the clock is going with the next drawing; the state tells what is drawn. */
  get targetFrame(): number {
    const { match } = this.#pairing;
    return match === null || this.#wantedFrame === null ? this.#clock.frame : clampMaster(match, this.#wantedFrame);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Runs right after each drawing, in the same task. */
  onPainted(listener: (painted: Painted) => void): () => void {
    this.#paintListeners.add(listener);
    listener(this.#painted);
    return () => this.#paintListeners.delete(listener);
  }

  /** State of each master frame on a side, in order from the first; the same array until something changed. */
  cells(side: SideName): readonly CellState[] {
    return this.#pairing.cells(side);
  }

  /** Own frame of a side at a master frame; null where it has none. */
  frameOf(side: SideName, masterFrame: number): number | null {
    const slot = this.#pairing.slotsAt(masterFrame)[side];
    return slot < 0 ? null : slot;
  }

  /** Decoded picture of a side at a master frame; null when it is not in the store. */
  pictureAt(side: SideName, masterFrame: number): FramePlanes | null {
    return this.#pairing.pictureAt(side, masterFrame);
  }

  /** Stored values of both shown pictures at the same shown point (0 to 1 across and down). */
  probe(u: number, v: number): { readonly left: PixelValue | null; readonly right: PixelValue | null } {
    const read = (side: SideName): PixelValue | null => {
      const shown = this.#painted[side];
      const planes = shown === null ? null : (this.#pairing[side]?.frameOf(shown.frame) ?? null);
      if (planes === null) return null;
      const [storedU, storedV] = storedPoint(this.#panes.look[side].turn, u, v);
      return pixelAt(planes, Math.floor(storedU * planes.widthPx), Math.floor(storedV * planes.heightPx));
    };
    return { left: read('left'), right: read('right') };
  }

  /** Point of the picture under a point of the page; null outside the picture. */
  pointAt(pane: PaneName, clientX: number, clientY: number): { readonly u: number; readonly v: number } | null {
    return this.#panes.pointAt(pane, clientX, clientY);
  }

  // ---- what a page does: with the panes ----

  /** Puts a canvas into an element; call the answer to take it out again. */
  attach(name: PaneName, element: HTMLElement): () => void {
    return this.#panes.attach(name, element);
  }
  /** Names the canvas of an attached pane, for readers of the screen; the picture on it stays. */
  label(name: PaneName, text: string): void {
    this.#panes.label(name, text);
  }
  setMode(mode: CompareMode): void {
    this.#panes.setMode(this.#pairing.right === null ? 'side' : mode);
  }
  /** How pictures are laid for the eye: nothing of it reaches a file. */
  setLook(look: Partial<Omit<Look, SideName>>): void {
    this.#panes.setLook(look);
  }
  setSideLook(side: SideName, look: Partial<SideLook>): void {
    this.#panes.setSideLook(side, look);
  }
  setSplit(split: number): void {
    this.#panes.setSplit(split);
  }
  setGain(gain: number): void {
    this.#panes.setGain(gain);
  }
  /** Changes of side a second in flicker mode; 0: by hand. */
  setFlickerHz(hz: number): void {
    this.#panes.setFlickerHz(hz);
  }
  flip(): void {
    this.#panes.flip();
  }
  setView(view: View): void {
    this.#panes.setView(view);
  }
  zoom(factor: number, u = 0.5, v = 0.5): void {
    this.#panes.zoom(factor, u, v);
  }
  pan(dx: number, dy: number): void {
    this.#panes.pan(dx, dy);
  }

  // ---- with the clock ----

  /** Newest wish wins; it is drawn at the next tick of the display. */
  seek(masterFrame: number): void {
    this.#wantedFrame = masterFrame;
    this.#schedule();
  }
  step(count: number): void {
    this.pause();
    this.seek((this.#wantedFrame ?? this.#clock.frame) + count);
  }
  play(direction?: 1 | -1): void {
    this.#clock.play(direction);
    this.#schedule();
  }
  pause(): void {
    this.#clock.pause();
    this.#schedule();
  }
  toggle(): void {
    if (this.#clock.isPlaying) this.pause();
    else this.play();
  }
  setRate(rate: number): void {
    this.#clock.setRate(rate);
    this.#schedule();
  }
  setDirection(direction: 1 | -1): void {
    this.#clock.setDirection(direction);
    this.#schedule();
  }
  setLoop(loop: { first: number; last: number } | null): void {
    this.#clock.setLoop(loop);
    this.#schedule();
  }
  setLooping(isLooping: boolean): void {
    this.#clock.setLooping(isLooping);
    this.#schedule();
  }

  // ---- with the clips ----

  setMatch(choice: MatchChoice): void {
    this.#follow(this.#pairing.setChoice(choice, this.#clock.frame));
  }

  /** Left becomes right; the pair on the screen stays. */
  swap(): void {
    if (this.#pairing.right !== null) this.#panes.swapLooks();
    this.#follow(this.#pairing.swap(this.#clock.frame));
  }

  /** Reads a failed clip once more. */
  retry(side: SideName): void {
    this.#wantedFrame ??= this.#clock.frame;
    this.#pairing.reopen(side, this.#wantedFrame);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#ticket !== null) cancelAnimationFrame(this.#ticket);
    this.#panes.close();
    this.#pairing.close();
    this.#listeners.clear();
    this.#paintListeners.clear();
  }

  // ---- one tick ----

  #follow(masterFrame: number | null): void {
    if (masterFrame !== null) this.#wantedFrame = masterFrame;
    this.#changed();
  }

  #changed(): void {
    const { match } = this.#pairing;
    if (match !== null && match !== this.#clockMatch) {
      this.#clock.setRange({ first: match.firstMaster, last: match.firstMaster + match.count - 1 });
      this.#wantedFrame ??= firstPairedMaster(match);
    }
    this.#clockMatch = match;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isClosed || this.#ticket !== null) return;
    this.#ticket = requestAnimationFrame((nowMs) => {
      this.#ticket = null;
      this.#tick(nowMs);
    });
  }

  #tick(nowMs: number): void {
    this.#moveClock(nowMs);
    this.#panes.flickerAt(nowMs);
    this.#paint();
    this.#state = this.#makeState();
    for (const listener of this.#paintListeners) listener(this.#painted);
    for (const listener of this.#listeners) listener();
    if (this.#clock.isPlaying || this.#panes.isFlickering) this.#schedule();
  }

  #moveClock(nowMs: number): void {
    const { match } = this.#pairing;
    if (match === null) return;
    if (this.#wantedFrame !== null) {
      this.#clock.seek(clampMaster(match, this.#wantedFrame));
      this.#wantedFrame = null;
    }
    const before = this.#clock.frame;
    this.#isHolding = false;
    this.#clock.advance(nowMs, match.fps, (frame) => {
      const isThere = this.#pairing.canShow(frame);
      this.#isHolding = !isThere;
      return isThere;
    });
    this.#pairing.setPlayhead(this.#isHolding ? (this.#clock.upcoming() ?? before) : this.#clock.frame);
  }

  #paint(): void {
    const masterFrame = this.#clock.frame;
    const drawn = this.#panes.paint({
      left: this.#pairing.pictureAt('left', masterFrame),
      right: this.#pairing.pictureAt('right', masterFrame),
    });
    const slots = this.#pairing.slotsAt(masterFrame);
    const report = (side: SideName): PaintedSide | null =>
      drawn[side]
        ? { frame: slots[side], sourceFrame: slots[side] + (this.#pairing[side]?.source.trimStartFrame ?? 0) }
        : null;
    this.#painted = { masterFrame, left: report('left'), right: report('right') };
  }

  #makeState(): ComparisonState {
    const clock = this.#clock;
    const panes = this.#panes;
    const { left, right, match, choice, isSwapped } = this.#pairing;
    const slots = match === null ? null : this.#pairing.slotsAt(clock.frame);
    return {
      masterFrame: clock.frame,
      firstMaster: clock.range.first,
      lastMaster: clock.range.last,
      fps: match?.fps ?? null,
      left: describeSide(left, slots?.left ?? null, this.#painted.left !== null, panes.isHidden('left')),
      right:
        right === null
          ? null
          : describeSide(right, slots?.right ?? null, this.#painted.right !== null, panes.isHidden('right')),
      match,
      matchChoice: choice,
      residualMs: this.#pairing.residualMsAt(clock.frame),
      isPlaying: clock.isPlaying,
      isHolding: this.#isHolding,
      rate: clock.rate,
      direction: clock.direction,
      loop: clock.loop,
      isLooping: clock.isLooping,
      skippedCount: clock.skippedCount,
      mode: panes.mode,
      look: panes.look,
      view: panes.view,
      shownScale: panes.view.scale ?? (match === null ? null : panes.fittingScale),
      split: panes.split,
      gain: panes.gain,
      flickerSide: panes.flickerSide,
      flickerHz: panes.flickerHz,
      isSwapped,
      surface: panes.surface,
    };
  }
}

/** Opens a comparison of two clips (or shows one alone). Close it when its page goes. */
export function createComparison(options: ComparisonOptions): Comparison {
  return new Comparison(options);
}
