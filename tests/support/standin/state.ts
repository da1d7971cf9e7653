import type { Browser } from './browser.ts';

/** What tests read of a running stand-in, as `globalThis.standIn` in the app's process. */
export type StandInRecord = {
  /** Options of every window that was made. */
  readonly windows: unknown[];
  readonly openedExternally: string[];
  /** Statuses that schemes of the app answered to pages of other origins. */
  readonly foreignAnswers: number[];
  readonly errorBoxes: { readonly title: string; readonly content: string }[];
  /** Items of the menu bar that are there, newest last. */
  readonly trays: { title: string; toolTip: string; menu: unknown; readonly isTemplate: boolean }[];
  readonly notifications: { readonly title: string; readonly body: string; click(): void }[];
  readonly privilegedSchemes: unknown[];
  sandboxEnabledBeforeReady: boolean;
  readonly permissions: Record<'request' | 'check' | 'device' | 'displayMedia', ((...args: never[]) => unknown) | null>;
};

export const record: StandInRecord = {
  windows: [],
  openedExternally: [],
  foreignAnswers: [],
  errorBoxes: [],
  trays: [],
  notifications: [],
  privilegedSchemes: [],
  sandboxEnabledBeforeReady: false,
  permissions: { request: null, check: null, device: null, displayMedia: null },
};

type Running = { readonly browser: Browser; readonly port: number };
let running: Running | null = null;

export function setRunning(value: Running): void {
  running = value;
}

/** The browser and the port of the schemes; nothing may need them before the app is ready. */
export function runningBrowser(): Running {
  if (running === null) throw new Error('The stand-in: this can only be done after the app is ready.');
  return running;
}

/** Kills Chromium now; used by whatever ends the process. */
export function killBrowser(): void {
  running?.browser.kill();
}
