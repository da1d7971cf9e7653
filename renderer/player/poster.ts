import type { FromWorker, ToWorker } from './messages.ts';
import { PlayerError } from './types.ts';

/** Which frame stands for the clip; a number is a share of its length, from 0 up to 1. */
export type PosterFrame = 'first' | 'middle' | number;

export type PosterOptions = {
  readonly at?: PosterFrame;
  /** The poster is at most this wide, in device pixels. */
  readonly maxWidthPx?: number;
  /** Leaves the queue (or stops the work) when nobody looks any more. */
  readonly signal?: AbortSignal;
};

/** Draw the bitmap with `drawImage`; do not close it, it is shared. `frame` is the clip's own frame number. */
export type Poster = {
  readonly bitmap: ImageBitmap;
  readonly frame: number;
  readonly frameCount: number;
  readonly widthPx: number;
  readonly heightPx: number;
};

type Job = {
  readonly id: number;
  readonly key: string;
  readonly mediaId: string;
  readonly at: PosterFrame;
  readonly maxWidthPx: number;
  readonly result: Promise<Poster>;
  readonly resolve: (poster: Poster) => void;
  readonly reject: (error: PlayerError) => void;
  /** Callers still waiting; at none, the job is dropped. */
  waiters: number;
};

const CONCURRENT = 2;
const KEPT_POSTERS = 160;
const cache = new Map<string, Poster>();
const jobs = new Map<string, Job>();
const queue: Job[] = [];
const active = new Map<number, Job>();
let worker: Worker | null = null;
let lastId = 0;

/**
 * One small picture of a clip, from memory or decoded in the background (two at a time, newest wish first).
 * Rejects with PlayerError: file_missing, codec_refused, not_a_video, no_frames, decoder_failed, network_lost, cancelled.
 */
export async function getPoster(mediaId: string, options: PosterOptions = {}): Promise<Poster> {
  const at = options.at ?? 'middle';
  const maxWidthPx = options.maxWidthPx ?? 320;
  const key = `${mediaId} ${at} ${maxWidthPx}`;
  const kept = cache.get(key);
  if (kept !== undefined) {
    cache.delete(key);
    cache.set(key, kept);
    return kept;
  }
  if (options.signal?.aborted === true) throw cancelled();
  const job = jobs.get(key) ?? addJob(key, mediaId, at, maxWidthPx);
  job.waiters += 1;
  const { signal } = options;
  if (signal === undefined) return await job.result;
  return await new Promise<Poster>((resolve, reject) => {
    const stop = (): void => {
      job.waiters -= 1;
      if (job.waiters === 0) drop(job);
      reject(cancelled());
    };
    signal.addEventListener('abort', stop, { once: true });
    job.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function addJob(key: string, mediaId: string, at: PosterFrame, maxWidthPx: number): Job {
  lastId += 1;
  const { promise, resolve, reject } = Promise.withResolvers<Poster>();
  // A job without waiters left may still fail: nobody is to be told then.
  promise.catch(() => {});
  const job: Job = { id: lastId, key, mediaId, at, maxWidthPx, result: promise, resolve, reject, waiters: 0 };
  jobs.set(key, job);
  queue.push(job);
  startNext();
  return job;
}

function startNext(): void {
  while (active.size < CONCURRENT && queue.length > 0) {
    const job = queue.pop()!;
    active.set(job.id, job);
    post({
      t: 'poster',
      job: job.id,
      media: { kind: 'url', url: `/media/${encodeURIComponent(job.mediaId)}` },
      at: job.at,
      maxWidthPx: job.maxWidthPx,
    });
  }
}

function drop(job: Job): void {
  jobs.delete(job.key);
  const waiting = queue.indexOf(job);
  if (waiting >= 0) queue.splice(waiting, 1);
  if (active.has(job.id)) post({ t: 'cancel', job: job.id });
}

function post(message: ToWorker): void {
  if (worker === null) {
    worker = new Worker(new URL('./clip.worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = (event: MessageEvent<FromWorker>) => receive(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      for (const job of active.values())
        settle(
          job,
          null,
          new PlayerError({ code: 'decoder_failed', message: 'The poster worker stopped.', hint: 'Reload the page.' }),
        );
      worker = null;
      startNext();
    };
  }
  worker.postMessage(message);
}

function receive(message: FromWorker): void {
  if (message.t !== 'poster' && message.t !== 'poster_failed') return;
  const job = active.get(message.job);
  if (job === undefined) return;
  if (message.t === 'poster') {
    const { bitmap, frame, frameCount, widthPx, heightPx } = message;
    settle(job, { bitmap, frame, frameCount, widthPx, heightPx }, null);
  } else {
    settle(job, null, new PlayerError(message.fault));
  }
  startNext();
}

function settle(job: Job, poster: Poster | null, error: PlayerError | null): void {
  active.delete(job.id);
  if (jobs.get(job.key) === job) jobs.delete(job.key);
  if (poster !== null) {
    cache.set(job.key, poster);
    const oldest = cache.keys().next().value;
    if (cache.size > KEPT_POSTERS && oldest !== undefined) cache.delete(oldest);
    job.resolve(poster);
  } else {
    job.reject(error ?? cancelled());
  }
}

function cancelled(): PlayerError {
  return new PlayerError({ code: 'cancelled', message: 'The poster is no longer wanted.', hint: '' });
}
