import { mkdir, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { SnapshotManifest } from '#shared/model/snapshot-manifest.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { withStaging, writeNames, type MirrorDeps } from './context.ts';
import { isRegular, objectNameOf } from './pieces.ts';
import { readPlainList } from './plain-list.ts';
import type { Rclone } from './rclone.ts';
import type { RestoreFile } from './restore-files.ts';
import { parseManifest, sha256Of } from './snapshot-reader.ts';

const batchBytes = 1024 * 1024 * 1024;
const mostFiles = 5000;

/**
 * Brings a snapshot back into a folder that does not exist yet. Everything is put together beside it and compared with
 * the manifest, byte by byte; the folder has its name only when all of it is right.
 */
export async function pullMirror(
  input: MethodParsedInput<'mirror.pull'>,
  context: JobContext,
  deps: MirrorDeps,
): Promise<MethodOutput<'mirror.pull'>> {
  const { remote, rclone } = await deps.open('mirror');
  const { instanceId, tag, source } = input;
  if (input.files !== undefined && (source !== 'room' || input.path === undefined))
    throw new RoomError('invalid_input', 'Single files come from a copy of this room, into a folder that is named.', {
      hint: 'Give `path`, a folder that does not exist yet, and leave `source` out.',
    });
  const path = input.path ?? deps.snapshots.folderFor(instanceId, tag);
  if (!isAbsolute(path)) throw new RoomError('invalid_input', `${path} is not an absolute path.`);
  await refuseExisting(path);
  const partial = `${path}.restoring`;
  const root = remote.rootOf(instanceId);
  const done =
    source === 'room'
      ? await pullByContent({ root, tag, partial, rclone, context, deps, instanceId, only: input.files ?? null })
      : await pullOldCopy({ root, tag, partial, rclone, context });
  await context.step('Put it in place', async () => {
    await refuseExisting(path);
    await rename(partial, path);
  });
  const { restored, ...facts } = done;
  const isAdopted = restored !== null && (await deps.snapshots.adopt({ ...restored, path }));
  return { instanceId, tag, source, path, ...facts, snapshotId: isAdopted ? restored.manifest.snapshotId : null };
}

async function refuseExisting(path: string): Promise<void> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere)
    throw new RoomError('conflict', `${path} is there already, and nothing is written over.`, {
      hint: 'Name a folder that does not exist.',
    });
}

type Pulling = {
  readonly root: string;
  readonly tag: string;
  readonly partial: string;
  readonly rclone: Rclone;
  readonly context: JobContext;
};
type Pulled = {
  readonly fileCount: number;
  readonly totalBytes: number;
  readonly verified: boolean;
  readonly restored: { readonly manifest: SnapshotManifest; readonly manifestSha256: string } | null;
};

async function pullByContent(
  options: Pulling & {
    readonly deps: MirrorDeps;
    readonly instanceId: string;
    /** Paths of the files that are wanted; null: all of it. */
    readonly only: readonly string[] | null;
  },
): Promise<Pulled> {
  const { root, tag, partial, rclone, context, deps, instanceId, only } = options;
  const { signal } = context;
  const { text, manifest, pieces } = await context.step('Read the manifest', async () => {
    const at = `${root}/snapshots/${tag}`;
    const manifestText = (await rclone.cat({ what: 'Reading the manifest', object: `${at}.json`, signal })).toString();
    const list = (await rclone.cat({ what: 'Reading the list', object: `${at}.list`, signal })).toString();
    return { text: manifestText, manifest: parseManifest(manifestText, tag), pieces: readPlainList(list) };
  });
  if (manifest.instanceId !== instanceId || manifest.tag !== tag)
    throw new RoomError('file_damaged', `The manifest under ${tag} is one of ${manifest.instanceId}, ${manifest.tag}.`);
  // Files are made before links, so that none is ever written through one.
  refuseLinksInPaths(manifest);
  const wanted = only === null ? null : new Set(only);
  const files = manifest.files.flatMap((file): RestoreFile[] => {
    if (!isRegular(file) || wanted?.has(file.path) === false) return [];
    const found = pieces.get(file.sha256);
    if (found === undefined)
      throw new RoomError('file_damaged', `The list of ${tag} does not say what ${file.path} is made of.`);
    return [{ path: file.path, sha256: file.sha256, sizeBytes: file.sizeBytes, mtimeNs: file.mtimeNs, pieces: found }];
  });
  const missing = only?.find((path) => !files.some((file) => file.path === path));
  if (missing !== undefined) throw new RoomError('not_found', `Snapshot ${tag} has no file ${missing}.`);
  await mkdir(partial, { recursive: true });
  const total = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  await context.step('Bring the bytes back', () =>
    withStaging(deps, `pull-${instanceId}`, async (staging) => {
      let [doneBytes, doneFiles] = [0, 0];
      for (const batch of batchesOf(files)) {
        const objects = join(staging, 'objects');
        const names = new Set(batch.flatMap((file) => file.pieces.map(objectNameOf)));
        if (names.size > 0)
          await rclone.copy({
            what: 'Downloading',
            from: `${root}/objects`,
            to: objects,
            listFile: await writeNames(staging, 'names', names),
            when: 'always',
            signal,
            onStats: (stats) =>
              context.progress({
                done: Math.min(total, doneBytes + stats.bytes),
                total,
                unit: 'bytes',
                message: `${doneFiles} of ${files.length} files verified`,
              }),
          });
        await deps.tasks.call('mirror.restore', { objects, target: partial, files: batch }, { signal });
        await rm(objects, { recursive: true, force: true });
        doneBytes += batch.reduce((sum, file) => sum + file.sizeBytes, 0);
        doneFiles += batch.length;
        const message = `${doneFiles} of ${files.length} files verified`;
        context.progress({ done: doneBytes, total, unit: 'bytes', message });
      }
    }),
  );
  const facts = { fileCount: files.length, totalBytes: total, verified: true };
  if (only !== null) return { ...facts, restored: null };
  await context.step('Folders, links and the manifest', async () => {
    for (const { kind, path } of manifest.files)
      if (kind === 'dir') await mkdir(join(partial, path), { recursive: true });
    for (const { kind, path, linkTarget } of manifest.files) {
      if (kind !== 'symlink' || linkTarget === null) continue;
      await mkdir(dirname(join(partial, path)), { recursive: true });
      await rm(join(partial, path), { force: true });
      await symlink(linkTarget, join(partial, path));
      if ((await readlink(join(partial, path))) !== linkTarget)
        throw new RoomError('file_damaged', `The link ${path} could not be made as it was.`);
    }
    await writeFile(join(partial, 'manifest.json'), text, { mode: 0o444 });
  });
  return { ...facts, restored: { manifest, manifestSha256: sha256Of(text) } };
}

function refuseLinksInPaths(manifest: SnapshotManifest): void {
  const links = new Set(manifest.files.filter((file) => file.kind === 'symlink').map((file) => file.path));
  for (const { path } of manifest.files) {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth += 1)
      if (links.has(parts.slice(0, depth).join('/')))
        throw new RoomError('file_damaged', `The manifest has a file below a link: ${path}. Nothing was written.`);
  }
}

function* batchesOf(files: readonly RestoreFile[]): Generator<readonly RestoreFile[]> {
  let batch: RestoreFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (batch.length > 0 && (bytes + file.sizeBytes > batchBytes || batch.length === mostFiles)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file.sizeBytes;
  }
  if (batch.length > 0) yield batch;
}

/** A copy of the old script, as it is. It has no manifest: size and SHA-1 of the bucket are all there is to compare. */
async function pullOldCopy({ root, tag, partial, rclone, context }: Pulling): Promise<Pulled> {
  const { signal } = context;
  const from = `${root}/${tag}`;
  let [fileCount, totalBytes] = [0, 0];
  await context.step('List the copy', () =>
    rclone.list({
      what: 'Listing the copy',
      root: from,
      signal,
      onObject: ({ sizeBytes }) => {
        fileCount += 1;
        totalBytes += sizeBytes;
      },
    }),
  );
  if (fileCount === 0) throw new RoomError('not_found', `There is no copy ${tag} in the bucket.`);
  await context.step('Bring it back', async () => {
    await mkdir(partial, { recursive: true });
    await rclone.copy({
      what: 'Downloading',
      from,
      to: partial,
      when: 'size_differs',
      signal,
      onStats: (stats) =>
        context.progress({
          done: stats.bytes,
          total: totalBytes,
          unit: 'bytes',
          message: `${stats.transfers} of ${fileCount} files`,
        }),
    });
  });
  const isSame = await context.step('Compare', () => rclone.isSame({ what: 'Comparing', from, to: partial, signal }));
  if (!isSame)
    throw new RoomError('file_damaged', `What came back of ${tag} is not what the bucket lists.`, {
      hint: 'Pull it again: what is right already is not read twice.',
    });
  return { fileCount, totalBytes, verified: false, restored: null };
}
