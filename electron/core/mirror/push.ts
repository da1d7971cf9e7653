import type { MethodOutput } from '#shared/contract/index.ts';
import { toErrorPayload } from '#shared/errors.ts';
import type { MirroredSnapshot } from '#shared/model/mirror.ts';
import type { JobContext } from '../jobs/job-context.ts';
import {
  damagedError,
  faultOf,
  listEverything,
  nowIso,
  toSeen,
  withStaging,
  writeNames,
  type MirrorDeps,
} from './context.ts';
import { batchesOf } from './batches.ts';
import { uploadBatch } from './upload-batch.ts';
import { cutLargeFiles } from './cut-large-files.ts';
import { formatPlainList } from './plain-list.ts';
import { objectNameOf, sourcePieces, type SourcePiece } from './pieces.ts';
import type { ListedObject, Rclone } from './rclone.ts';
import type { MirrorRemote } from './remote.ts';
import { loadSnapshot, type LoadedSnapshot } from './snapshot-reader.ts';
import { proveFiles } from './prove-files.ts';
import type { SeenObject } from './store.ts';

const oldestListingMs = 24 * 60 * 60 * 1000;
/** Above this many, one listing of everything is fewer calls than asking for each. */
const askOneByOne = 100;

type Opened = { readonly remote: MirrorRemote; readonly rclone: Rclone };

/**
 * Stores a verified snapshot by content: objects that the bucket lacks, the plain list, a listing that shows every new
 * object, and the manifest last. Only then is it `mirrored`. What arrived before an interruption is not sent again.
 */
export async function pushSnapshot(
  input: { readonly snapshotId?: string | undefined; readonly path?: string | undefined },
  context: JobContext,
  deps: MirrorDeps,
): Promise<MethodOutput<'mirror.push'>> {
  const opened = await deps.open('mirror');
  const { remote } = opened;
  const snapshot = await context.step('Read the snapshot', () => loadSnapshot(deps.snapshots, input));
  await deps.database.write('mirror.remember', { id: remote.id, label: remote.label });
  const { instanceId, tag, snapshotId, totals } = snapshot.manifest;
  const save = async (state: MirroredSnapshot['state'], because: string, at: string | null): Promise<void> => {
    await deps.database.write('mirror.saveSnapshots', {
      remoteId: remote.id,
      snapshots: [
        {
          instanceId,
          tag,
          source: 'room',
          snapshotId,
          state,
          because,
          manifestSha256: snapshot.manifestSha256,
          fileCount: totals.fileCount,
          totalBytes: totals.totalBytes,
          pushedAt: at,
          checkedAt: at,
        },
      ],
    });
    deps.emit({ name: 'mirror.changed', payload: {} });
  };
  try {
    const done = await withStaging(deps, `push-${instanceId}`, (staging) =>
      upload(snapshot, staging, opened, context, deps),
    );
    await save('mirrored', `A listing showed the manifest and ${done.uploadedObjects} new objects.`, done.provedAt);
    return {
      state: 'mirrored',
      instanceId,
      tag,
      snapshotId,
      remote: `${remote.label}/${instanceId}/snapshots/${tag}.json`,
      fileCount: totals.fileCount,
      totalBytes: totals.totalBytes,
      ...done,
    };
  } catch (thrown) {
    const { message, details } = toErrorPayload(thrown);
    const earlier = await deps.database.read('mirror.snapshots', { instanceId, remoteId: remote.id });
    const wasMirrored = earlier.some((row) => row.source === 'room' && row.tag === tag && row.state === 'mirrored');
    // What was proved once stays proved when nobody could look again; evidence against it counts.
    if (details?.['damaged'] !== undefined) await save('incomplete', message, nowIso(deps.clock));
    else if (!wasMirrored) await save('failed', message, null);
    throw thrown;
  }
}

async function upload(
  snapshot: LoadedSnapshot,
  staging: string,
  opened: Opened,
  context: JobContext,
  deps: MirrorDeps,
) {
  const { manifest } = snapshot;
  const { remote } = opened;
  const place = { remoteId: remote.id, instanceId: manifest.instanceId };
  const { known, listedAt } = await context.step('Look at what is there', () =>
    knownObjects(deps, opened, manifest.instanceId, context.signal),
  );
  const cut = await context.step('Cut large files', () => cutLargeFiles(snapshot, context, deps));
  const wanted = sourcePieces(manifest, cut);
  const damaged = [...wanted.values()].flatMap((piece) => {
    const seen = known.get(piece.sha256);
    const because = seen === undefined ? null : faultOf(piece, seen);
    return because === null ? [] : [{ name: objectNameOf(piece.sha256), because }];
  });
  if (damaged.length > 0) throw damagedError('Not mirrored', damaged);
  const missing = [...wanted.values()].filter((piece) => !known.has(piece.sha256));
  const root = remote.rootOf(manifest.instanceId);

  const expected = await context.step('Upload new bytes', () =>
    uploadPieces(missing, snapshot, staging, `${root}/objects`, opened.rclone, context, deps),
  );
  const seenAt = nowIso(deps.clock);
  const proved = await context.step('Prove by a listing', async () => {
    if (expected.length === 0) return [];
    const seen = await seeObjects(expected, known.size, staging, `${root}/objects`, opened.rclone, context.signal);
    const faults = expected.flatMap((piece) => {
      const because = faultOf(piece, seen.get(piece.sha256));
      return because === null ? [] : [{ name: objectNameOf(piece.sha256), because }];
    });
    if (faults.length > 0) throw damagedError('Not mirrored', faults);
    const objects = expected.map((piece) => seen.get(piece.sha256)!);
    return readBackUnhashed(objects, staging, `${root}/objects`, opened.rclone, context.signal);
  });
  await deps.database.write('mirror.saw', { ...place, at: seenAt, objects: proved });

  const provedAt = await context.step('Close with the manifest', async () => {
    const files = [
      { name: `${manifest.tag}.list`, text: formatPlainList(manifest, cut) },
      // Last: a manifest in the bucket means a whole snapshot.
      { name: `${manifest.tag}.json`, text: snapshot.manifestText },
    ];
    await proveFiles(files, staging, `${root}/snapshots`, opened.rclone, context.signal);
    return nowIso(deps.clock);
  });
  return {
    uploadedObjects: expected.length,
    uploadedBytes: expected.reduce((sum, piece) => sum + piece.sizeBytes, 0),
    reusedObjects: wanted.size - missing.length,
    provedAt,
    listedAt,
  };
}

/** What the history knows of the bucket, listed anew when that is a day old. */
async function knownObjects(deps: MirrorDeps, opened: Opened, instanceId: string, signal: AbortSignal) {
  const place = { remoteId: opened.remote.id, instanceId };
  const listedAt = await deps.database.read('mirror.listedAt', place);
  const ageMs = listedAt === null ? Infinity : deps.clock.now() - Date.parse(listedAt);
  // A clock that was set back must not keep an old listing alive.
  if (listedAt === null || ageMs > oldestListingMs || ageMs < 0) {
    const { objects, listedAt: at } = await listEverything(deps, opened, instanceId, signal);
    return { known: objects, listedAt: at };
  }
  const objects = await deps.database.read('mirror.objects', place);
  return { known: new Map<string, SeenObject>(objects.map((object) => [object.sha256, object])), listedAt };
}

/** Uploads in batches, so that copies of parts of large files need little room. Answers with the SHA-1 of each. */
async function uploadPieces(
  missing: readonly SourcePiece[],
  snapshot: LoadedSnapshot,
  staging: string,
  root: string,
  rclone: Rclone,
  context: JobContext,
  deps: MirrorDeps,
): Promise<readonly (SeenObject & { readonly sha1: string })[]> {
  const total = missing.reduce((sum, piece) => sum + piece.sizeBytes, 0);
  const uploaded: (SeenObject & { readonly sha1: string })[] = [];
  let doneBytes = 0;
  for (const batch of batchesOf(missing)) {
    const sha1s = await uploadBatch(
      batch,
      {
        what: 'Uploading',
        from: snapshot.path,
        to: root,
        when: 'missing',
        staging,
        rclone,
        signal: context.signal,
        onStats: (stats) =>
          context.progress({
            done: doneBytes + stats.bytes,
            total,
            unit: 'bytes',
            message: `${uploaded.length + stats.transfers} of ${missing.length} objects`,
          }),
      },
      deps,
    );
    for (const { sha256, sizeBytes } of batch) uploaded.push({ sha256, sizeBytes, sha1: sha1s.get(sha256)! });
    doneBytes += batch.reduce((sum, piece) => sum + piece.sizeBytes, 0);
    context.progress({
      done: doneBytes,
      total,
      unit: 'bytes',
      message: `${uploaded.length} of ${missing.length} objects`,
    });
  }
  return uploaded;
}

/** New objects as a listing of this moment shows them. */
async function seeObjects(
  expected: readonly SeenObject[],
  knownCount: number,
  staging: string,
  root: string,
  rclone: Rclone,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SeenObject>> {
  const isFew = expected.length <= Math.max(askOneByOne, Math.ceil((knownCount + expected.length) / 1000));
  const listFile = isFew
    ? await writeNames(
        staging,
        'names',
        expected.map((object) => objectNameOf(object.sha256)),
      )
    : undefined;
  const listed: ListedObject[] = [];
  await rclone.list({
    what: 'Listing what was uploaded',
    root,
    ...(listFile === undefined ? {} : { listFile }),
    signal,
    onObject: (object) => listed.push(object),
  });
  return new Map(toSeen(listed).map((object) => [object.sha256, object]));
}

/** An object that the bucket has no SHA-1 of is read back instead. */
async function readBackUnhashed(
  objects: readonly SeenObject[],
  staging: string,
  root: string,
  rclone: Rclone,
  signal: AbortSignal,
): Promise<readonly SeenObject[]> {
  const unhashed = objects.filter((object) => object.sha1 === null);
  if (unhashed.length === 0) return objects;
  const listFile = await writeNames(
    staging,
    'names',
    unhashed.map((object) => objectNameOf(object.sha256)),
  );
  const { sums } = await rclone.readBack({ what: 'Reading back', root, listFile, signal });
  const faults = unhashed
    .filter(({ sha256 }) => sums.get(objectNameOf(sha256)) !== sha256)
    .map(({ sha256 }) => ({ name: objectNameOf(sha256), because: 'Its bytes came back different, or not at all.' }));
  if (faults.length > 0) throw damagedError('Not mirrored', faults);
  return objects;
}
