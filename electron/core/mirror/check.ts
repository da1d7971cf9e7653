import { join } from 'node:path';
import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { MirroredSnapshot } from '#shared/model/mirror.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { objectsOf, readBucketSnapshots, type BucketSnapshots } from './bucket-manifests.ts';
import { faultOf, nowIso, toSeen, withStaging, type MirrorDeps } from './context.ts';
import { filesToCut, objectNameOf, type Piece } from './pieces.ts';
import type { ListedObject, Rclone } from './rclone.ts';
import { readDueObjects } from './read-due-objects.ts';
import { sha256Of } from './snapshot-reader.ts';
import type { SeenObject } from './store.ts';

/** Everything below the folder of a machine, by what it is. */
type BucketListing = {
  readonly objects: readonly SeenObject[];
  readonly snapshots: readonly ListedObject[];
  /** Copies of the old script, by tag. */
  readonly oldCopies: ReadonlyMap<string, { fileCount: number; totalBytes: number }>;
};

/**
 * Lists the bucket, holds every manifest in it against that listing, and reads back the objects whose turn it is.
 * What it finds is written to the history; a damaged or missing object makes each snapshot that needs it `incomplete`.
 */
export async function checkMirror(
  input: MethodParsedInput<'mirror.check'>,
  context: JobContext,
  deps: MirrorDeps,
): Promise<MethodOutput<'mirror.check'>> {
  const { remote, rclone } = await deps.open('mirror');
  const { instanceId } = input;
  const root = remote.rootOf(instanceId);
  const place = { remoteId: remote.id, instanceId };
  await deps.database.write('mirror.remember', { id: remote.id, label: remote.label });

  const { listing, listedAt } = await context.step('List the bucket', async () => {
    const at = nowIso(deps.clock);
    const found = await listMachine(rclone, root, context.signal);
    await deps.database.write('mirror.listed', { ...place, at, objects: found.objects });
    return { listing: found, listedAt: at };
  });
  const bucket = await context.step('Read the manifests', () =>
    readBucketSnapshots({
      rclone,
      root: `${root}/snapshots`,
      cache: join(deps.manifestFolder, remote.id, instanceId),
      listed: listing.snapshots,
      signal: context.signal,
    }),
  );
  const readBack = await context.step('Read objects back', () =>
    withStaging(deps, `check-${instanceId}`, (staging) =>
      readDueObjects({ input, place, root: `${root}/objects`, rclone, staging, context, deps }),
    ),
  );
  const damaged = new Map(readBack.damaged.map((each) => [each.name.slice(3), each.because]));
  const snapshots = await context.step('Compare', async () => {
    const compared = await compare(bucket, listing, damaged, deps);
    const checked = compared.map((each) => ({ ...each, instanceId, checkedAt: listedAt }));
    const gone = await goneFrom(deps, place, checked, listedAt);
    await deps.database.write('mirror.saveSnapshots', { remoteId: remote.id, snapshots: [...checked, ...gone] });
    return [...checked, ...gone];
  });
  deps.emit({ name: 'mirror.changed', payload: {} });
  if (readBack.unreadCount > 0)
    throw new RoomError(
      'could_not_tell',
      `${readBack.unreadCount} objects could not be read back, so nothing is said of them.`,
      { hint: 'Check again when the bucket can be reached.' },
    );
  return {
    remote: remote.label,
    listedAt,
    objectCount: listing.objects.length,
    objectBytes: listing.objects.reduce((sum, object) => sum + object.sizeBytes, 0),
    snapshots,
    damaged: [...damaged].map(([sha256, because]) => ({ name: objectNameOf(sha256), because })),
    readBack: { count: readBack.count, bytes: readBack.bytes, oldestAt: readBack.oldestAt },
  };
}

async function listMachine(rclone: Rclone, root: string, signal: AbortSignal): Promise<BucketListing> {
  const objects: ListedObject[] = [];
  const snapshots: ListedObject[] = [];
  const oldCopies = new Map<string, { fileCount: number; totalBytes: number }>();
  const below = (object: ListedObject, folder: string): ListedObject => ({
    ...object,
    path: object.path.slice(folder.length + 1),
  });
  await rclone.list({
    what: 'Listing the bucket',
    root,
    signal,
    onObject: (object) => {
      const folder = object.path.split('/', 1)[0]!;
      if (folder === 'objects') objects.push(below(object, folder));
      else if (folder === 'snapshots') snapshots.push(below(object, folder));
      else if (folder !== object.path) {
        const copy = oldCopies.get(folder) ?? { fileCount: 0, totalBytes: 0 };
        copy.fileCount += 1;
        copy.totalBytes += object.sizeBytes;
        oldCopies.set(folder, copy);
      }
    },
  });
  return { objects: toSeen(objects), snapshots, oldCopies };
}

type Compared = Omit<MirroredSnapshot, 'instanceId' | 'checkedAt'>;

async function compare(
  bucket: BucketSnapshots,
  listing: BucketListing,
  damaged: Map<string, string>,
  deps: MirrorDeps,
): Promise<Compared[]> {
  const seen = new Map(listing.objects.map((object) => [object.sha256, object]));
  const large = bucket.good.flatMap(({ manifest }) => filesToCut(manifest).map((file) => file.sha256));
  const cut = new Map<string, readonly Piece[]>(
    await deps.database.read('mirror.pieces', { sha256s: [...new Set(large)] }),
  );
  const rows: Compared[] = bucket.good.map((snapshot) => {
    const { manifest, tag } = snapshot;
    const faults: string[] = [];
    for (const [sha256, wanted] of objectsOf(snapshot, cut)) {
      const object = seen.get(sha256);
      const because =
        damaged.get(sha256) ??
        faultOf({ sizeBytes: wanted.sizeBytes ?? object?.sizeBytes ?? 0, sha1: wanted.sha1 }, object);
      if (because === null) continue;
      faults.push(`${objectNameOf(sha256)}: ${because}`);
      damaged.set(sha256, because);
    }
    return {
      tag,
      source: 'room',
      snapshotId: manifest.snapshotId,
      state: faults.length === 0 ? 'mirrored' : 'incomplete',
      because:
        faults.length === 0
          ? 'Every object of its manifest is listed with its size and SHA-1.'
          : `${faults.length} objects are missing or damaged. ${faults[0]}`,
      manifestSha256: sha256Of(snapshot.manifestText),
      fileCount: manifest.totals.fileCount,
      totalBytes: manifest.totals.totalBytes,
      pushedAt: null,
    };
  });
  const unknownFacts = { snapshotId: null, manifestSha256: null, pushedAt: null } as const;
  for (const { tag, because } of bucket.bad)
    rows.push({
      ...unknownFacts,
      tag,
      source: 'room',
      state: 'incomplete',
      because,
      fileCount: null,
      totalBytes: null,
    });
  for (const [tag, copy] of listing.oldCopies) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(tag)) continue;
    const because = 'A copy of the old script: it has no manifest to be compared with.';
    rows.push({ ...unknownFacts, tag, source: 'old_script', state: 'unchecked', because, ...copy });
  }
  return rows;
}

/** Snapshots that were there once and are not listed any more. */
async function goneFrom(
  deps: MirrorDeps,
  place: { readonly remoteId: string; readonly instanceId: string },
  checked: readonly MirroredSnapshot[],
  at: string,
): Promise<MirroredSnapshot[]> {
  const there = new Set(checked.map((row) => `${row.source} ${row.tag}`));
  const known = await deps.database.read('mirror.snapshots', place);
  return known
    .filter((row) => !there.has(`${row.source} ${row.tag}`) && row.state !== 'failed')
    .map(({ remote: _label, ...row }) => ({
      ...row,
      state: 'incomplete' as const,
      because: 'It is not in the bucket any more.',
      checkedAt: at,
    }));
}
