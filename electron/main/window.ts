import { BrowserWindow, nativeTheme, screen } from 'electron';
import { appOrigin } from '#shared/rules/page-address.ts';
import { webPreferences } from './web-preferences.ts';
import { placeWindow, smallestWindow } from './window-place.ts';
import type { WindowStateStore } from './window-state.ts';

/** The page's own backgrounds (tokens.css), so that nothing flashes before it is drawn. */
const backgrounds = { dark: '#101011', light: '#f4f4f5' } as const;

export type RoomWindowOptions = {
  readonly preloadFile: string;
  readonly state: WindowStateStore;
  readonly devTools: boolean;
};

export function openRoomWindow(options: RoomWindowOptions): BrowserWindow {
  const { state } = options;
  const kept = state.current();
  const window = new BrowserWindow({
    ...placeWindow(
      kept.bounds,
      screen.getAllDisplays().map((display) => display.workArea),
    ),
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    title: 'Blueprint Control Room',
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light,
    webPreferences: { ...webPreferences, devTools: options.devTools, preload: options.preloadFile },
  });
  window.once('ready-to-show', () => {
    if (kept.isMaximized) window.maximize();
    window.show();
  });
  window.on('close', () => state.save({ bounds: window.getNormalBounds(), isMaximized: window.isMaximized() }));
  return window;
}

/** Resolves when the page is there; a page that could not be loaded rejects. */
export async function loadRoom(window: BrowserWindow): Promise<void> {
  await window.loadURL(`${appOrigin}/`);
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
