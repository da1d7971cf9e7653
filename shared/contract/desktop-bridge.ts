import type { Envelope } from '../errors.ts';
import type { RoomEvent } from './index.ts';

/**
 * What a desktop window and its shell say to each other. Types and names only: this file is part of
 * the preload bundle, which carries nothing else.
 */
export const invokeChannel = 'room.invoke';
export const pushChannel = 'room.push';

/** The name under which the page finds the bridge. */
export const bridgeName = 'room';

/** How the shell stands with its engine process; `retryAt` is when it starts it again, in ms since 1970. */
export type EngineState =
  | { readonly kind: 'open'; readonly since: number }
  | { readonly kind: 'lost'; readonly since: number; readonly retryAt: number | null };

/** What the shell says unasked. */
export type ShellPush =
  | { readonly t: 'event'; readonly event: RoomEvent }
  | { readonly t: 'engine'; readonly state: EngineState }
  /** An item of the native menu that stands for a command of the page, by the id of that command. */
  | { readonly t: 'command'; readonly id: string };

/** The whole of what the page can reach. */
export type DesktopBridge = {
  readonly invoke: (method: string, input: unknown) => Promise<Envelope<unknown>>;
  /** Answers with the function that ends the subscription: a function that crosses the bridge is wrapped anew each time. */
  readonly subscribe: (listener: (push: ShellPush) => void) => () => void;
};

/** Asks the shell itself, not the engine: start the engine now instead of waiting for the back-off. */
export const retryEngineMethod = 'shell.retryEngine';
