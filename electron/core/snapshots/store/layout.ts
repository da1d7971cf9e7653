import { join } from 'node:path';

/** Where things are below `<backup root>/<instance>/room`, the part that is the room's own. */
export const layoutOf = (roomFolder: string) => ({
  room: roomFolder,
  /** A symbolic link to the newest snapshot that stands; moved last. */
  current: join(roomFolder, 'current'),
  lock: join(roomFolder, '.pull.lock.db'),
  ledger: join(roomFolder, '.ledger.json'),
  /** Held by whoever copies large files: they travel beside the pulls. */
  largeLock: join(roomFolder, '.large.lock.db'),
  staging: join(roomFolder, '.staging'),
  tree: join(roomFolder, '.staging', 'tree'),
  /** Small files that have arrived, one line each. */
  received: join(roomFolder, '.staging', 'received.ndjson'),
  /** Large files on their way, a folder each. */
  ranged: join(roomFolder, '.staging', 'ranged'),
  /** What is being put into place: written before, taken away after. */
  commit: join(roomFolder, '.staging', 'commit.json'),
});
export type Layout = ReturnType<typeof layoutOf>;

/** The same below `.large`, where large files are on their way beside the pulls. */
export function largeLayoutOf(layout: Layout): Layout {
  const { staging, tree, received, ranged, commit } = layoutOf(join(layout.room, '.large'));
  return { ...layout, staging, tree, received, ranged, commit };
}

export const manifestName = 'manifest.json';
export const oldManifestName = 'sync_manifest.txt';
