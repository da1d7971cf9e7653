import type { ClientChannel } from 'ssh2';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { Timer } from '../instances/timer.ts';
import { NotSent, SessionRefused, type Connection } from './connection.ts';
import { abortReason, unreachableError } from './ssh-error.ts';

/** One session with a command in it. `release` must be called once, when it is over. */
export type Session = {
  readonly channel: ClientChannel;
  readonly connection: Connection;
  readonly release: () => void;
};

export type LaneOptions = {
  readonly connect: (signal: AbortSignal) => Promise<Connection>;
  readonly timer: Timer;
  /** After this long without a session the connection is closed. */
  readonly idleMs: number;
};

/** OpenSSH's server allows ten sessions on a connection; two are left for whoever looks at the machine by hand. */
const mostSessions = 8;
const firstBackOffMs = 500;
const longestBackOffMs = 15_000;

type Waiter = { readonly take: () => void; readonly fail: (error: RoomError) => void };

/**
 * The way to one machine: at most one connection, made when it is needed, and at most eight sessions on it;
 * further calls wait their turn. After a failure the next try waits, longer each time.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #ending = new AbortController();
  readonly #waiters: Waiter[] = [];
  #connection: Connection | null = null;
  #connecting: Promise<Connection> | null = null;
  #inUse = 0;
  /** Lower when the server turns out to allow less. */
  #limit = mostSessions;
  #failures = 0;
  #notBeforeMs = 0;
  #idleTimer: NodeJS.Timeout | null = null;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** Starts a command as soon as there is a session for it. @throws RoomError as `MachineShell`. */
  async open(command: string, signal?: AbortSignal): Promise<Session> {
    for (;;) {
      await this.#takeTurn(signal);
      let isKept = false;
      let wereInUse = this.#inUse;
      try {
        const connection = await this.#connected(signal);
        wereInUse = this.#inUse;
        const channel = await withSignal(connection.openChannel(command), signal, (late) => late.close());
        isKept = true;
        return { channel, connection, release: once(() => this.#giveTurn()) };
      } catch (thrown) {
        if (thrown instanceof NotSent) {
          this.#connection = null;
          continue;
        }
        if (!(thrown instanceof SessionRefused)) throw thrown;
        // Less is allowed than OpenSSH's default: the limit falls to what is open, and this call queues again.
        // Counted when it was asked: the others may have ended since.
        if (wereInUse <= 1)
          throw unreachableError(
            `The SSH server opens no session: ${thrown.message}.`,
            'Its MaxSessions may be 0, or it is out of resources.',
          );
        this.#limit = Math.max(1, this.#inUse - 1);
      } finally {
        if (!isKept) this.#giveTurn();
      }
    }
  }

  /** The kept connection, made anew where there is none. */
  async connected(signal?: AbortSignal): Promise<Connection> {
    await this.#takeTurn(signal);
    try {
      return await this.#connected(signal);
    } finally {
      this.#giveTurn();
    }
  }

  /** Forgets failures and the connection, so that the next call connects by what is true now. */
  reset(): void {
    this.#failures = 0;
    this.#notBeforeMs = 0;
    this.#limit = mostSessions;
    this.#connection?.end();
    this.#connection = null;
  }

  close(): void {
    this.#ending.abort(new RoomError('interrupted', 'The room is closing.'));
    this.#failWaiters(abortReason(this.#ending.signal));
    this.reset();
    this.#stopIdleTimer();
  }

  async #takeTurn(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) throw abortReason(signal);
    if (this.#ending.signal.aborted) throw abortReason(this.#ending.signal);
    this.#stopIdleTimer();
    if (this.#inUse < this.#limit && this.#waiters.length === 0) {
      this.#inUse += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        signal?.removeEventListener('abort', onAbort);
        const at = this.#waiters.indexOf(waiter);
        if (at >= 0) this.#waiters.splice(at, 1);
      };
      const onAbort = (): void => waiter.fail(abortReason(signal!));
      const waiter: Waiter = {
        take: () => {
          leave();
          this.#inUse += 1;
          resolve();
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.push(waiter);
    });
  }

  #giveTurn(): void {
    this.#inUse -= 1;
    while (this.#inUse < this.#limit && this.#waiters.length > 0) this.#waiters[0]!.take();
    if (this.#inUse > 0 || this.#ending.signal.aborted) return;
    this.#idleTimer = setTimeout(() => {
      this.#connection?.end();
      this.#connection = null;
    }, this.#options.idleMs);
    this.#idleTimer.unref();
  }

  #stopIdleTimer(): void {
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer);
    this.#idleTimer = null;
  }

  async #connected(signal: AbortSignal | undefined): Promise<Connection> {
    if (this.#connection?.isOpen() === true) return this.#connection;
    // Shared by everybody who waits for it: one of them giving up does not take it from the others.
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = null;
    });
    return withSignal(this.#connecting, signal, () => undefined);
  }

  async #connect(): Promise<Connection> {
    const { timer, connect } = this.#options;
    const { signal } = this.#ending;
    try {
      const waitMs = this.#notBeforeMs - timer.now();
      if (waitMs > 0) await timer.sleep(waitMs, signal);
      const connection = await connect(signal);
      if (signal.aborted) {
        connection.end();
        throw abortReason(signal);
      }
      this.#failures = 0;
      this.#connection = connection;
      void connection.closed.then(() => {
        if (this.#connection === connection) this.#connection = null;
      });
      return connection;
    } catch (thrown) {
      if (signal.aborted) throw abortReason(signal);
      if (toErrorPayload(thrown).code === 'ssh_unreachable') {
        this.#notBeforeMs = timer.now() + Math.min(longestBackOffMs, firstBackOffMs * 2 ** this.#failures);
        this.#failures += 1;
      }
      // Whoever queues behind a machine that can not be reached would only wait for the same answer.
      if (thrown instanceof RoomError) this.#failWaiters(thrown);
      throw thrown;
    }
  }

  #failWaiters(error: RoomError): void {
    while (this.#waiters.length > 0) this.#waiters[0]!.fail(error);
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}

/** Waits for a promise or for the signal; what comes too late is handed to `discard`. */
async function withSignal<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  discard: (late: T) => void,
): Promise<T> {
  if (signal === undefined) return promise;
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortReason(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([promise, aborted]);
  } catch (thrown) {
    if (signal.aborted) promise.then(discard, () => undefined);
    throw thrown;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
