import type { FromEngine, OpenMedia, ToEngine } from '#shared/contract/engine-wire.ts';
import { RoomError } from '#shared/errors.ts';

export type MediaHead = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
};
export type MediaRelay = {
  open(request: Omit<OpenMedia, 't' | 'id'> & { readonly signal: AbortSignal }): Promise<MediaHead>;
};

type Transfer = {
  readonly head: PromiseWithResolvers<Extract<FromEngine, { t: 'media.head' }>>;
  /** Resolves with the next piece; null at the end. Set while one was asked for. */
  piece: PromiseWithResolvers<Uint8Array<ArrayBuffer> | null> | null;
};

/** Pieces that are read ahead of Chromium: a handful keeps the pipe busy, and a paused video costs no memory. */
const piecesAhead = 4;

/**
 * Carries media from the engine to Chromium: one piece is asked for at a time, and only as fast as it
 * is taken. A request that is dropped closes the file at once; an engine that dies ends the streams.
 */
export function createMediaRelay(send: (message: ToEngine) => void): MediaRelay & {
  receive(message: FromEngine): void;
  fail(error: RoomError): void;
} {
  const transfers = new Map<number, Transfer>();
  let nextId = 1;

  function pull(id: number, transfer: Transfer): Promise<Uint8Array<ArrayBuffer> | null> {
    const piece = Promise.withResolvers<Uint8Array<ArrayBuffer> | null>();
    transfer.piece = piece;
    send({ t: 'media.pull', id });
    return piece.promise;
  }

  function drop(id: number): void {
    const transfer = transfers.get(id);
    if (transfer === undefined) return;
    transfers.delete(id);
    try {
      send({ t: 'media.abort', id });
    } catch {
      // No engine, no open file: there is nothing to close. Thrown in a listener, it would end the app.
    }
    const dropped = new RoomError('cancelled', 'The request was dropped.');
    transfer.head.reject(dropped);
    transfer.piece?.reject(dropped);
  }

  function bodyOf(id: number, transfer: Transfer): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        async pull(controller) {
          const bytes = await pull(id, transfer);
          if (bytes === null) controller.close();
          else controller.enqueue(bytes);
        },
        cancel: () => drop(id),
      },
      { highWaterMark: piecesAhead },
    );
  }

  return {
    async open({ signal, ...request }) {
      signal.throwIfAborted();
      const id = nextId++;
      const transfer: Transfer = { head: Promise.withResolvers(), piece: null };
      // First: what was not sent leaves nothing behind that a later abort could find.
      send({ t: 'media.open', id, ...request });
      transfers.set(id, transfer);
      signal.addEventListener('abort', () => drop(id), { once: true });
      const { status, headers, hasBody } = await transfer.head.promise;
      if (!hasBody) transfers.delete(id);
      return { status, headers, body: hasBody ? bodyOf(id, transfer) : null };
    },
    receive(message) {
      if (message.t === 'media.head') transfers.get(message.id)?.head.resolve(message);
      else if (message.t === 'media.piece') transfers.get(message.id)?.piece?.resolve(message.bytes);
      else if (message.t === 'media.end') {
        const transfer = transfers.get(message.id);
        transfers.delete(message.id);
        if (message.isWhole) transfer?.piece?.resolve(null);
        else transfer?.piece?.reject(new RoomError('file_damaged', 'The file ended before it was read.'));
      }
    },
    fail(error) {
      const all = [...transfers.values()];
      transfers.clear();
      for (const transfer of all) {
        transfer.head.reject(error);
        transfer.piece?.reject(error);
      }
    },
  };
}
