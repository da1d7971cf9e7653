import { useLocation } from 'wouter';
import { useRoom } from '../client/hooks.ts';
import { openImport } from '../features/import/import-store.ts';
import { showError } from '../ui/toast-store.ts';
import { globalRegionName, useCommands, type Command } from './commands.ts';
import { modKey } from './key-caps.ts';
import { copyLink } from './links.ts';
import { places } from './rail.tsx';
import { setKeySheetOpen, setPaletteOpen, useShell } from './shell-store.ts';

/** What can be done from every screen. */
export function useGlobalCommands(): void {
  const [, navigate] = useLocation();
  const { call } = useRoom();
  const themes: readonly Command[] = (['dark', 'light', 'system'] as const).map((theme) => ({
    id: `theme.${theme}`,
    title: theme === 'system' ? 'Theme as the system' : `Theme ${theme}`,
    keywords: ['appearance', 'colour', 'mode'],
    run: () => {
      call('settings.set', { theme }).catch((thrown: unknown) => showError('Theme not saved', thrown));
    },
  }));
  useCommands(globalRegionName, [
    {
      id: 'palette',
      title: 'Search or run a command',
      keyCaps: [`${modKey}K`],
      bindings: ['$mod+k'],
      inPalette: false,
      run: () => setPaletteOpen(!useShell.getState().isPaletteOpen),
    },
    {
      id: 'keys',
      title: 'Show all keys',
      keyCaps: ['?'],
      bindings: ['[Shift]+?'],
      keywords: ['help', 'shortcuts'],
      run: () => setKeySheetOpen(true),
    },
    ...places.map((place): Command => ({
      id: `go.${place.name}`,
      title: `Go to ${place.name}`,
      keyCaps: place.keys.toUpperCase().split(' '),
      bindings: [place.keys],
      run: () => navigate(place.href),
    })),
    {
      id: 'import',
      title: 'Import a folder…',
      keyCaps: ['I'],
      bindings: ['i'],
      keywords: ['add', 'open', 'read', 'snapshot'],
      run: () => openImport(),
    },
    {
      id: 'workspace',
      title: 'Open another workspace…',
      keywords: ['create', 'switch', 'own'],
      run: () => navigate('/settings#workspace'),
    },
    {
      id: 'link',
      title: 'Copy the link to this screen',
      keywords: ['address', 'url', 'share'],
      run: () => void copyLink(window.location.href, 'this screen'),
    },
    ...themes,
  ]);
}
