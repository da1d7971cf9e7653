import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { SnapshotManifest } from '#shared/model/snapshot-manifest.ts';
import { isRegular, largestPieceBytes, type Piece } from './pieces.ts';
import { readPlainList } from './plain-list.ts';
import type { ListedObject, Rclone } from './rclone.ts';
import { parseManifest } from './snapshot-reader.ts';

/** A snapshot as the bucket describes it. */
export type BucketSnapshot = {
  readonly tag: string;
  readonly manifest: SnapshotManifest;
  readonly manifestText: string;
  /** Objects of each content, by the SHA-256 of the file. */
  readonly pieces: ReadonlyMap<string, readonly string[]>;
};

export type BucketSnapshots = {
  readonly good: readonly BucketSnapshot[];
  readonly bad: readonly { readonly tag: string; readonly because: string }[];
};

/**
 * Reads the manifests and lists of a machine from the bucket; what was read before is kept in `cache` and compared with
 * the SHA-1 of this listing.
 */
export async function readBucketSnapshots(options: {
  readonly rclone: Rclone;
  readonly root: string;
  readonly cache: string;
  /** Below `snapshots/`. */
  readonly listed: readonly ListedObject[];
  readonly signal: AbortSignal;
}): Promise<BucketSnapshots> {
  const { rclone, root, cache, listed, signal } = options;
  const bySha = new Map(listed.map((object) => [object.path, object]));
  const tags = listed.flatMap(({ path }) => /^([A-Za-z0-9][A-Za-z0-9._-]*)\.json$/.exec(path)?.[1] ?? []).toSorted();
  if (tags.length === 0) return { good: [], bad: [] };
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const good: BucketSnapshot[] = [];
  let bad: { readonly tag: string; readonly because: string }[] = [];
  const read = async (wanted: readonly string[]): Promise<void> => {
    await rclone.copy({ what: 'Reading manifests', from: root, to: cache, when: 'size_differs', signal });
    bad = [];
    for (const tag of wanted) {
      signal.throwIfAborted();
      try {
        const manifestText = await readKept(cache, `${tag}.json`, bySha);
        const pieces = readPlainList(await readKept(cache, `${tag}.list`, bySha));
        good.push({ tag, manifestText, manifest: parseManifest(manifestText, tag), pieces });
      } catch (thrown) {
        bad.push({ tag, because: toErrorPayload(thrown).message });
      }
    }
  };
  await read(tags);
  // What was changed on its way, now or in a check that was cut short, is in the bucket as it should be.
  if (bad.length > 0) await read(bad.map(({ tag }) => tag));
  return { good: good.toSorted((a, b) => (a.tag < b.tag ? -1 : 1)), bad };
}

async function readKept(cache: string, name: string, listed: ReadonlyMap<string, ListedObject>): Promise<string> {
  const path = join(cache, name);
  const object = listed.get(name);
  if (object === undefined) throw new RoomError('file_damaged', `${name} is not in the bucket.`);
  const bytes = await readFile(path);
  const sha1 = createHash('sha1').update(bytes).digest('hex');
  if (object.sizeBytes !== bytes.length || (object.sha1 !== null && object.sha1 !== sha1)) {
    // Read anew the next time.
    await rm(path, { force: true });
    throw new RoomError('file_damaged', `${name} did not come back as the bucket lists it.`, {
      hint: 'Check again; if it stays, look at it in the bucket.',
    });
  }
  return bytes.toString('utf8');
}

/** What each object of a snapshot must be. The SHA-1 of a part of a large file comes from `cut`, where it is known. */
export function objectsOf(
  snapshot: Pick<BucketSnapshot, 'manifest' | 'pieces'>,
  cut: ReadonlyMap<string, readonly Piece[]>,
): ReadonlyMap<string, { readonly sizeBytes: number | null; readonly sha1: string | null }> {
  const wanted = new Map<string, { sizeBytes: number | null; sha1: string | null }>();
  for (const file of snapshot.manifest.files) {
    if (!isRegular(file) || file.sizeBytes === 0) continue;
    const pieces = snapshot.pieces.get(file.sha256);
    if (pieces === undefined) {
      // The list does not say what it is made of: as good as missing.
      wanted.set(file.sha256, { sizeBytes: file.sizeBytes, sha1: file.sha1 });
      continue;
    }
    if (pieces.length === 1) {
      wanted.set(pieces[0]!, { sizeBytes: file.sizeBytes, sha1: file.sha1 });
      continue;
    }
    const known = cut.get(file.sha256);
    for (const [index, sha256] of pieces.entries()) {
      const isLast = index === pieces.length - 1;
      const sizeBytes = isLast ? file.sizeBytes - largestPieceBytes * (pieces.length - 1) : largestPieceBytes;
      wanted.set(sha256, { sizeBytes, sha1: known?.[index]?.sha1 ?? null });
    }
  }
  return wanted;
}
