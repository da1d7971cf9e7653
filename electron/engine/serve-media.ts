import type { Readable } from 'node:stream';
import type { OpenMedia } from '#shared/contract/engine-wire.ts';
import type { MediaService } from '#core/media/media-service.ts';
import type { MainChannel } from './main-channel.ts';

type OpenBody = { readonly pieces: AsyncIterator<Buffer>; readonly abort: AbortController };

/**
 * Media for the shell: the head of an answer, then one piece per `media.pull`. Where a file may lie
 * and what a range means is decided in core; this only carries it.
 */
export function serveMedia(main: MainChannel, media: () => MediaService): void {
  const bodies = new Map<number, OpenBody>();
  const opening = new Map<number, AbortController>();

  async function open(request: OpenMedia): Promise<void> {
    const abort = new AbortController();
    opening.set(request.id, abort);
    const { mediaId, method, rangeHeader, ifRangeHeader, ifNoneMatchHeader } = request;
    const response = await media().open(mediaId, {
      method,
      rangeHeader,
      ifRangeHeader,
      ifNoneMatchHeader,
      signal: abort.signal,
    });
    opening.delete(request.id);
    const { body, status, headers } = response;
    if (abort.signal.aborted) body?.destroy();
    else if (body !== null) bodies.set(request.id, { pieces: piecesOf(body), abort });
    main.send({ t: 'media.head', id: request.id, status, headers, hasBody: body !== null });
  }

  async function pull(id: number): Promise<void> {
    const body = bodies.get(id);
    if (body === undefined) return;
    try {
      const next = await body.pieces.next();
      if (next.done !== true) {
        main.send({ t: 'media.piece', id, bytes: new Uint8Array(next.value) });
        return;
      }
      bodies.delete(id);
      main.send({ t: 'media.end', id, isWhole: !body.abort.signal.aborted });
    } catch {
      bodies.delete(id);
      main.send({ t: 'media.end', id, isWhole: false });
    }
  }

  function drop(id: number): void {
    opening.get(id)?.abort();
    const body = bodies.get(id);
    bodies.delete(id);
    body?.abort.abort();
    void body?.pieces.return?.();
  }

  main.listen((message) => {
    if (message.t === 'media.open') void open(message);
    else if (message.t === 'media.pull') void pull(message.id);
    else if (message.t === 'media.abort') drop(message.id);
  });
}

function piecesOf(body: Readable): AsyncIterator<Buffer> {
  return body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
}
