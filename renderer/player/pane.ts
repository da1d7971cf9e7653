import { openSurface, type PaintRequest, type ShownPicture, type Surface, type SurfaceChoice } from './surface.ts';
import { NEAREST_FROM, type Placement, type Size } from './view.ts';

/**
 * One canvas inside an element of the page. The canvas covers exactly the visible part of the picture,
 * so nothing that is not picture is ever on it.
 */
export class Pane {
  readonly element: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #surface: Surface;
  readonly #observer: ResizeObserver;
  #size: Size;
  #placement: Placement | null = null;
  #drawn: Omit<PaintRequest, 'placement'> | null = null;
  #isClear = true;

  constructor(element: HTMLElement, onChange: () => void, choice: SurfaceChoice) {
    this.element = element;
    this.#canvas = element.ownerDocument.createElement('canvas');
    this.#canvas.className = 'player-canvas';
    this.#canvas.setAttribute('role', 'img');
    this.#canvas.style.position = 'absolute';
    this.#canvas.width = 1;
    this.#canvas.height = 1;
    element.prepend(this.#canvas);
    this.#surface = openSurface(
      this.#canvas,
      () => {
        this.#drawn = null;
        onChange();
      },
      choice,
    );
    this.#size = { width: element.clientWidth, height: element.clientHeight };
    this.#observer = new ResizeObserver(() => {
      this.#size = { width: element.clientWidth, height: element.clientHeight };
      onChange();
    });
    this.#observer.observe(element);
  }

  get size(): Size {
    return this.#size;
  }
  get kind(): 'webgl2' | '2d' {
    return this.#surface.kind;
  }
  get canvas(): HTMLCanvasElement {
    return this.#canvas;
  }
  /** Where the picture lies now; null while nothing is painted. */
  get placement(): Placement | null {
    return this.#isClear ? null : this.#placement;
  }

  label(text: string): void {
    this.#canvas.setAttribute('aria-label', text);
  }

  /** Paints and answers whether the picture is on the canvas. The same request again costs nothing. */
  paint(placement: Placement, request: Omit<PaintRequest, 'placement' | 'isNearest'>): boolean {
    const ratio = this.element.ownerDocument.defaultView?.devicePixelRatio ?? 1;
    const isNearest = placement.scale * ratio > NEAREST_FROM;
    const next = { ...request, isNearest };
    const moved = this.#place(placement, ratio);
    if (!moved && !this.#isClear && this.#drawn !== null && isSame(this.#drawn, next)) return true;
    if (!this.#surface.draw({ ...next, placement })) {
      this.#drawn = null;
      this.#isClear = true;
      return false;
    }
    this.#drawn = next;
    this.#isClear = false;
    return true;
  }

  clear(): void {
    if (this.#isClear) return;
    this.#surface.clear();
    this.#drawn = null;
    this.#isClear = true;
  }

  close(): void {
    this.#observer.disconnect();
    this.#surface.close();
    this.#canvas.remove();
  }

  #place(placement: Placement, ratio: number): boolean {
    const before = this.#placement;
    this.#placement = placement;
    const width = Math.max(1, Math.round(placement.width * ratio));
    const height = Math.max(1, Math.round(placement.height * ratio));
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#drawn = null;
    }
    if (before !== null && isSamePlacement(before, placement)) return false;
    const { style } = this.#canvas;
    style.left = `${Math.round(placement.x * ratio) / ratio}px`;
    style.top = `${Math.round(placement.y * ratio) / ratio}px`;
    style.width = `${width / ratio}px`;
    style.height = `${height / ratio}px`;
    return true;
  }
}

function isSame(a: Omit<PaintRequest, 'placement'>, b: Omit<PaintRequest, 'placement'>): boolean {
  return (
    isSamePicture(a.a, b.a) &&
    isSamePicture(a.b, b.b) &&
    a.mode === b.mode &&
    a.levels?.map === b.levels?.map &&
    a.isNearest === b.isNearest &&
    a.split === b.split &&
    a.gain === b.gain
  );
}

function isSamePicture(a: ShownPicture | null, b: ShownPicture | null): boolean {
  return a?.planes === b?.planes && a?.turn === b?.turn && a?.map === b?.map;
}

function isSamePlacement(a: Placement, b: Placement): boolean {
  return (
    a.x === b.x &&
    a.y === b.y &&
    a.width === b.width &&
    a.height === b.height &&
    a.u0 === b.u0 &&
    a.v0 === b.v0 &&
    a.u1 === b.u1 &&
    a.v1 === b.v1
  );
}
