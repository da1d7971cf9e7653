import { useEffect, useState } from 'react';

/**
 * When this person looked at the morning page on this device. `sinceMs` is what the page compares with
 * (null: never looked before), `leftMs` when it was last left.
 */
export type LastLook = { readonly sinceMs: number | null; readonly leftMs: number };

/** A walk to a run and back is one look; after this long away the next one starts. */
export const sameLookMs = 15 * 60_000;

/** The look that begins, or goes on, when the page is opened at `nowMs`. */
export function lookAt(before: LastLook | null, nowMs: number): LastLook {
  if (before === null) return { sinceMs: null, leftMs: nowMs };
  const isSame = nowMs - before.leftMs < sameLookMs;
  return { sinceMs: isSame ? before.sinceMs : before.leftMs, leftMs: nowMs };
}

const keyOf = (workspaceId: string): string => `room.morning.${workspaceId}`;

/** Reads what `storeLook` wrote; null for anything else, so that a damaged mark means "never looked". */
export function parseLook(text: string | null): LastLook | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('sinceMs' in value) || !('leftMs' in value)) return null;
    const { sinceMs, leftMs } = value;
    if (typeof leftMs !== 'number' || (sinceMs !== null && typeof sinceMs !== 'number')) return null;
    return { sinceMs, leftMs };
  } catch {
    return null;
  }
}

function storedLook(workspaceId: string): LastLook | null {
  try {
    return parseLook(localStorage.getItem(keyOf(workspaceId)));
  } catch {
    return null;
  }
}

function storeLook(workspaceId: string, look: LastLook): void {
  try {
    localStorage.setItem(keyOf(workspaceId), JSON.stringify(look));
  } catch {
    // Without storage every look is the first one, and the page says so.
  }
}

/** Keeps the mark of this look while the page is on screen; the mark of a person stays on this device. */
export function useLastLook(workspaceId: string): {
  readonly sinceMs: number | null;
  readonly markSeen: () => void;
} {
  const [look, setLook] = useState(() => lookAt(storedLook(workspaceId), Date.now()));
  const { sinceMs } = look;
  useEffect(() => {
    const leave = (): void => storeLook(workspaceId, { sinceMs, leftMs: Date.now() });
    const onVisibility = (): void => {
      if (document.visibilityState === 'hidden') leave();
      else setLook(lookAt(storedLook(workspaceId), Date.now()));
    };
    document.addEventListener('visibilitychange', onVisibility);
    window.addEventListener('pagehide', leave);
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, [workspaceId, sinceMs]);
  return {
    sinceMs,
    markSeen: () => setLook({ sinceMs: Date.now(), leftMs: Date.now() }),
  };
}
