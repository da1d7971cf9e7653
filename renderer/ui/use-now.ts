import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let now = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** The time, rounded down to `stepMs`: a part that shows minutes is drawn once a minute, by one clock for the page. */
export function useNow(stepMs = 1000): number {
  return useSyncExternalStore(subscribe, () => {
    if (timer === null) now = Date.now();
    return Math.floor(now / stepMs) * stepMs;
  });
}
