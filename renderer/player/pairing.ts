import type { FrameBudget } from './budget.ts';
import { ClipStore } from './clip-store.ts';
import { DecodeHost } from './decode-host.ts';
import {
  autoMatch,
  masterOfSlot,
  matchAlone,
  matchPair,
  slotsAt,
  type Match,
  type MatchChoice,
  type MatchSide,
} from './match.ts';
import type { SideName } from './state.ts';
import type { ClipSource, FramePlanes, SlotState } from './types.ts';
import type { Size } from './view.ts';

/** What a timeline needs of one master frame and side. `none`: that side has no frame there. */
export type CellState = SlotState | 'none';
type KeptCells = {
  readonly match: Match;
  readonly store: ClipStore;
  readonly version: number;
  readonly cells: readonly CellState[];
};
type Slots = ReturnType<typeof slotsAt>;
const noCells: readonly CellState[] = [];
const noSlots: Slots = { left: -1, right: -1, residualMs: Number.NaN };

/** The two clips of a comparison (or one alone), which of them is on which side, and which of their frames belong together. */
export class Pairing {
  readonly #host = new DecodeHost();
  readonly #budget: FrameBudget;
  readonly #onChange: () => void;
  readonly #cells: { left: KeptCells | null; right: KeptCells | null } = { left: null, right: null };
  #stores: { left: ClipStore; right: ClipStore | null };
  #match: Match | null = null;
  #choice: MatchChoice = autoMatch;
  #isSwapped = false;

  /** Decoding begins at `startMaster`. `onChange` runs when anything of a clip changed; `match` is up to date then. */
  constructor(
    sources: { readonly left: ClipSource; readonly right: ClipSource | null },
    startMaster: number,
    budget: FrameBudget,
    onChange: () => void,
  ) {
    this.#budget = budget;
    this.#onChange = onChange;
    this.#stores = {
      left: this.#open(sources.left, startMaster),
      right: sources.right === null ? null : this.#open(sources.right, startMaster),
    };
  }

  get left(): ClipStore {
    return this.#stores.left;
  }
  get right(): ClipStore | null {
    return this.#stores.right;
  }
  /** Null until both tables are read. */
  get match(): Match | null {
    return this.#match;
  }
  get choice(): MatchChoice {
    return this.#choice;
  }
  /** True when the clip that was opened as left is on the right now. */
  get isSwapped(): boolean {
    return this.#isSwapped;
  }
  /** Size of the left picture, or else of the right one; null until it is known. */
  get pictureSize(): Size | null {
    const facts = this.#stores.left.facts ?? this.#stores.right?.facts ?? null;
    return facts === null ? null : { width: facts.widthPx, height: facts.heightPx };
  }

  slotsAt(masterFrame: number): Slots {
    return this.#match === null ? noSlots : slotsAt(this.#match, masterFrame);
  }

  /** Decoded picture of a side at a master frame; null when it is not in the store. */
  pictureAt(side: SideName, masterFrame: number): FramePlanes | null {
    const slot = this.slotsAt(masterFrame)[side];
    return slot < 0 ? null : (this.#stores[side]?.frameOf(slot) ?? null);
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

  /** False while a picture of this master frame is still to be decoded. */
  canShow(masterFrame: number): boolean {
    const { left, right } = this.slotsAt(masterFrame);
    const isWaiting = (store: ClipStore | null, slot: number): boolean =>
      store !== null && slot >= 0 && store.phase === 'open' && store.stateOf(slot) === 'empty';
    return !isWaiting(this.#stores.left, left) && !isWaiting(this.#stores.right, right);
  }

  /** Difference in time of the pair at a master frame. Told of two pictures only: a slot cut off or damaged makes no pair. */
  residualMsAt(masterFrame: number): number | null {
    const { left, right } = this.#stores;
    const slots = this.slotsAt(masterFrame);
    if (right === null || Number.isNaN(slots.residualMs)) return null;
    const isThere = (store: ClipStore, slot: number): boolean =>
      store.stateOf(slot) === 'ready' || store.stateOf(slot) === 'empty';
    return isThere(left, slots.left) && isThere(right, slots.right) ? slots.residualMs : null;
  }

  /** Tells both clips where the reviewer is. */
  setPlayhead(masterFrame: number): void {
    const slots = this.slotsAt(masterFrame);
    this.#stores.left.setPlayhead(slots.left);
    this.#stores.right?.setPlayhead(slots.right);
  }

  /** Matches anew; answers the master frame that shows the left slot of `masterFrame` now, null when none does. */
  setChoice(choice: MatchChoice, masterFrame: number): number | null {
    const slot = this.slotsAt(masterFrame).left;
    this.#choice = choice;
    this.#build();
    return this.#match === null || slot < 0 ? null : masterOfSlot(this.#match, 'left', slot);
  }

  /** Left becomes right; answers the master frame that shows the pair of `masterFrame` now, null when none does. */
  swap(masterFrame: number): number | null {
    const { left, right } = this.#stores;
    if (right === null) return null;
    const shown = this.slotsAt(masterFrame);
    this.#stores = { left: right, right: left };
    this.#isSwapped = !this.#isSwapped;
    this.#choice = { ...this.#choice, offset: -this.#choice.offset };
    this.#build();
    const match = this.#match;
    if (match === null) return null;
    return masterOfSlot(match, 'left', shown.right) ?? masterOfSlot(match, 'right', shown.left);
  }

  /** Reads a clip once more, from `masterFrame` on. */
  reopen(side: SideName, masterFrame: number): void {
    const store = this.#stores[side];
    if (store === null) return;
    store.close();
    this.#stores = { ...this.#stores, [side]: this.#open(store.source, masterFrame) };
    this.#build();
    this.#onChange();
  }

  close(): void {
    this.#stores.left.close();
    this.#stores.right?.close();
    this.#host.close();
  }

  /** The start slot is a guess from the trim window: which one it really is, the match tells later. */
  #open(source: ClipSource, startMaster: number): ClipStore {
    return new ClipStore(this.#host, this.#budget, source, startMaster - (source.trimStartFrame ?? 0), () => {
      if (this.#match === null) this.#build();
      this.#onChange();
    });
  }

  /** Waits until both tables are read or failed; with one of them, that clip plays alone. */
  #build(): void {
    this.#match = null;
    const { left, right } = this.#stores;
    if (left.phase === 'reading' || right?.phase === 'reading') return;
    const sideLeft = matchSide(left);
    const sideRight = right === null ? null : matchSide(right);
    if (sideLeft !== null && sideRight !== null) this.#match = matchPair(sideLeft, sideRight, this.#choice);
    else if (sideLeft !== null) this.#match = matchAlone(sideLeft);
    else if (sideRight !== null) {
      const alone = matchAlone(sideRight);
      this.#match = { ...alone, left: alone.right, right: alone.left };
    }
  }
}

function matchSide(store: ClipStore): MatchSide | null {
  if (store.facts === null || store.phase !== 'open') return null;
  return { table: store.facts.table, trimStartFrame: store.source.trimStartFrame, sourceKey: store.source.sourceKey };
}
