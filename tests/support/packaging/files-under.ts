import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Every file in a folder, by its path from there with `/`, in order; links are named, not followed. */
export function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() ? filesUnder(join(folder, entry.name)).map((path) => `${entry.name}/${path}`) : [entry.name],
    )
    .toSorted();
}
