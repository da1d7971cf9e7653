import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * Rewrites a file in place, over and over, a block at a time, each block with another byte: as a checkpoint is
 * that is not written aside. At no moment until its end is there one version in the file; it ends with one.
 */
const { path, blockBytes, blocks } = workerData as {
  readonly path: string;
  readonly blockBytes: number;
  readonly blocks: number;
};
let isOver = false;
parentPort!.on('message', () => {
  isOver = true;
});
const file = await open(path, 'r+');
let written = 0;
const writeAll = async (byteOf: () => number): Promise<void> => {
  for (let i = 0; i < blocks; i++) {
    await file.write(Buffer.alloc(blockBytes, byteOf()), 0, blockBytes, i * blockBytes);
    // A pace at which a copy is always in the middle of it.
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
};
while (!isOver) {
  await writeAll(() => (written++ % 250) + 1);
  parentPort!.postMessage('rewritten');
}
await writeAll(() => 251);
await file.close();
parentPort!.postMessage(251);
parentPort!.close();
