import { useEffect, useRef, type RefObject } from 'react';
import type { Comparison, PaneName } from '../../player/index.ts';

/** A point of the picture, 0 to 1 across and down: the same on both sides. */
export type Point = { readonly u: number; readonly v: number };

/** Wheel zooms at the pointer, dragging pans (or moves the wipe's edge), a double click fits. Linked over all panes. */
export function usePaneGestures(
  comparison: Comparison,
  name: PaneName,
  ref: RefObject<HTMLElement | null>,
  onPoint: (point: Point | null) => void,
): void {
  const latest = useRef(onPoint);
  latest.current = onPoint;
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    let last: { x: number; y: number } | null = null;

    const onWheel = (event: WheelEvent): void => {
      const point = comparison.pointAt(name, event.clientX, event.clientY);
      if (point === null) return;
      event.preventDefault();
      comparison.zoom(Math.exp(-event.deltaY * 0.002), point.u, point.v);
    };
    const onDown = (event: PointerEvent): void => {
      if (event.button !== 0 || (event.target instanceof Element && event.target.closest('button') !== null)) return;
      last = { x: event.clientX, y: event.clientY };
      element.setPointerCapture(event.pointerId);
      moveSplit(event);
    };
    const onMove = (event: PointerEvent): void => {
      latest.current(comparison.pointAt(name, event.clientX, event.clientY));
      if (last === null) return;
      if (!moveSplit(event)) comparison.pan(event.clientX - last.x, event.clientY - last.y);
      last = { x: event.clientX, y: event.clientY };
    };
    const moveSplit = (event: PointerEvent): boolean => {
      if (comparison.getState().mode !== 'wipe' || event.shiftKey) return false;
      const point = comparison.pointAt(name, event.clientX, event.clientY);
      if (point !== null) comparison.setSplit(point.u);
      return true;
    };
    const onEnd = (): void => {
      last = null;
    };
    const onLeave = (): void => latest.current(null);
    const onDouble = (): void => comparison.setView({ scale: null, centerX: 0.5, centerY: 0.5 });

    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerup', onEnd);
    element.addEventListener('pointercancel', onEnd);
    element.addEventListener('pointerleave', onLeave);
    element.addEventListener('dblclick', onDouble);
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerup', onEnd);
      element.removeEventListener('pointercancel', onEnd);
      element.removeEventListener('pointerleave', onLeave);
      element.removeEventListener('dblclick', onDouble);
    };
  }, [comparison, name, ref]);
}
