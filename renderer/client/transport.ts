import type { RoomEvent } from '#shared/contract/index.ts';

/**
 * How the page stands with the engine.
 * - `connecting`: the first connection is being made.
 * - `open`: calls get through.
 * - `lost`: the engine does not answer; `since` is when it was last heard of, `retryAt` when it is tried again.
 * - `locked`: a room answers at this address, but it was started anew and no longer knows this page; it is
 *   not tried again until a person asks for it or comes back to the page.
 */
export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open'; readonly since: number }
  | { readonly kind: 'lost'; readonly since: number; readonly retryAt: number | null }
  | { readonly kind: 'locked'; readonly since: number };

/** One way to reach the engine. A browser has a WebSocket; a desktop window has its preload bridge. */
export type Transport = {
  /** Answers with the method's value; rejects with a RoomError and nothing else. */
  readonly call: (method: string, input: unknown) => Promise<unknown>;
  readonly onEvent: (listener: (event: RoomEvent) => void) => () => void;
  readonly connection: () => ConnectionState;
  readonly onConnection: (listener: () => void) => () => void;
  /** Commands of the page that a native menu asks for, by id. A browser has no such menu. */
  readonly onShellCommand: (listener: (id: string) => void) => () => void;
  /** Tries again at once instead of waiting for the back-off. */
  readonly retryNow: () => void;
  readonly close: () => void;
};
