import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeNames, type MirrorDeps } from './context.ts';
import { objectNameOf, type SourcePiece } from './pieces.ts';
import type { Rclone } from './rclone.ts';

type CopyOptions = Parameters<Rclone['copy']>[0];

/**
 * Uploads pieces of a snapshot under the names of their hashes, by way of a folder of links and copies that is taken
 * away again. Their bytes are hashed while they are staged.
 * @param how `from` is the folder of the snapshot, `to` that of the objects in the bucket.
 * @returns the SHA-1 of each piece by its SHA-256.
 */
export async function uploadBatch(
  batch: readonly SourcePiece[],
  how: Omit<CopyOptions, 'listFile'> & {
    readonly staging: string;
    readonly rclone: Rclone;
    readonly signal: AbortSignal;
  },
  deps: Pick<MirrorDeps, 'tasks'>,
): Promise<ReadonlyMap<string, string>> {
  const { staging, rclone, from, ...copy } = how;
  const folder = join(staging, 'objects');
  await mkdir(folder);
  const sha1s = await deps.tasks.call(
    'mirror.stage',
    { folder: from, target: folder, pieces: batch },
    { signal: how.signal },
  );
  const listFile = await writeNames(
    staging,
    'names',
    batch.map((piece) => objectNameOf(piece.sha256)),
  );
  await rclone.copy({ ...copy, from: folder, listFile });
  await rm(folder, { recursive: true, force: true });
  return new Map(sha1s);
}
