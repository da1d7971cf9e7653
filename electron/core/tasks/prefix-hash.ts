import { createHash, type Hash } from 'node:crypto';
import { open } from 'node:fs/promises';

const chunkBytes = 1024 * 1024;

/** SHA-256 of a growing prefix of a file: each byte is hashed once however often the mark moves. */
export class PrefixHash {
  readonly #path: string;
  readonly #hash: Hash = createHash('sha256');
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Hash of the first `bytes` bytes, hex. The mark only moves on. A file that ends before gives the hash of what is there. */
  async advanceTo(bytes: number, signal: AbortSignal): Promise<string> {
    if (bytes > this.#bytes) {
      const handle = await open(this.#path, 'r');
      try {
        const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, bytes - this.#bytes));
        while (this.#bytes < bytes) {
          signal.throwIfAborted();
          const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, bytes - this.#bytes), this.#bytes);
          if (bytesRead === 0) break;
          this.#hash.update(buffer.subarray(0, bytesRead));
          this.#bytes += bytesRead;
        }
      } finally {
        await handle.close();
      }
    }
    return this.#hash.copy().digest('hex');
  }
}
