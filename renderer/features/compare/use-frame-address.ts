import { useEffect, useRef } from 'react';
import type { Comparison } from '../../player/index.ts';

const EVERY_MS = 300;

/**
 * Keeps `f` of the address at the frame on the screen, and `a` and `b` at the sides as they are shown, so
 * that the address can be copied at any time. `sidesOf` answers null where the address names no sides.
 */
export function useFrameAddress(
  comparison: Comparison | null,
  sidesOf: () => { readonly a: string; readonly b: string } | null,
): void {
  const latest = useRef(sidesOf);
  latest.current = sidesOf;
  useEffect(() => {
    if (comparison === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const write = (): void => {
      timer = null;
      const { masterFrame, match } = comparison.getState();
      if (match === null) return;
      const address = new URL(window.location.href);
      for (const [name, value] of Object.entries({ ...latest.current(), f: String(masterFrame) }))
        address.searchParams.set(name, value);
      if (address.href !== window.location.href) window.history.replaceState(window.history.state, '', address);
    };
    const stop = comparison.subscribe(() => {
      timer ??= setTimeout(write, EVERY_MS);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [comparison]);
}

/** The frame an address asks for; null when it names none. */
export function frameOfAddress(search: string): number | null {
  const text = new URLSearchParams(search).get('f');
  return text !== null && /^-?\d{1,9}$/.test(text) ? Number(text) : null;
}
