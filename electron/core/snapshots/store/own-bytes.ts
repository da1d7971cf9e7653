import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes on disk that only these folders hold: files whose every link is below them. */
export function ownBytesOf(paths: readonly string[]): number {
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
  return [...seen.values()].reduce((sum, file) => (file.links >= file.total ? sum + file.bytes : sum), 0);
}
