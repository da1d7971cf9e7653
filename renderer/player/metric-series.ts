import type { Comparison } from './comparison.ts';
import type { Look } from './look.ts';
import { lumaOf } from './map-planes.ts';
import type { Match } from './match.ts';
import type { MetricAnswer, MetricRequest, MetricSide } from './metric.worker.ts';
import type { SideName } from './state.ts';
import type { FramePlanes } from './types.ts';

type MetricName = 'meanError' | 'correlation' | 'ssim' | 'motionLeft' | 'motionRight';
/** One value for each master frame, in order from the first; NaN where there is none (yet). */
export type MetricValues = Readonly<Record<MetricName, Float32Array>>;
/** What is asked of the worker at the same time. */
const mostOpen = 2;

/**
 * Measures every pair of a comparison in a worker, as its pictures are decoded. A frame that is not a pair, or
 * whose picture is not there, keeps NaN: a gap in the plot. Begins anew when the clips are matched or laid otherwise.
 */
export class MetricSeries {
  readonly #comparison: Comparison;
  readonly #worker: Worker;
  readonly #onChange: () => void;
  readonly #stop: () => void;
  readonly #open = new Map<number, number>();
  #match: Match | null = null;
  #turns = '';
  #values: MetricValues = valuesOf(0);
  #isDone = new Uint8Array(0);
  #nextTicket = 0;
  #next = 0;

  /** `onChange` runs whenever a value came. Close it when nobody looks at the plot. */
  constructor(comparison: Comparison, onChange: () => void) {
    this.#comparison = comparison;
    this.#onChange = onChange;
    this.#worker = new Worker(new URL('./metric.worker.ts', import.meta.url), { type: 'module' });
    this.#worker.onmessage = (event: MessageEvent<MetricAnswer>) => this.#take(event.data);
    this.#stop = comparison.subscribe(() => this.#pump());
    this.#pump();
  }

  get values(): MetricValues {
    return this.#values;
  }

  close(): void {
    this.#stop();
    this.#worker.terminate();
  }

  #pump(): void {
    const { match, look, lastMaster, firstMaster } = this.#comparison.getState();
    const turns = `${look.left.turn} ${look.right.turn}`;
    if (match !== this.#match || turns !== this.#turns) {
      this.#match = match;
      this.#turns = turns;
      const count = match === null ? 0 : lastMaster - firstMaster + 1;
      this.#values = valuesOf(count);
      this.#isDone = new Uint8Array(count);
      this.#open.clear();
      this.#next = 0;
    }
    const count = this.#isDone.length;
    for (let looked = 0; looked < count && this.#open.size < mostOpen; looked += 1) {
      const at = (this.#next + looked) % count;
      if (this.#isDone[at] === 1 || !this.#ask(at, look)) continue;
      this.#next = (at + 1) % count;
      looked = -1;
    }
  }

  /** False when nothing can be asked of this frame now. */
  #ask(at: number, look: Look): boolean {
    const frame = this.#comparison.getState().firstMaster + at;
    const a = this.#comparison.pictureAt('left', frame);
    const b = this.#comparison.pictureAt('right', frame);
    if (a === null || b === null) return false;
    const ticket = this.#nextTicket;
    this.#nextTicket += 1;
    const beforeA = this.#comparison.pictureAt('left', frame - 1);
    const beforeB = this.#comparison.pictureAt('right', frame - 1);
    const request: MetricRequest = {
      ticket,
      a: sideOf(a, 'left', look),
      b: sideOf(b, 'right', look),
      before: isLike(beforeA, a) && isLike(beforeB, b) ? { a: copyOf(beforeA), b: copyOf(beforeB) } : null,
    };
    const moved = [request.a.luma.buffer, request.b.luma.buffer];
    this.#worker.postMessage(request, moved);
    this.#open.set(ticket, at);
    // Taken as done at once: it is not asked twice.
    this.#isDone[at] = 1;
    return true;
  }

  #take({ ticket, metrics, motion }: MetricAnswer): void {
    const at = this.#open.get(ticket);
    // Of a match or a turn that is over.
    if (at === undefined) return;
    this.#open.delete(ticket);
    this.#values.meanError[at] = metrics.meanError;
    this.#values.correlation[at] = metrics.correlation;
    this.#values.ssim[at] = metrics.ssim;
    this.#values.motionLeft[at] = motion?.a ?? Number.NaN;
    this.#values.motionRight[at] = motion?.b ?? Number.NaN;
    this.#pump();
    this.#onChange();
  }
}

function valuesOf(count: number): MetricValues {
  const empty = (): Float32Array => new Float32Array(count).fill(Number.NaN);
  return { meanError: empty(), correlation: empty(), ssim: empty(), motionLeft: empty(), motionRight: empty() };
}

function sideOf(planes: FramePlanes, side: SideName, look: Look): MetricSide {
  const { widthPx, heightPx } = planes;
  return { planes: { widthPx, heightPx }, turn: look[side].turn, luma: copyOf(planes) };
}

/** The store keeps its own: what is sent away is a copy. */
function copyOf(planes: FramePlanes): Uint8Array<ArrayBuffer> {
  return new Uint8Array(lumaOf(planes));
}

function isLike(before: FramePlanes | null, now: FramePlanes): before is FramePlanes {
  return before !== null && before.widthPx === now.widthPx && before.heightPx === now.heightPx;
}
