import { PlayerError, type ClipMedia } from './types.ts';

/** A clip is kept whole in memory while it is open; beyond this it is no clip of the pipeline. */
const MAX_FILE_BYTES = 1024 ** 3;

/**
 * Reads a whole clip. `onProgress` gets bytes so far and the total (null when the server does not say).
 * Throws PlayerError: file_missing, forbidden, network_lost, too_large, cancelled.
 */
export async function loadBytes(
  media: ClipMedia,
  onProgress: (loadedBytes: number, totalBytes: number | null) => void,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return media.kind === 'file'
      ? await readFile(media.file, onProgress)
      : await fetchAll(media.url, onProgress, signal);
  } catch (thrown) {
    if (thrown instanceof PlayerError) throw thrown;
    if (signal.aborted) throw new PlayerError({ code: 'cancelled', message: 'Reading was cancelled.', hint: '' });
    if (media.kind === 'file') {
      throw new PlayerError({
        code: 'file_missing',
        message: 'The dropped file can no longer be read: it was moved, changed or its disk is gone.',
        hint: 'Drop the file again.',
      });
    }
    throw new PlayerError({
      code: 'network_lost',
      message: 'The connection to the room was lost while the clip was read.',
      hint: 'Check that the room is still running, then read it again.',
    });
  }
}

async function readFile(
  file: File,
  onProgress: (loadedBytes: number, totalBytes: number | null) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  refuseTooLarge(file.size);
  onProgress(0, file.size);
  const buffer = await file.arrayBuffer();
  onProgress(buffer.byteLength, file.size);
  return new Uint8Array(buffer);
}

async function fetchAll(
  url: string,
  onProgress: (loadedBytes: number, totalBytes: number | null) => void,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url, { signal, credentials: 'same-origin' });
  if (response.status === 404 || response.status === 410) {
    throw new PlayerError({
      code: 'file_missing',
      message: 'The file of this clip is gone from every place where it was seen. Its history stays.',
      hint: 'Bring its snapshot folder back or pull it again, then import it.',
    });
  }
  if (response.status === 401 || response.status === 403) {
    throw new PlayerError({
      code: 'forbidden',
      message: `The room refused to hand out this clip (HTTP ${response.status}).`,
      hint: 'Open the room again from the address it printed.',
    });
  }
  if (!response.ok || response.body === null) {
    throw new PlayerError({
      code: 'network_lost',
      message: `The room could not read this clip (HTTP ${response.status}).`,
      hint: 'Read it again; if it stays, the job list and the log of the room say more.',
    });
  }
  const declared = Number(response.headers.get('content-length') ?? Number.NaN);
  const totalBytes = Number.isFinite(declared) && response.headers.get('content-encoding') === null ? declared : null;
  if (totalBytes !== null) refuseTooLarge(totalBytes);
  onProgress(0, totalBytes);
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let loadedBytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    loadedBytes += value.byteLength;
    refuseTooLarge(loadedBytes);
    onProgress(loadedBytes, totalBytes);
  }
  if (totalBytes !== null && loadedBytes < totalBytes) {
    throw new PlayerError({
      code: 'network_lost',
      message: `Only ${loadedBytes} of ${totalBytes} bytes of the clip arrived.`,
      hint: 'Read it again.',
    });
  }
  const all = new Uint8Array(loadedBytes);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

function refuseTooLarge(sizeBytes: number): void {
  if (sizeBytes > MAX_FILE_BYTES) {
    throw new PlayerError({
      code: 'too_large',
      message: `The file has ${(sizeBytes / 1024 ** 3).toFixed(1)} GiB; the player reads clips up to 1 GiB.`,
      hint: 'Cut the part to compare into a clip of its own.',
    });
  }
}
