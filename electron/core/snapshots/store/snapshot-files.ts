import { basename, dirname } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import type { ManifestFile } from '#shared/model/snapshot-manifest.ts';
import { layoutOf } from './layout.ts';
import { readSnapshot } from './manifest-file.ts';

export type FileQuery = {
  /** A part of the path, upper and lower case alike; empty for every file. */
  readonly text: string;
  readonly origin: ManifestFile['origin'] | null;
  readonly offset: number;
  readonly limit: number;
};

/**
 * A page of the files that a manifest lists, by path. @throws RoomError file_missing when it can not be read: that is
 * no empty snapshot.
 */
export function readSnapshotFiles(
  path: string,
  query: FileQuery,
): { readonly items: ManifestFile[]; readonly matchCount: number } {
  const stored = readSnapshot(layoutOf(dirname(path)), basename(path));
  if (stored === null)
    throw new RoomError('file_missing', `The manifest in ${path} is missing or can not be read.`, {
      hint: 'Verify the snapshot, or bring it back from the mirror.',
    });
  const text = query.text.toLowerCase();
  const matching = stored.manifest.files.filter(
    (file) =>
      file.kind !== 'dir' &&
      (query.origin === null || file.origin === query.origin) &&
      file.path.toLowerCase().includes(text),
  );
  return { items: matching.slice(query.offset, query.offset + query.limit), matchCount: matching.length };
}
