import type { RoomEvent } from '#shared/contract/index.ts';
import { serverFrameSchema, type CallFrame } from '#shared/contract/wire.ts';
import { RoomError } from '#shared/errors.ts';
import type { ConnectionState, Transport } from './transport.ts';

const firstRetryMs = 250;
const longestRetryMs = 8_000;

type PendingCall = {
  readonly frame: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: RoomError) => void;
};

function engineLost(): RoomError {
  return new RoomError(
    'engine_lost',
    'The connection to the engine dropped before it answered, so the outcome of this call is not known.',
    {
      hint: 'The room reconnects by itself. Look at the job list before doing it again.',
    },
  );
}

function notSent(): RoomError {
  return new RoomError('engine_lost', 'The engine does not answer, so this was not sent to it: nothing was done.', {
    hint: 'The room reconnects by itself. Try again when it has.',
  });
}

/**
 * Calls and events over one WebSocket. While the first connection is being made, calls wait; once a
 * connection was lost, calls fail at once, because nobody should press a button twice into the dark.
 */
export function createWebSocketTransport(
  url: string,
  /** Asked when a connection was refused: true when the room is there but does not know this page. */
  isLockedOut: () => Promise<boolean> = async () => false,
): Transport {
  const eventListeners = new Set<(event: RoomEvent) => void>();
  const connectionListeners = new Set<() => void>();
  const pending = new Map<number, PendingCall>();
  let state: ConnectionState = { kind: 'connecting' };
  let socket: WebSocket | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | null = null;
  let retryMs = firstRetryMs;
  let nextId = 1;
  let isClosed = false;

  function setState(next: ConnectionState): void {
    state = next;
    for (const listener of connectionListeners) listener();
  }

  function rejectPending(): void {
    const calls = [...pending.values()];
    pending.clear();
    for (const call of calls) call.reject(engineLost());
  }

  function receive(text: string): void {
    let raw: unknown;
    try {
      raw = JSON.parse(text);
    } catch {
      return;
    }
    const parsed = serverFrameSchema.safeParse(raw);
    if (!parsed.success) return;
    const frame = parsed.data;
    if (frame.t === 'event') {
      // The engine checked the payload against the same table; events are only hints to ask again.
      for (const listener of eventListeners) listener(frame.event as RoomEvent);
      return;
    }
    const call = pending.get(frame.id);
    if (call === undefined) return;
    pending.delete(frame.id);
    if (frame.envelope.ok) call.resolve(frame.envelope.value);
    else call.reject(RoomError.fromPayload(frame.envelope.error));
  }

  function connect(): void {
    retryTimer = null;
    const opened = new WebSocket(url);
    socket = opened;
    opened.addEventListener('open', () => {
      retryMs = firstRetryMs;
      setState({ kind: 'open', since: Date.now() });
      for (const call of pending.values()) opened.send(call.frame);
    });
    opened.addEventListener('message', (message: MessageEvent<unknown>) => {
      if (typeof message.data === 'string') receive(message.data);
    });
    opened.addEventListener('close', () => {
      if (socket !== opened || isClosed) return;
      socket = null;
      rejectPending();
      const since = state.kind === 'lost' || state.kind === 'locked' ? state.since : Date.now();
      retryTimer = setTimeout(connect, retryMs);
      setState({ kind: 'lost', since, retryAt: Date.now() + retryMs });
      retryMs = Math.min(retryMs * 2, longestRetryMs);
      void stopWhenLockedOut(since);
    });
  }

  /** A room that was started anew refuses this page for ever: it is told once, and not asked again and again. */
  async function stopWhenLockedOut(since: number): Promise<void> {
    const isLocked = await isLockedOut().catch(() => false);
    if (!isLocked || isClosed || state.kind !== 'lost') return;
    if (retryTimer !== null) clearTimeout(retryTimer);
    retryTimer = null;
    // A connection that was begun meanwhile is refused like the others.
    const begun = socket;
    socket = null;
    begun?.close();
    setState({ kind: 'locked', since });
  }

  connect();

  return {
    call(method, input) {
      if (state.kind === 'lost' || state.kind === 'locked') return Promise.reject(notSent());
      const id = nextId;
      nextId += 1;
      const callFrame: CallFrame = { t: 'call', id, method, input };
      const frame = JSON.stringify(callFrame);
      return new Promise((resolve, reject) => {
        pending.set(id, { frame, resolve, reject });
        if (socket?.readyState === WebSocket.OPEN) socket.send(frame);
      });
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
    onShellCommand: () => () => undefined,
    retryNow() {
      if (state.kind !== 'locked' && retryTimer === null) return;
      if (retryTimer !== null) clearTimeout(retryTimer);
      retryMs = firstRetryMs;
      connect();
    },
    close() {
      isClosed = true;
      if (retryTimer !== null) clearTimeout(retryTimer);
      socket?.close();
      rejectPending();
    },
  };
}

/** Asks the room that served this page whether it still knows it: a room that was started anew says 401. */
export async function isPageLockedOut(): Promise<boolean> {
  // A file that is always there: for a page that is known, the answer is no error either.
  const answer = await fetch('/icon.svg', { method: 'HEAD', cache: 'no-store' });
  return answer.status === 401;
}

/** The address of the engine that served this page. */
export function webSocketUrlOf(location: { readonly protocol: string; readonly host: string }): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
}
