import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type RelayOptions = {
  readonly host: string;
  readonly port: number;
  /** Added to a round trip, half of it in each direction. */
  readonly roundTripMs?: number;
  /** At most as many bytes a second in each direction. */
  readonly bytesPerSecond?: number;
};

export type Relay = {
  readonly port: number;
  /** Bytes that came from the server and were handed on. */
  readonly receivedBytes: () => number;
  readonly sentBytes: () => number;
  /** Resolves once as many bytes came from the server. */
  received(bytes: number): Promise<void>;
  /** Resets every connection. */
  cut(): void;
  /** Takes and gives nothing any more, and closes nothing: a link that is dead and does not say so. */
  stall(): void;
  /** Leads new connections to another port: another machine at the same address. */
  aim(port: number): void;
  /** Goes on, as fast as it may. */
  open(bytesPerSecond?: number): void;
  close(): Promise<void>;
};

/**
 * A TCP relay on loopback that makes a connection long, narrow or broken. It adds delay without loss: what was
 * taken is given later, in order.
 */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const { host, roundTripMs = 0 } = options;
  let { port } = options;
  const delayMs = roundTripMs / 2;
  let bytesPerSecond = options.bytesPerSecond ?? Number.POSITIVE_INFINITY;
  let isStalled = false;
  let receivedBytes = 0;
  let sentBytes = 0;
  const sockets = new Set<Socket>();
  const watchers: { readonly bytes: number; readonly resolve: () => void }[] = [];
  const wakers = new Set<() => void>();

  const count = (bytes: number): void => {
    receivedBytes += bytes;
    for (const watcher of watchers) if (receivedBytes >= watcher.bytes) watcher.resolve();
  };

  /** Hands on what one side sends, each piece when its time has come. */
  function pump(from: Socket, to: Socket, tell: (bytes: number) => void): void {
    const queue: { readonly bytes: Buffer; readonly due: number }[] = [];
    let queuedBytes = 0;
    let freeAt = 0;
    let timer: NodeJS.Timeout | null = null;
    let hasEnded = false;
    const run = (): void => {
      timer = null;
      if (isStalled) return;
      for (;;) {
        const next = queue[0];
        if (next === undefined) {
          if (hasEnded) to.end();
          return;
        }
        const at = Math.max(next.due, freeAt);
        const wait = at - performance.now();
        if (wait > 0.5) {
          timer = setTimeout(run, wait);
          return;
        }
        queue.shift();
        queuedBytes -= next.bytes.length;
        freeAt = Math.max(performance.now(), freeAt) + (next.bytes.length / bytesPerSecond) * 1000;
        tell(next.bytes.length);
        if (!to.destroyed) to.write(next.bytes);
        if (queuedBytes < 16 * 1024 * 1024 && from.isPaused()) from.resume();
      }
    };
    /** What was to wait at the speed before goes at the speed of now. */
    const wake = (): void => {
      if (timer !== null) clearTimeout(timer);
      freeAt = 0;
      run();
    };
    const push = (): void => {
      if (timer === null) run();
    };
    wakers.add(wake);
    from.on('data', (bytes: Buffer) => {
      queue.push({ bytes, due: performance.now() + delayMs });
      queuedBytes += bytes.length;
      // What is under way is bounded as it would be by a window.
      if (queuedBytes >= 16 * 1024 * 1024 || (bytesPerSecond < 1e12 && queuedBytes >= bytesPerSecond / 4)) from.pause();
      push();
    });
    from.on('end', () => {
      hasEnded = true;
      push();
    });
    from.on('close', () => {
      wakers.delete(wake);
      if (!hasEnded) to.destroy();
    });
    from.on('error', () => to.destroy());
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ host, port, allowHalfOpen: true });
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    pump(client, upstream, (bytes) => {
      sentBytes += bytes;
    });
    pump(upstream, client, count);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    receivedBytes: () => receivedBytes,
    sentBytes: () => sentBytes,
    received: (bytes) =>
      new Promise((resolve) => {
        if (receivedBytes >= bytes) resolve();
        else watchers.push({ bytes, resolve });
      }),
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    stall() {
      isStalled = true;
      for (const socket of sockets) socket.pause();
    },
    aim(to) {
      port = to;
    },
    open(limit = Number.POSITIVE_INFINITY) {
      bytesPerSecond = limit;
      isStalled = false;
      for (const socket of sockets) socket.resume();
      for (const wake of wakers) wake();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
