/// <reference lib="webworker" />
import { frameMetrics, motionBetween, type FrameMetrics } from './frame-metrics.ts';
import { placesOf, type Laid } from './map-planes.ts';
import { turnedSize } from './turn.ts';

/** Brightness of one picture as it is stored, and how it is laid. */
export type MetricSide = Laid & { readonly luma: Uint8Array<ArrayBuffer> };
export type MetricRequest = {
  readonly ticket: number;
  readonly a: MetricSide;
  readonly b: MetricSide;
  /** The pictures before them, where both clips have one. */
  readonly before: { readonly a: Uint8Array; readonly b: Uint8Array } | null;
};
export type MetricAnswer = {
  readonly ticket: number;
  readonly metrics: FrameMetrics;
  readonly motion: MotionPair | null;
};
export type MotionPair = { readonly a: number; readonly b: number };

const scope = self as unknown as DedicatedWorkerGlobalScope;

/** The same view of many frames: where their pixels come from is worked out once. */
let kept: { readonly key: string; readonly a: Places; readonly b: Places } | null = null;
type Places = (at: number) => number;

function placesFor(a: MetricSide, b: MetricSide): { readonly a: Places; readonly b: Places } {
  const key = [a, b].map((it) => `${it.planes.widthPx} ${it.planes.heightPx} ${it.turn}`).join(', ');
  if (kept?.key !== key) kept = { key, a: placesOf(a, a), b: placesOf(b, a) };
  return kept;
}

scope.onmessage = ({ data: { ticket, a, b, before } }: MessageEvent<MetricRequest>) => {
  const places = placesFor(a, b);
  const count = a.luma.length;
  const lay = (luma: Uint8Array, place: Places): Uint8Array => {
    const laid = new Uint8Array(count);
    for (let at = 0; at < count; at += 1) laid[at] = luma[place(at)]!;
    return laid;
  };
  const size = turnedSize(a.turn, { width: a.planes.widthPx, height: a.planes.heightPx });
  const answer: MetricAnswer = {
    ticket,
    metrics: frameMetrics({ ...size, values: lay(a.luma, places.a) }, { ...size, values: lay(b.luma, places.b) }),
    motion: before === null ? null : { a: motionBetween(before.a, a.luma), b: motionBetween(before.b, b.luma) },
  };
  scope.postMessage(answer);
};
