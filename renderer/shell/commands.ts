import { useEffect, useId, useLayoutEffect, useRef } from 'react';
import { tinykeys } from 'tinykeys';
import { create } from 'zustand';

/** Something a person can do, by key, by the palette or by a button: named once. */
export type Command = {
  /** Unique within its region. */
  readonly id: string;
  readonly title: string;
  /** Further words by which the palette finds it. */
  readonly keywords?: readonly string[];
  /** How the keys are written on screen, one entry per key. */
  readonly keyCaps?: readonly string[];
  /** Bindings in tinykeys' notation; left out when the focused part handles its keys itself. */
  readonly bindings?: readonly string[];
  /** A word for the footer; the command is shown there while its region is on top. */
  readonly footer?: string;
  /** False for what makes no sense as a line of the palette, such as moving a selection. */
  readonly inPalette?: boolean;
  readonly run: () => void;
};

type CommandRegion = { readonly key: string; readonly name: string; readonly commands: readonly Command[] };
type CommandStore = { readonly regions: readonly CommandRegion[] };

/** Regions in the order in which they came on screen; the last one is on top. */
export const useCommandStore = create<CommandStore>()(() => ({ regions: [] }));

export const globalRegionName = 'Everywhere';

/**
 * Offers the commands of a part while it is on screen. The newest `run` is always called, so the
 * list may be made anew on every render.
 */
export function useCommands(regionName: string, commands: readonly Command[]): void {
  const key = useId();
  const latest = useRef(commands);
  useLayoutEffect(() => {
    latest.current = commands;
  });
  const shape = JSON.stringify(commands.map(({ run: _run, ...rest }) => rest));
  useEffect(() => {
    const stable = latest.current.map((command): Command => ({
      ...command,
      run: () => latest.current.find((each) => each.id === command.id)?.run(),
    }));
    const region: CommandRegion = { key, name: regionName, commands: stable };
    useCommandStore.setState(({ regions }) => {
      const index = regions.findIndex((each) => each.key === key);
      return { regions: index < 0 ? [...regions, region] : regions.with(index, region) };
    });
  }, [key, regionName, shape]);
  useEffect(
    () => () => useCommandStore.setState(({ regions }) => ({ regions: regions.filter((each) => each.key !== key) })),
    [key],
  );
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** Keys belong to an open sheet or menu alone, and a chord with ⌘ or Ctrl works while typing too. */
function shouldIgnore(event: KeyboardEvent): boolean {
  if (event.isComposing || event.defaultPrevented) return true;
  if (document.querySelector('dialog[open]') !== null || document.querySelector('.menu:popover-open') !== null)
    return true;
  return isTyping(event) && !event.metaKey && !event.ctrlKey;
}

/** Listens for the bindings of all regions; of two with the same keys, the one on top wins. */
export function useCommandKeys(): void {
  const regions = useCommandStore((state) => state.regions);
  useEffect(() => {
    const map: Record<string, (event: KeyboardEvent) => void> = {};
    for (const region of regions) {
      for (const command of region.commands) {
        for (const binding of command.bindings ?? []) {
          map[binding] = (event) => {
            // `g c` ends in a key that a screen may use alone: whoever came first has acted.
            if (event.defaultPrevented) return;
            event.preventDefault();
            command.run();
          };
        }
      }
    }
    return tinykeys(window, map, { ignore: shouldIgnore });
  }, [regions]);
}
