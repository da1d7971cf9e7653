import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { say } from './say.mjs';

const lockPath = inRoot('.cache', 'setup.lock');

/**
 * Two commands started at once may not both install: the second waits for the first. The lock is a
 * file with a process id; a holder that is gone holds nothing.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSetupLock(work) {
  mkdirSync(inRoot('.cache'), { recursive: true });
  let toldWaiting = false;
  while (!takeLock()) {
    if (!toldWaiting) say('Another command is setting up here: waiting for it');
    toldWaiting = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    return await work();
  } finally {
    rmSync(lockPath, { force: true });
  }
}

function takeLock() {
  try {
    writeFileSync(lockPath, String(process.pid), { flag: 'wx' });
    return true;
  } catch (thrown) {
    if (/** @type {NodeJS.ErrnoException} */ (thrown).code !== 'EEXIST') throw thrown;
  }
  if (!holderLives()) rmSync(lockPath, { force: true });
  return false;
}

function holderLives() {
  try {
    const holder = Number(readFileSync(lockPath, 'utf8'));
    // The holder writes its id right after it made the file: an empty one is a holder at its start.
    if (!Number.isInteger(holder) || holder <= 0) return true;
    process.kill(holder, 0);
    return true;
  } catch (thrown) {
    // EPERM: it lives, as another user.
    return /** @type {NodeJS.ErrnoException} */ (thrown).code === 'EPERM';
  }
}
