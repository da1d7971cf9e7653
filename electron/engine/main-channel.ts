import { toEngineSchema, type FromEngine, type ToEngine } from '#shared/contract/engine-wire.ts';

/** What Electron gives a utility process to talk to the shell with: `process.parentPort`. */
export type ParentPort = {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
};

/** The engine's end of the line to the desktop shell. */
export type MainChannel = {
  send(message: FromEngine): void;
  /** Every message goes to every listener, in the order in which they came. */
  listen(listener: (message: ToEngine) => void): void;
};

export function connectMain(port: ParentPort, onFault: (text: string) => void): MainChannel {
  const listeners = new Set<(message: ToEngine) => void>();
  port.on('message', ({ data }) => {
    const parsed = toEngineSchema.safeParse(data);
    if (!parsed.success) {
      onFault(`The shell sent something that is no message: ${parsed.error.issues[0]?.message ?? 'unknown'}`);
      return;
    }
    for (const listener of listeners) listener(parsed.data);
  });
  return {
    send: (message) => port.postMessage(message),
    listen: (listener) => void listeners.add(listener),
  };
}
