import type { FromWorker, ToWorker } from './messages.ts';
import type { ClipMedia, PlayerFault } from './types.ts';

type ClipMessage = Extract<FromWorker, { clip: number }>;

/** One worker for the clips of one comparison. Closing it gives back all their memory there. */
export class DecodeHost {
  readonly #worker: Worker;
  readonly #listeners = new Map<number, (message: ClipMessage) => void>();
  #lastClip = 0;

  constructor() {
    this.#worker = new Worker(new URL('./clip.worker.ts', import.meta.url), { type: 'module' });
    this.#worker.onmessage = (event: MessageEvent<FromWorker>) => {
      if ('clip' in event.data) this.#listeners.get(event.data.clip)?.(event.data);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      const fault: PlayerFault = {
        code: 'decoder_failed',
        message: `The decoding worker stopped: ${event.message || 'its script could not be loaded'}.`,
        hint: 'Reload the page. The clips were not touched.',
      };
      for (const [clip, listener] of this.#listeners) listener({ t: 'failed', clip, fault });
    };
  }

  open(media: ClipMedia, listener: (message: ClipMessage) => void): number {
    this.#lastClip += 1;
    this.#listeners.set(this.#lastClip, listener);
    this.post({ t: 'open', clip: this.#lastClip, media });
    return this.#lastClip;
  }

  post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  closeClip(clip: number): void {
    this.#listeners.delete(clip);
    this.post({ t: 'close', clip });
  }

  close(): void {
    this.#listeners.clear();
    this.#worker.terminate();
  }
}
