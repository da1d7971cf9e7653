import { heatMap, paletteMap, signedMap } from './color-map.ts';
import { plainLook, type Look, type SideLook } from './look.ts';
import { Pane } from './pane.ts';
import type { CompareMode, SideName } from './state.ts';
import type { PaintRequest, ShownPicture, SurfaceChoice } from './surface.ts';
import { turnedSize } from './turn.ts';
import type { FramePlanes } from './types.ts';
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
/** Pictures of one moment; null where a side has none. */
export type Pictures = { readonly left: FramePlanes | null; readonly right: FramePlanes | null };
/** Which of them are on the screen after a drawing. */
export type Drawn = { readonly left: boolean; readonly right: boolean };

/** The canvases of a comparison and how pictures are laid on them: mode, look, zoom, wipe edge, gain, flicker. */
export class PaneSet {
  readonly #panes = new Map<PaneName, Pane>();
  readonly #choice: SurfaceChoice;
  readonly #pictureSize: () => Size | null;
  readonly #onChange: () => void;
  #mode: CompareMode = 'side';
  #look: Look = plainLook;
  #view: View = fitView;
  #split = 0.5;
  #gain = 4;
  #flickerHz = 0;
  #flickerSide: SideName = 'left';
  #flickerSince = 0;

  /** `pictureSize`: stored size of the left picture. `onChange` runs when another drawing is due. */
  constructor(choice: SurfaceChoice, pictureSize: () => Size | null, onChange: () => void) {
    this.#choice = choice;
    this.#pictureSize = pictureSize;
    this.#onChange = onChange;
  }

  get mode(): CompareMode {
    return this.#mode;
  }
  get look(): Look {
    return this.#look;
  }
  get view(): View {
    return this.#view;
  }
  get split(): number {
    return this.#split;
  }
  get gain(): number {
    return this.#gain;
  }
  get flickerHz(): number {
    return this.#flickerHz;
  }
  get flickerSide(): SideName {
    return this.#flickerSide;
  }
  get surface(): 'webgl2' | '2d' | null {
    return [...this.#panes.values()][0]?.kind ?? null;
  }
  /** CSS pixels per pixel of the left picture, when it fits its pane. */
  get fittingScale(): number {
    const { picture, pane } = this.#reference();
    return fitScale(picture, pane);
  }
  /** True while drawings are due by themselves. */
  get isFlickering(): boolean {
    return this.#mode === 'flicker' && this.#flickerHz > 0;
  }
  /** True when the mode shows the other side instead of this one. */
  isHidden(side: SideName): boolean {
    return this.#mode === 'flicker' && this.#flickerSide !== side;
  }

  /** Puts a canvas into an element; call the answer to take it out again. */
  attach(name: PaneName, element: HTMLElement): () => void {
    this.#panes.get(name)?.close();
    const pane = new Pane(element, this.#onChange, this.#choice);
    this.#panes.set(name, pane);
    this.#onChange();
    return () => {
      pane.close();
      if (this.#panes.get(name) === pane) this.#panes.delete(name);
    };
  }

  /** What the canvas of a pane is called; the picture on it stays. */
  label(name: PaneName, text: string): void {
    this.#panes.get(name)?.label(text);
  }

  setMode(mode: CompareMode): void {
    this.#mode = mode;
    this.#flickerSide = 'left';
    this.#onChange();
  }
  setLook(look: Partial<Look>): void {
    this.#look = { ...this.#look, ...look };
    // A picture on its side has another shape: what was in view may be outside of it.
    this.setView(this.#view);
  }
  setSideLook(side: SideName, look: Partial<SideLook>): void {
    this.setLook({ [side]: { ...this.#look[side], ...look } });
  }
  /** The looks go with their clips. */
  swapLooks(): void {
    this.setLook({ left: this.#look.right, right: this.#look.left });
  }
  setSplit(split: number): void {
    this.#split = Math.min(1, Math.max(0, split));
    this.#onChange();
  }
  setGain(gain: number): void {
    this.#gain = Math.min(64, Math.max(1, gain));
    this.#onChange();
  }
  setFlickerHz(hz: number): void {
    this.#flickerHz = Math.min(10, Math.max(0, hz));
    this.#onChange();
  }
  flip(): void {
    this.#flickerSide = this.#flickerSide === 'left' ? 'right' : 'left';
    this.#onChange();
  }
  /** Lets a flicker that runs by itself change sides when it is time. */
  flickerAt(nowMs: number): void {
    if (!this.isFlickering || nowMs - this.#flickerSince < 1000 / this.#flickerHz) return;
    this.#flickerSince = nowMs;
    this.#flickerSide = this.#flickerSide === 'left' ? 'right' : 'left';
  }

  setView(view: View): void {
    const { picture, pane } = this.#reference();
    this.#view = clampView(view, picture, pane);
    this.#onChange();
  }
  zoom(factor: number, u: number, v: number): void {
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

  /** Point of the picture under a point of the page; null outside the picture. */
  pointAt(name: PaneName, clientX: number, clientY: number): { readonly u: number; readonly v: number } | null {
    const placement = this.#panes.get(name)?.placement;
    const box = this.#panes.get(name)?.element.getBoundingClientRect();
    if (placement === null || placement === undefined || box === undefined) return null;
    const x = (clientX - box.left - placement.x) / placement.width;
    const y = (clientY - box.top - placement.y) / placement.height;
    if (x < 0 || y < 0 || x >= 1 || y >= 1) return null;
    return { u: placement.u0 + x * (placement.u1 - placement.u0), v: placement.v0 + y * (placement.v1 - placement.v0) };
  }

  /** Draws every pane. A pane without its picture is emptied: never an old picture under a new number. */
  paint(pictures: Pictures): Drawn {
    const isStage = this.#mode !== 'side';
    const sides = {
      left: this.#paintSide('left', isStage ? null : pictures.left),
      right: this.#paintSide('right', isStage ? null : pictures.right),
    };
    const stage = this.#panes.get('stage');
    if (stage === undefined) return sides;
    if (isStage) return this.#paintStage(stage, pictures);
    stage.clear();
    return sides;
  }

  close(): void {
    for (const pane of this.#panes.values()) pane.close();
    this.#panes.clear();
  }

  #paintSide(name: SideName, planes: FramePlanes | null): boolean {
    const pane = this.#panes.get(name);
    if (pane === undefined) return false;
    if (planes !== null) return this.#paintOne(pane, name, planes);
    pane.clear();
    return false;
  }

  #paintOne(pane: Pane, side: SideName, planes: FramePlanes): boolean {
    return pane.paint(this.#placement(side, planes, pane), {
      a: this.#shown(side, planes),
      b: null,
      mode: 'single',
      levels: null,
      split: this.#split,
      gain: this.#gain,
    });
  }

  #paintStage(stage: Pane, { left, right }: Pictures): Drawn {
    if (this.#mode === 'flicker') {
      const planes = this.#flickerSide === 'left' ? left : right;
      if (planes === null) stage.clear();
      const isShown = planes !== null && this.#paintOne(stage, this.#flickerSide, planes);
      return {
        left: isShown && this.#flickerSide === 'left',
        right: isShown && this.#flickerSide === 'right',
      };
    }
    if (left === null || right === null) {
      stage.clear();
      return { left: false, right: false };
    }
    const isShown = stage.paint(this.#placement('left', left, stage), {
      a: this.#shown('left', left),
      b: this.#shown('right', right),
      ...this.#stageMode(),
      split: this.#split,
      gain: this.#gain,
    });
    return { left: isShown, right: isShown };
  }

  #stageMode(): Pick<PaintRequest, 'mode' | 'levels'> {
    if (this.#mode !== 'difference') return { mode: this.#mode as 'wipe' | 'butterfly', levels: null };
    const { differenceStyle } = this.#look;
    if (differenceStyle === 'colour') return { mode: 'difference', levels: null };
    const isSigned = differenceStyle === 'signed';
    return { mode: 'levels', levels: { map: isSigned ? signedMap() : heatMap(), isSigned } };
  }

  /** A difference is told of what is stored, whatever palette is on. */
  #shown(side: SideName, planes: FramePlanes): ShownPicture {
    const { palette, range } = this.#look;
    const { turn, isInverted } = this.#look[side];
    return { planes, turn, map: this.#mode === 'difference' ? null : paletteMap(palette, range, isInverted, planes) };
  }

  #placement(side: SideName, planes: FramePlanes, pane: Pane): Placement {
    const size = turnedSize(this.#look[side].turn, { width: planes.widthPx, height: planes.heightPx });
    return placePicture(this.#view, size, this.#reference().picture, pane.size);
  }

  /** The left picture's size and the pane it is shown in: what zoom and pan count in. */
  #reference(): { readonly picture: Size; readonly pane: Size } {
    const pane = this.#panes.get(this.#mode === 'side' ? 'left' : 'stage') ?? this.#panes.get('left');
    return {
      picture: turnedSize(this.#look.left.turn, this.#pictureSize() ?? { width: 640, height: 480 }),
      pane: pane?.size ?? { width: 1, height: 1 },
    };
  }
}
