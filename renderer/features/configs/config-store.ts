import { create } from 'zustand';

/** Where the text came from, and what it was there. */
export type ConfigOrigin =
  | { readonly kind: 'none' }
  | { readonly kind: 'file'; readonly path: string; readonly hash: string }
  | { readonly kind: 'machine'; readonly instanceId: string; readonly checkout: string; readonly path: string };

type ConfigState = {
  readonly text: string;
  /** The text as it is where it came from. */
  readonly savedText: string;
  readonly origin: ConfigOrigin;
};

/** Held beside the screen: what was typed is there when somebody comes back to it. */
export const useConfig = create<ConfigState>()(() => ({ text: '', savedText: '', origin: { kind: 'none' } }));

export const setText = (text: string): void => useConfig.setState({ text });

/** A text that was read or written: nothing of it is unsaved. */
export const setOpened = (text: string, origin: ConfigOrigin): void =>
  useConfig.setState({ text, savedText: text, origin });
