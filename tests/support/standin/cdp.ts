import type { Readable, Writable } from 'node:stream';

export type CdpEvent = {
  readonly method: string;
  readonly params: Record<string, unknown>;
  readonly sessionId?: string;
};
export type Cdp = {
  send(method: string, params?: Record<string, unknown>, sessionId?: string): Promise<Record<string, unknown>>;
  listen(listener: (event: CdpEvent) => void): void;
};

/**
 * Chromium's protocol over its debugging pipe: messages of JSON that end in a NUL. Chromium ends when
 * the pipe does, so it can not outlive the process that started it, however that one ends.
 */
export function connectCdp(toChromium: Writable, fromChromium: Readable): Cdp {
  type Pending = {
    readonly resolve: (result: Record<string, unknown>) => void;
    readonly reject: (error: Error) => void;
    readonly method: string;
  };
  const pending = new Map<number, Pending>();
  const listeners = new Set<(event: CdpEvent) => void>();
  let nextId = 1;
  let rest = Buffer.alloc(0);
  let isClosed = false;

  fromChromium.on('data', (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    for (let at = rest.indexOf(0); at !== -1; at = rest.indexOf(0)) {
      const text = rest.subarray(0, at).toString('utf8');
      rest = rest.subarray(at + 1);
      receive(
        JSON.parse(text) as { id?: number; result?: Record<string, unknown>; error?: { message: string } } & CdpEvent,
      );
    }
  });
  const close = (): void => {
    isClosed = true;
    for (const call of pending.values()) call.reject(new Error(`${call.method}: the browser is gone`));
    pending.clear();
  };
  fromChromium.on('close', close);
  toChromium.on('error', close);

  function receive(
    message: { id?: number; result?: Record<string, unknown>; error?: { message: string } } & CdpEvent,
  ): void {
    if (message.id === undefined) {
      for (const listener of listeners) listener(message);
      return;
    }
    const call = pending.get(message.id);
    pending.delete(message.id);
    if (message.error === undefined) call?.resolve(message.result ?? {});
    else call?.reject(new Error(`${call.method}: ${message.error.message}`));
  }

  return {
    send(method, params = {}, sessionId) {
      const id = nextId++;
      return new Promise((resolve, reject) => {
        if (isClosed) {
          reject(new Error(`${method}: the browser is gone`));
          return;
        }
        pending.set(id, { resolve, reject, method });
        toChromium.write(
          `${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`,
        );
      });
    },
    listen: (listener) => void listeners.add(listener),
  };
}
