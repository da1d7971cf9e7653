import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export type BytesOnDisk = {
  /** Only these folders hold them: every link of the file is below one of them. */
  readonly ownBytes: number;
  /** Others hold them as well: taking these folders away frees none of them. */
  readonly sharedBytes: number;
};

/** What folders take on the disk, links told apart. A clone is a file of its own here, as it is for the system. */
export function bytesOnDisk(paths: readonly string[]): BytesOnDisk {
  const seen = new Map<string, { links: number; readonly total: number; readonly bytes: number }>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) {
        const info = lstatSync(path);
        const known = seen.get(`${info.dev} ${info.ino}`);
        if (known === undefined)
          seen.set(`${info.dev} ${info.ino}`, { links: 1, total: info.nlink, bytes: info.blocks * 512 });
        else known.links += 1;
      }
    }
  };
  for (const path of paths) walk(path);
  let [ownBytes, sharedBytes] = [0, 0];
  for (const file of seen.values()) {
    if (file.links >= file.total) ownBytes += file.bytes;
    else sharedBytes += file.bytes;
  }
  return { ownBytes, sharedBytes };
}
