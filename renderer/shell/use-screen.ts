import { useEffect } from 'react';

/** Names the window after the screen on it. */
export function useScreenTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Blueprint Control Room`;
  }, [title]);
}
