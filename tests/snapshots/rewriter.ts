import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * Rewrites a file in place, over and over, each time with another byte in all of it, a block at a time: as a
 * checkpoint is that is not written aside. Ends, with the file whole, when it is told to.
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
let version = 0;
while (!isOver) {
  version = (version % 250) + 1;
  const block = Buffer.alloc(blockBytes, version);
  for (let i = 0; i < blocks; i++) {
    await file.write(block, 0, blockBytes, i * blockBytes);
    // A pace at which a copy is always in the middle of a version.
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  if (version === 1) parentPort!.postMessage('rewritten');
}
await file.close();
parentPort!.postMessage(version);
parentPort!.close();
