import { create } from 'zustand';

type ShellStore = {
  readonly isPaletteOpen: boolean;
  readonly isKeySheetOpen: boolean;
};

export const useShell = create<ShellStore>()(() => ({ isPaletteOpen: false, isKeySheetOpen: false }));

export function setPaletteOpen(isPaletteOpen: boolean): void {
  useShell.setState({ isPaletteOpen });
}

export function setKeySheetOpen(isKeySheetOpen: boolean): void {
  useShell.setState({ isKeySheetOpen });
}
