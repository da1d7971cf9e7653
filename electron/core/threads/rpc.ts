import type { MessagePort, Worker } from 'node:worker_threads';
import { RoomError, toErrorPayload, type ErrorPayload } from '#shared/errors.ts';

/**
 * Calls between the engine's thread and a worker thread. A procedure may emit parts on the way;
 * each part waits for the other side to take it, so that a fast reader can't fill the memory.
 */
export type Procedures = Record<string, (input: never, context: ProcedureContext) => unknown>;
export type ProcedureContext = {
  readonly signal: AbortSignal;
  readonly emit: (part: unknown) => Promise<void>;
};

type ToWorker =
  | { readonly t: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly t: 'abort'; readonly id: number }
  | { readonly t: 'taken'; readonly id: number; readonly error: ErrorPayload | null };
type FromWorker =
  | { readonly t: 'value'; readonly id: number; readonly value: unknown }
  | { readonly t: 'error'; readonly id: number; readonly error: ErrorPayload }
  | { readonly t: 'part'; readonly id: number; readonly part: unknown };

/** Worker side: answers calls with the given procedures, one at a time or side by side. */
export function serveProcedures(port: MessagePort, procedures: Procedures): void {
  const aborts = new Map<number, AbortController>();
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();

  async function run(id: number, name: string, input: unknown): Promise<void> {
    const procedure = procedures[name];
    const abort = new AbortController();
    aborts.set(id, abort);
    try {
      if (procedure === undefined) throw new RoomError('internal', `The worker has no procedure ${name}`);
      const value = await procedure(input as never, {
        signal: abort.signal,
        emit: (part) =>
          new Promise<void>((resolve, reject) => {
            waiting.set(id, { resolve, reject });
            port.postMessage({ t: 'part', id, part } satisfies FromWorker);
          }),
      });
      port.postMessage({ t: 'value', id, value } satisfies FromWorker);
    } catch (thrown) {
      port.postMessage({ t: 'error', id, error: toErrorPayload(thrown) } satisfies FromWorker);
    } finally {
      aborts.delete(id);
      waiting.delete(id);
    }
  }

  port.on('message', (message: ToWorker) => {
    switch (message.t) {
      case 'call':
        void run(message.id, message.name, message.input);
        return;
      case 'abort': {
        const reason = new RoomError('cancelled', 'Cancelled');
        aborts.get(message.id)?.abort(reason);
        waiting.get(message.id)?.reject(reason);
        return;
      }
      case 'taken': {
        const waiter = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.error === null) waiter?.resolve();
        else waiter?.reject(RoomError.fromPayload(message.error));
        return;
      }
    }
  });
}

export type CallOptions = { readonly signal?: AbortSignal; readonly onPart?: (part: never) => void | Promise<void> };

export type ThreadClient<P extends Procedures> = {
  call<N extends keyof P & string>(
    name: N,
    input: Parameters<P[N]>[0],
    options?: CallOptions,
  ): Promise<Awaited<ReturnType<P[N]>>>;
  /** Calls that have not been answered yet. */
  pendingCount(): number;
  close(): Promise<void>;
};

/**
 * Engine side: when the thread dies, every pending call is rejected with `engine_lost`; none hangs.
 * `onLost` hears of it once, unless the thread was closed on purpose.
 */
export function connectThread<P extends Procedures>(
  worker: Worker,
  label: string,
  onLost: (error: RoomError) => void,
): ThreadClient<P> {
  type Pending = { resolve: (value: never) => void; reject: (error: Error) => void; options: CallOptions };
  const pending = new Map<number, Pending>();
  let nextId = 1;
  let lost: RoomError | null = null;
  let isClosing = false;

  function failAll(error: RoomError): void {
    if (lost === null) {
      lost = error;
      if (!isClosing) onLost(error);
    }
    for (const call of pending.values()) call.reject(error);
    pending.clear();
  }

  async function take(id: number, part: unknown): Promise<void> {
    let error: ErrorPayload | null = null;
    try {
      await pending.get(id)?.options.onPart?.(part as never);
    } catch (thrown) {
      error = toErrorPayload(thrown);
    }
    worker.postMessage({ t: 'taken', id, error } satisfies ToWorker);
  }

  worker.on('message', (message: FromWorker) => {
    if (message.t === 'part') {
      void take(message.id, message.part);
      return;
    }
    const call = pending.get(message.id);
    pending.delete(message.id);
    if (call === undefined) return;
    if (message.t === 'value') call.resolve(message.value as never);
    else call.reject(RoomError.fromPayload(message.error));
  });
  worker.on('error', (error: Error) =>
    failAll(new RoomError('engine_lost', `The ${label} thread failed: ${error.message}`)),
  );
  worker.on('exit', () => failAll(new RoomError('engine_lost', `The ${label} thread has ended`)));

  return {
    call(name, input, options = {}) {
      if (lost !== null) return Promise.reject(lost);
      const id = nextId++;
      const { signal } = options;
      const abort = (): void => worker.postMessage({ t: 'abort', id } satisfies ToWorker);
      const answered = new Promise<never>((resolve, reject) => {
        pending.set(id, { resolve, reject, options });
        worker.postMessage({ t: 'call', id, name, input } satisfies ToWorker);
      });
      if (signal === undefined) return answered;
      // An import makes thousands of calls under one signal: each takes its listener away with it.
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      return answered.finally(() => signal.removeEventListener('abort', abort));
    },
    pendingCount: () => pending.size,
    async close() {
      isClosing = true;
      failAll(new RoomError('engine_lost', `The ${label} thread was closed`));
      await worker.terminate();
    },
  };
}
