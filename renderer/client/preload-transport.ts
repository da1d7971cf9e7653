import { bridgeName, retryEngineMethod, type DesktopBridge, type ShellPush } from '#shared/contract/desktop-bridge.ts';
import type { RoomEvent } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { ConnectionState, Transport } from './transport.ts';

/** The bridge of a desktop window; null in a browser. */
export function desktopBridge(): DesktopBridge | null {
  return (window as unknown as Record<string, DesktopBridge | undefined>)[bridgeName] ?? null;
}

/**
 * Calls and events through the preload of a desktop window. The shell keeps the engine: it says when
 * it was lost and when it is back, and it answers every call, if need be with `engine_lost`.
 */
export function createPreloadTransport(bridge: DesktopBridge): Transport {
  const eventListeners = new Set<(event: RoomEvent) => void>();
  const connectionListeners = new Set<() => void>();
  const commandListeners = new Set<(id: string) => void>();
  let state: ConnectionState = { kind: 'connecting' };

  function setState(next: ConnectionState): void {
    state = next;
    for (const listener of connectionListeners) listener();
  }

  function receive(push: ShellPush): void {
    switch (push.t) {
      case 'event':
        for (const listener of eventListeners) listener(push.event);
        return;
      case 'engine':
        setState(push.state);
        return;
      case 'command':
        for (const listener of commandListeners) listener(push.id);
        return;
      default:
        push satisfies never;
    }
  }

  const unsubscribe = bridge.subscribe(receive);

  return {
    async call(method, input) {
      const envelope = await bridge.invoke(method, input);
      // The first answer says it before the shell does, when the page was there first.
      if (state.kind === 'connecting') setState({ kind: 'open', since: Date.now() });
      if (envelope.ok) return envelope.value;
      throw RoomError.fromPayload(envelope.error);
    },
    onEvent(listener) {
      eventListeners.add(listener);
      return () => eventListeners.delete(listener);
    },
    connection: () => state,
    onConnection(listener) {
      connectionListeners.add(listener);
      return () => connectionListeners.delete(listener);
    },
    onShellCommand(listener) {
      commandListeners.add(listener);
      return () => commandListeners.delete(listener);
    },
    retryNow: () => void bridge.invoke(retryEngineMethod, null),
    close: unsubscribe,
  };
}
