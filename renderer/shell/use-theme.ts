import { useEffect } from 'react';
import type { Settings } from '#shared/contract/room.ts';
import { useRoomQuery } from '../client/hooks.ts';

const storageKey = 'room.theme';
const lightQuery = '(prefers-color-scheme: light)';

function apply(theme: Settings['theme']): void {
  const isLight = theme === 'light' || (theme === 'system' && matchMedia(lightQuery).matches);
  document.documentElement.dataset['theme'] = isLight ? 'light' : 'dark';
}

/** Follows the setting, and the system while it says so. A copy stays behind for early-theme.js. */
export function useTheme(): void {
  const theme = useRoomQuery('settings.get', {}).data?.theme;
  useEffect(() => {
    if (theme === undefined) return undefined;
    apply(theme);
    try {
      localStorage.setItem(storageKey, theme);
    } catch {
      // Without storage the next start may flash once; nothing else depends on the copy.
    }
    if (theme !== 'system') return undefined;
    const media = matchMedia(lightQuery);
    const follow = (): void => apply('system');
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, [theme]);
}
