/// <reference lib="webworker" />
import { ClipDecoder } from './decode-clip.ts';
import { chooseConfig } from './decoder-config.ts';
import { openContainer } from './demux.ts';
import { loadBytes } from './load-bytes.ts';
import { makePoster } from './make-poster.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { toFault } from './faults.ts';
import type { ClipMedia } from './types.ts';

const scope = self as unknown as DedicatedWorkerGlobalScope;
const decoders = new Map<number, ClipDecoder>();
const running = new Map<string, AbortController>();
/** Wishes that arrive before the table is read. */
const earlyWishes = new Map<number, Extract<ToWorker, { t: 'want' }>>();

function send(message: FromWorker, moved: Transferable[] = []): void {
  scope.postMessage(message, moved);
}

async function open(clip: number, media: ClipMedia): Promise<void> {
  const abort = new AbortController();
  running.set(`clip ${clip}`, abort);
  try {
    const bytes = await loadBytes(
      media,
      (loadedBytes, totalBytes) => send({ t: 'progress', clip, loadedBytes, totalBytes }),
      abort.signal,
    );
    const container = await openContainer(bytes);
    const { config, acceleration } = await chooseConfig(container.config);
    if (abort.signal.aborted) return;
    send({
      t: 'opened',
      clip,
      facts: {
        table: container.table,
        codec: container.codec,
        widthPx: container.widthPx,
        heightPx: container.heightPx,
        rotationDegrees: container.rotationDegrees,
        isFlipped: container.isFlipped,
        fileBytes: bytes.byteLength,
        acceleration,
      },
    });
    const decoder = new ClipDecoder(container, config, {
      frame: (slot, planes) => send({ t: 'frame', clip, slot, planes }, [planes.data.buffer]),
      marked: (slots, state, reason) => send({ t: 'marked', clip, slots, state, reason }),
      settled: (wish) => send({ t: 'settled', clip, wish }),
    });
    decoders.set(clip, decoder);
    const early = earlyWishes.get(clip);
    earlyWishes.delete(clip);
    if (early !== undefined) decoder.want(early);
  } catch (thrown) {
    if (!abort.signal.aborted) send({ t: 'failed', clip, fault: toFault(thrown) });
  } finally {
    running.delete(`clip ${clip}`);
  }
}

async function poster(message: Extract<ToWorker, { t: 'poster' }>): Promise<void> {
  const abort = new AbortController();
  running.set(`job ${message.job}`, abort);
  try {
    const made = await makePoster(message.media, message.at, message.maxWidthPx, abort.signal);
    send({ t: 'poster', job: message.job, ...made }, [made.bitmap]);
  } catch (thrown) {
    send({ t: 'poster_failed', job: message.job, fault: toFault(thrown) });
  } finally {
    running.delete(`job ${message.job}`);
  }
}

scope.onmessage = (event: MessageEvent<ToWorker>) => {
  const message = event.data;
  switch (message.t) {
    case 'open':
      void open(message.clip, message.media);
      return;
    case 'want': {
      const decoder = decoders.get(message.clip);
      if (decoder === undefined) earlyWishes.set(message.clip, message);
      else decoder.want(message);
      return;
    }
    case 'dropped':
      decoders.get(message.clip)?.dropped(message.slots);
      return;
    case 'close':
      running.get(`clip ${message.clip}`)?.abort();
      decoders.get(message.clip)?.close();
      decoders.delete(message.clip);
      earlyWishes.delete(message.clip);
      return;
    case 'poster':
      void poster(message);
      return;
    case 'cancel':
      running.get(`job ${message.job}`)?.abort();
      return;
    default:
      message satisfies never;
  }
};
