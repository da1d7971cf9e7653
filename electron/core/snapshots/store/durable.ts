import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/** Writes a file that is whole under its name or not there, also after a power cut. */
export function writeDurably(path: string, content: string | Buffer): void {
  const unfinished = `${path}.tmp`;
  const file = openSync(unfinished, 'w', 0o644);
  try {
    writeSync(file, typeof content === 'string' ? Buffer.from(content) : content);
    // On macOS this flushes the drive's own cache as well, and with it everything that was written before.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
}

/** Makes renames in a folder last. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
