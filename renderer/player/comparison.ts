import { ClipStore } from './clip-store.ts';
import { MasterClock } from './clock.ts';
import { pixelAt, type PixelValue } from './color.ts';
import { DecodeHost } from './decode-host.ts';
import {
  autoMatch,
  clampMaster,
  firstPairedMaster,
  masterOfSlot,
  matchAlone,
  matchPair,
  slotsAt,
  type Match,
  type MatchChoice,
  type MatchSide,
} from './match.ts';
import { Pane } from './pane.ts';
import { describeSide } from './side-state.ts';
import type { CompareMode, ComparisonState, SideName } from './state.ts';
import type { SurfaceChoice } from './surface.ts';
import type { ClipSource, FramePlanes, SlotState } from './types.ts';
import {
  clampView,
  fitScale,
  fitView,
  panBy,
  placePicture,
  zoomAt,
  type Placement,
  type Size,
  type View,
} from './view.ts';

export type PaneName = SideName | 'stage';
export type ComparisonOptions = {
  readonly left: ClipSource;
  /** Null: one clip alone. */
  readonly right: ClipSource | null;
  /** Master frame to begin at; the first pair when null. */
  readonly startFrame?: number | null;
  readonly surface?: SurfaceChoice;
};
/** What is on the screen after a paint, told in the same task in which it was drawn. */
export type Painted = {
  readonly masterFrame: number;
  readonly left: PaintedSide | null;
  readonly right: PaintedSide | null;
};
export type PaintedSide = { readonly frame: number; readonly sourceFrame: number };
/** What a timeline needs of one master frame and side. `none`: that side has no frame there. */
export type CellState = SlotState | 'none';
type KeptCells = {
  readonly match: Match;
  readonly store: ClipStore;
  readonly version: number;
  readonly cells: readonly CellState[];
};
const noCells: readonly CellState[] = [];

/**
 * The frame-exact player of one or two clips. One integer clock; all panes are drawn from it inside one
 * animation callback; what is reported is what was drawn. No React in here.
 */
export class Comparison {
  readonly #host = new DecodeHost();
  readonly #clock = new MasterClock();
  readonly #panes = new Map<PaneName, Pane>();
  readonly #listeners = new Set<() => void>();
  readonly #paintListeners = new Set<(painted: Painted) => void>();
  readonly #surfaceChoice: SurfaceChoice;
  #stores: { left: ClipStore; right: ClipStore | null };
  #match: Match | null = null;
  #choice: MatchChoice = autoMatch;
  #wantedFrame: number | null;
  #mode: CompareMode = 'side';
  #view: View = fitView;
  #split = 0.5;
  #gain = 4;
  #flickerHz = 0;
  #flickerSide: SideName = 'left';
  #flickerSince = 0;
  #isHolding = false;
  #isSwapped = false;
  readonly #cells: { left: KeptCells | null; right: KeptCells | null } = { left: null, right: null };
  #ticket: number | null = null;
  #isClosed = false;
  #painted: Painted = { masterFrame: 0, left: null, right: null };
  #state: ComparisonState;

  constructor(options: ComparisonOptions) {
    this.#surfaceChoice = options.surface ?? 'auto';
    this.#wantedFrame = options.startFrame ?? null;
    const starts = [options.left, options.right].map((source) => source?.trimStartFrame ?? 0);
    const startMaster = this.#wantedFrame ?? Math.max(...starts);
    this.#stores = {
      left: this.#open(options.left, startMaster),
      right: options.right === null ? null : this.#open(options.right, startMaster),
    };
    this.#state = this.#makeState();
  }

  // ---- what a page reads ----

  readonly getState = (): ComparisonState => this.#state;

  /** Where the clock is going with the next drawing; the state tells what is drawn. */
  get targetFrame(): number {
    return this.#match === null || this.#wantedFrame === null
      ? this.#clock.frame
      : clampMaster(this.#match, this.#wantedFrame);
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
    const match = this.#match;
    const store = this.#stores[side];
    if (match === null || store === null) return noCells;
    const kept = this.#cells[side];
    if (kept !== null && kept.match === match && kept.store === store && kept.version === store.version)
      return kept.cells;
    const cells = Array.from(match[side], (slot) => (slot < 0 ? 'none' : store.stateOf(slot)));
    this.#cells[side] = { match, store, version: store.version, cells };
    return cells;
  }

  /** Decoded picture of a side at a master frame; null when it is not in the store. */
  pictureAt(side: SideName, masterFrame: number): FramePlanes | null {
    const store = this.#stores[side];
    if (this.#match === null || store === null) return null;
    return store.frameOf(slotsAt(this.#match, masterFrame)[side]);
  }

  /** Stored values of both shown pictures at the same point (0 to 1 across and down). */
  probe(u: number, v: number): { readonly left: PixelValue | null; readonly right: PixelValue | null } {
    const read = (side: SideName): PixelValue | null => {
      const shown = this.#painted[side];
      const planes = shown === null ? null : (this.#stores[side]?.frameOf(shown.frame) ?? null);
      return planes === null ? null : pixelAt(planes, Math.floor(u * planes.widthPx), Math.floor(v * planes.heightPx));
    };
    return { left: read('left'), right: read('right') };
  }

  /** Point of the picture under a point of the page; null outside the picture. */
  pointAt(pane: PaneName, clientX: number, clientY: number): { readonly u: number; readonly v: number } | null {
    const placement = this.#panes.get(pane)?.placement;
    const box = this.#panes.get(pane)?.element.getBoundingClientRect();
    if (placement === null || placement === undefined || box === undefined) return null;
    const x = (clientX - box.left - placement.x) / placement.width;
    const y = (clientY - box.top - placement.y) / placement.height;
    if (x < 0 || y < 0 || x >= 1 || y >= 1) return null;
    return { u: placement.u0 + x * (placement.u1 - placement.u0), v: placement.v0 + y * (placement.v1 - placement.v0) };
  }

  // ---- what a page does ----

  /** Puts a canvas into an element; call the answer to take it out again. */
  attach(name: PaneName, element: HTMLElement, label: string): () => void {
    this.#panes.get(name)?.close();
    const pane = new Pane(element, label, () => this.#schedule(), this.#surfaceChoice);
    this.#panes.set(name, pane);
    this.#schedule();
    return () => {
      pane.close();
      if (this.#panes.get(name) === pane) this.#panes.delete(name);
    };
  }

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
  setMode(mode: CompareMode): void {
    this.#mode = this.#stores.right === null ? 'side' : mode;
    this.#flickerSide = 'left';
    this.#schedule();
  }
  setSplit(split: number): void {
    this.#split = Math.min(1, Math.max(0, split));
    this.#schedule();
  }
  setGain(gain: number): void {
    this.#gain = Math.min(64, Math.max(1, gain));
    this.#schedule();
  }
  /** Changes of side a second in flicker mode; 0: by hand. */
  setFlickerHz(hz: number): void {
    this.#flickerHz = Math.min(10, Math.max(0, hz));
    this.#schedule();
  }
  flip(): void {
    this.#flickerSide = this.#flickerSide === 'left' ? 'right' : 'left';
    this.#schedule();
  }
  setMatch(choice: MatchChoice): void {
    this.#choice = choice;
    this.#rematch();
  }

  setView(view: View): void {
    const { picture, pane } = this.#reference();
    this.#view = clampView(view, picture, pane);
    this.#schedule();
  }
  zoom(factor: number, u = 0.5, v = 0.5): void {
    const { picture, pane } = this.#reference();
    const atMiddle = u === 0.5 && v === 0.5 && this.#view.scale !== null;
    this.setView(
      zoomAt(this.#view, factor, atMiddle ? this.#view.centerX : u, atMiddle ? this.#view.centerY : v, picture, pane),
    );
  }
  pan(dx: number, dy: number): void {
    const { picture, pane } = this.#reference();
    this.setView(panBy(this.#view, dx, dy, picture, pane));
  }

  /** Left becomes right; the pair on the screen stays. */
  swap(): void {
    const { left, right } = this.#stores;
    if (right === null) return;
    const shown = this.#match === null ? null : slotsAt(this.#match, this.#clock.frame);
    this.#stores = { left: right, right: left };
    this.#isSwapped = !this.#isSwapped;
    this.#choice = { ...this.#choice, offset: -this.#choice.offset };
    this.#match = null;
    this.#buildMatch();
    const match = this.#match as Match | null;
    if (shown !== null && match !== null) {
      const back = masterOfSlot(match, 'left', shown.right) ?? masterOfSlot(match, 'right', shown.left);
      if (back !== null) this.#wantedFrame = back;
    }
    this.#schedule();
  }

  /** Reads a failed clip once more. */
  retry(side: SideName): void {
    const store = this.#stores[side];
    if (store === null) return;
    this.#wantedFrame ??= this.#clock.frame;
    store.close();
    this.#stores = { ...this.#stores, [side]: this.#open(store.source, this.#wantedFrame) };
    this.#match = null;
    this.#changed();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#ticket !== null) cancelAnimationFrame(this.#ticket);
    for (const pane of this.#panes.values()) pane.close();
    this.#panes.clear();
    this.#stores.left.close();
    this.#stores.right?.close();
    this.#host.close();
    this.#listeners.clear();
    this.#paintListeners.clear();
  }

  /** The start slot is a guess from the trim window: which one it really is, the match tells later. */
  #open(source: ClipSource, startMaster: number): ClipStore {
    return new ClipStore(this.#host, source, startMaster - (source.trimStartFrame ?? 0), () => this.#changed());
  }

  // ---- one tick ----

  #changed(): void {
    if (this.#match === null) this.#buildMatch();
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
    const match = this.#match;
    if (match !== null) {
      if (this.#wantedFrame !== null) {
        this.#clock.seek(clampMaster(match, this.#wantedFrame));
        this.#wantedFrame = null;
      }
      const before = this.#clock.frame;
      this.#isHolding = false;
      this.#clock.advance(nowMs, match.fps, (frame) => {
        const isThere = this.#canShow(frame);
        this.#isHolding = !isThere;
        return isThere;
      });
      const ahead = this.#isHolding ? (this.#clock.upcoming() ?? before) : this.#clock.frame;
      const slots = slotsAt(match, ahead);
      this.#stores.left.setPlayhead(slots.left);
      this.#stores.right?.setPlayhead(slots.right);
    }
    this.#flicker(nowMs);
    this.#paint();
    this.#state = this.#makeState();
    for (const listener of this.#paintListeners) listener(this.#painted);
    for (const listener of this.#listeners) listener();
    if (this.#clock.isPlaying || (this.#mode === 'flicker' && this.#flickerHz > 0)) this.#schedule();
  }

  #flicker(nowMs: number): void {
    if (this.#mode !== 'flicker' || this.#flickerHz === 0) return;
    if (nowMs - this.#flickerSince < 1000 / this.#flickerHz) return;
    this.#flickerSince = nowMs;
    this.#flickerSide = this.#flickerSide === 'left' ? 'right' : 'left';
  }

  #canShow(frame: number): boolean {
    const { left, right } = slotsAt(this.#match!, frame);
    const isWaiting = (store: ClipStore | null, slot: number): boolean =>
      store !== null && slot >= 0 && store.phase === 'open' && store.stateOf(slot) === 'empty';
    return !isWaiting(this.#stores.left, left) && !isWaiting(this.#stores.right, right);
  }

  /** Draws every pane for the clock's frame. A pane without that frame is emptied: never an old picture under a new number. */
  #paint(): void {
    const master = this.#clock.frame;
    const slots = this.#match === null ? { left: -1, right: -1 } : slotsAt(this.#match, master);
    const left = slots.left < 0 ? null : this.#stores.left.frameOf(slots.left);
    const right = slots.right < 0 ? null : (this.#stores.right?.frameOf(slots.right) ?? null);
    const shared = { split: this.#split, gain: this.#gain };
    const isStage = this.#mode !== 'side';
    const alone = (name: SideName, planes: FramePlanes | null): boolean => {
      const pane = this.#panes.get(name);
      if (pane === undefined) return false;
      if (isStage || planes === null) {
        pane.clear();
        return false;
      }
      return pane.paint(this.#placement(planes, pane), { a: planes, b: null, mode: 'single', ...shared });
    };
    let isLeftShown = alone('left', left);
    let isRightShown = alone('right', right);
    const stage = this.#panes.get('stage');
    if (stage !== undefined && !isStage) stage.clear();
    if (stage !== undefined && isStage) {
      if (this.#mode === 'flicker') {
        const planes = this.#flickerSide === 'left' ? left : right;
        const isShown =
          planes !== null &&
          stage.paint(this.#placement(planes, stage), { a: planes, b: null, mode: 'single', ...shared });
        if (planes === null) stage.clear();
        isLeftShown = isShown && this.#flickerSide === 'left';
        isRightShown = isShown && this.#flickerSide === 'right';
      } else if (left !== null && right !== null) {
        isLeftShown = stage.paint(this.#placement(left, stage), {
          a: left,
          b: right,
          mode: this.#mode as 'wipe' | 'butterfly' | 'difference',
          ...shared,
        });
        isRightShown = isLeftShown;
      } else {
        stage.clear();
      }
    }
    const report = (name: SideName, isShown: boolean): PaintedSide | null => {
      if (!isShown) return null;
      const source = this.#stores[name]?.source;
      return { frame: slots[name], sourceFrame: slots[name] + (source?.trimStartFrame ?? 0) };
    };
    this.#painted = { masterFrame: master, left: report('left', isLeftShown), right: report('right', isRightShown) };
  }

  #placement(planes: FramePlanes, pane: Pane): Placement {
    return placePicture(
      this.#view,
      { width: planes.widthPx, height: planes.heightPx },
      this.#reference().picture,
      pane.size,
    );
  }

  /** The left picture's size and the pane it is shown in: what zoom and pan count in. */
  #reference(): { picture: Size; pane: Size } {
    const facts = this.#stores.left.facts ?? this.#stores.right?.facts ?? null;
    const pane = this.#panes.get(this.#mode === 'side' ? 'left' : 'stage') ?? this.#panes.get('left');
    return {
      picture: { width: facts?.widthPx ?? 640, height: facts?.heightPx ?? 480 },
      pane: pane?.size ?? { width: 1, height: 1 },
    };
  }

  // ---- matching and state ----

  #rematch(): void {
    const slot = this.#match === null ? -1 : slotsAt(this.#match, this.#clock.frame).left;
    this.#match = null;
    this.#buildMatch();
    const match = this.#match as Match | null;
    if (match !== null && slot >= 0) this.#wantedFrame = masterOfSlot(match, 'left', slot) ?? this.#wantedFrame;
    this.#schedule();
  }

  /** Waits until both tables are read or failed; with one of them, that clip plays alone. */
  #buildMatch(): void {
    const { left, right } = this.#stores;
    if (left.phase === 'reading' || right?.phase === 'reading') return;
    const sideLeft = matchSide(left);
    const sideRight = right === null ? null : matchSide(right);
    if (sideLeft !== null && sideRight !== null) this.#match = matchPair(sideLeft, sideRight, this.#choice);
    else if (sideLeft !== null) this.#match = matchAlone(sideLeft);
    else if (sideRight !== null) {
      const alone = matchAlone(sideRight);
      this.#match = { ...alone, left: alone.right, right: alone.left };
    } else return;
    this.#clock.setRange({ first: this.#match.firstMaster, last: this.#match.firstMaster + this.#match.count - 1 });
    this.#wantedFrame ??= firstPairedMaster(this.#match);
  }

  #makeState(): ComparisonState {
    const match = this.#match;
    const clock = this.#clock;
    const slots = match === null ? { left: -1, right: -1, residualMs: Number.NaN } : slotsAt(match, clock.frame);
    const describe = (name: SideName, store: ClipStore) =>
      describeSide(
        store,
        match === null ? null : slots[name],
        this.#painted[name] !== null,
        this.#isShownElsewhere(name),
      );
    const reference = this.#reference();
    return {
      masterFrame: clock.frame,
      firstMaster: clock.range.first,
      lastMaster: clock.range.last,
      fps: match?.fps ?? null,
      left: describe('left', this.#stores.left),
      right: this.#stores.right === null ? null : describe('right', this.#stores.right),
      match,
      matchChoice: this.#choice,
      residualMs: this.#hasPair(slots) ? slots.residualMs : null,
      isPlaying: clock.isPlaying,
      isHolding: this.#isHolding,
      rate: clock.rate,
      direction: clock.direction,
      loop: clock.loop,
      isLooping: clock.isLooping,
      skippedCount: clock.skippedCount,
      mode: this.#mode,
      view: this.#view,
      shownScale: this.#view.scale ?? (match === null ? null : fitScale(reference.picture, reference.pane)),
      split: this.#split,
      gain: this.#gain,
      flickerSide: this.#flickerSide,
      flickerHz: this.#flickerHz,
      isSwapped: this.#isSwapped,
      surface: [...this.#panes.values()][0]?.kind ?? null,
    };
  }

  /** A residual is told of two pictures only: a slot cut off or damaged makes no pair. */
  #hasPair(slots: { readonly left: number; readonly right: number; readonly residualMs: number }): boolean {
    const { left, right } = this.#stores;
    if (right === null || Number.isNaN(slots.residualMs)) return false;
    const isThere = (store: ClipStore, slot: number): boolean =>
      store.stateOf(slot) === 'ready' || store.stateOf(slot) === 'empty';
    return isThere(left, slots.left) && isThere(right, slots.right);
  }

  /** True when the side's picture is there but the mode shows the other one (flicker). */
  #isShownElsewhere(name: SideName): boolean {
    return this.#mode === 'flicker' && this.#flickerSide !== name;
  }
}

function matchSide(store: ClipStore): MatchSide | null {
  if (store.facts === null || store.phase !== 'open') return null;
  return { table: store.facts.table, trimStartFrame: store.source.trimStartFrame, sourceKey: store.source.sourceKey };
}

/** Opens a comparison of two clips (or shows one alone). Close it when its page goes. */
export function createComparison(options: ComparisonOptions): Comparison {
  return new Comparison(options);
}
