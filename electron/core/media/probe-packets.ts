import { Worker } from 'node:worker_threads';
import { ProbeFault } from './probe-result.ts';
import type { ProbeFailureCode } from './probe-result.ts';
import type { PacketListing } from './read-packets.ts';

export type PacketAnswer =
  | { readonly ok: true; readonly listing: PacketListing }
  | { readonly ok: false; readonly code: ProbeFailureCode; readonly message: string };

const defaultLimitMs = 8000;
const maxHeapMb = 256;

/**
 * Lists the packets of a file whose frames are not in one table: WebM, Matroska and fragmented MP4. The pipeline writes
 * none of these, so a thread for each is cheap enough, and it bounds the time and memory that a damaged file can take.
 *
 * Throws `ProbeFault` for bad data and for a file that was not read within `limitMs`; the signal's reason when it fires.
 */
export async function listPackets(
  path: string,
  signal: AbortSignal | undefined,
  limitMs: number = defaultLimitMs,
): Promise<PacketListing> {
  signal?.throwIfAborted();
  const worker = new Worker(new URL('./probe-packets.thread.ts', import.meta.url), {
    workerData: path,
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  });
  const limit = AbortSignal.timeout(limitMs);
  const stop = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  const ended = Promise.withResolvers<PacketAnswer>();
  const onStop = (): void => ended.reject(stop.reason);
  worker.once('message', ended.resolve);
  worker.once('error', ended.reject);
  worker.once('exit', () => ended.reject(new Error('the thread ended early')));
  stop.addEventListener('abort', onStop, { once: true });
  try {
    const answer = await ended.promise;
    if (answer.ok) return answer.listing;
    throw new ProbeFault(answer.code, answer.message);
  } catch (error) {
    if (error instanceof ProbeFault) throw error;
    signal?.throwIfAborted();
    if (limit.aborted) throw new ProbeFault('damaged', 'The structure of the file could not be read in time.');
    const why = error instanceof Error ? error.message : String(error);
    throw new ProbeFault('damaged', `The structure of the file can not be read: ${why}.`);
  } finally {
    stop.removeEventListener('abort', onStop);
    await worker.terminate();
  }
}
