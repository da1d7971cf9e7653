import { useEffect } from 'react';
import type { Comparison } from '../../player/index.ts';

const EVERY_MS = 300;

/** Keeps `f` of the address at the frame on the screen, so that the address can be copied at any time. */
export function useFrameAddress(comparison: Comparison | null): void {
  useEffect(() => {
    if (comparison === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const write = (): void => {
      timer = null;
      const { masterFrame, match } = comparison.getState();
      if (match === null) return;
      const address = new URL(window.location.href);
      if (address.searchParams.get('f') === String(masterFrame)) return;
      address.searchParams.set('f', String(masterFrame));
      window.history.replaceState(window.history.state, '', address);
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
