import { basename, dirname } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import type { ManifestFile, SnapshotManifest } from '#shared/model/snapshot-manifest.ts';
import { encodeUtf8, escapeBytes, unescapeBytes } from '#shared/rules/plan-names.ts';
import { askFirst } from '../remote/ask-first.ts';
import { hashRemoteFiles } from '../remote/hash-remote.ts';
import { listRemote, type RemoteEntry } from '../remote/list-remote.ts';
import { nulList, runScript, type BulkConnection } from '../remote/remote.ts';
import { layoutOf } from '../store/layout.ts';
import { readSnapshot } from '../store/manifest-file.ts';
import { checkUnused } from './machine-users.ts';
import { sendFiles } from './send-files.ts';

export type PushInput = {
  /** Folder of the snapshot. */
  readonly path: string;
  /** Places of the snapshot, e.g. `work_dir`; null for all. */
  readonly locals: readonly string[] | null;
  readonly isDryRun: boolean;
  readonly mayDelete: boolean;
};

export type PushResult = {
  readonly created: string[];
  readonly overwritten: string[];
  /** What was deleted, or would be where that is asked for. */
  readonly deleted: string[];
  readonly createdCount: number;
  readonly overwrittenCount: number;
  readonly deletedCount: number;
  readonly extraCount: number;
  readonly totalBytes: number;
  readonly verifiedFiles: number;
};

const mostNamed = 1000;
const deleteScript = `while IFS= read -r -d '' p; do rm -f -- "$p"; done; printf 'OK\\0'`;

/**
 * Compares a snapshot with a machine and, unless it is a dry run, makes the machine have what the snapshot has.
 * @throws RoomError conflict while something works there, file_damaged, tool_failed, ssh_unreachable.
 */
export async function pushTree(
  input: PushInput,
  connect: () => Promise<BulkConnection>,
  signal: AbortSignal,
  onProgress: (progress: { readonly done: number; readonly total: number }) => Promise<void>,
): Promise<PushResult> {
  const stored = readSnapshot(layoutOf(dirname(input.path)), basename(input.path));
  if (stored === null)
    throw new RoomError(
      'file_damaged',
      `The manifest in ${input.path} is missing or can not be read. Nothing was sent.`,
    );
  const items = itemsOf(stored.manifest, input.locals);
  const rows = stored.manifest.files.filter(
    (row) => row.kind === 'file' && items.some((item) => isBelow(row.path, item.local)),
  );
  const roots = items.map((item) => encodeUtf8(item.remote));
  const { connection, answer: there } = await askFirst(connect, (asked) => filesOf(asked, roots, signal));
  const sameSize = rows.filter((row) => there.get(bytesOf(row))?.sizeBytes === row.sizeBytes);
  const hashes = await hashRemoteFiles(connection, sameSize.map(bytesOf), signal);
  const created = rows.filter((row) => !there.has(bytesOf(row)));
  const overwritten = rows.filter((row) => there.has(bytesOf(row)) && hashes.get(bytesOf(row))?.sha256 !== row.sha256);
  const kept = new Set(rows.map(bytesOf));
  const extra = [...there.keys()].filter((path) => !kept.has(path));
  const send = [...created, ...overwritten];
  const totalBytes = send.reduce((sum, row) => sum + row.sizeBytes, 0);
  if (!input.isDryRun) {
    await checkUnused(connection, roots, signal);
    if (send.length > 0) {
      await sendFiles(connection, input.path, send, signal, (done) => onProgress({ done, total: totalBytes }));
      await checkArrived(send, connection, signal);
    }
    if (input.mayDelete && extra.length > 0) await runScript(connection, deleteScript, nulList(extra), signal);
  }
  const named = (list: readonly ManifestFile[]): string[] => list.slice(0, mostNamed).map((row) => row.remotePath);
  return {
    created: named(created),
    overwritten: named(overwritten),
    deleted: input.mayDelete ? extra.slice(0, mostNamed).map((path) => escapeBytes(path)) : [],
    createdCount: created.length,
    overwrittenCount: overwritten.length,
    deletedCount: input.mayDelete ? extra.length : 0,
    extraCount: extra.length,
    totalBytes,
    verifiedFiles: input.isDryRun ? rows.length - send.length : rows.length,
  };
}

const bytesOf = (row: ManifestFile): string => unescapeBytes(row.remotePath);
const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** @throws RoomError not_found for a place that the snapshot has not. */
function itemsOf(
  manifest: SnapshotManifest,
  locals: readonly string[] | null,
): readonly { readonly remote: string; readonly local: string }[] {
  const items = manifest.items ?? [];
  const chosen = items.filter((item) => locals === null || locals.includes(item.local));
  const unknown = (locals ?? []).filter((local) => !items.some((item) => item.local === local));
  if (chosen.length > 0 && unknown.length === 0) return chosen;
  throw new RoomError('not_found', `The snapshot has no place ${unknown.join(', ') || 'at all'}. Nothing was sent.`, {
    hint: `It has: ${items.map((item) => item.local).join(', ') || 'none that says where it was on the machine'}.`,
  });
}

async function filesOf(
  connection: BulkConnection,
  roots: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, RemoteEntry>> {
  const listing = await listRemote(connection, roots, signal);
  const files = new Map<string, RemoteEntry>();
  for (const [i, root] of listing.roots.entries())
    for (const entry of root.entries)
      if (entry.kind === 'file')
        files.set(entry.relativePath === '' ? roots[i]! : `${roots[i]}/${entry.relativePath}`, entry);
  return files;
}

async function checkArrived(
  sent: readonly ManifestFile[],
  connection: BulkConnection,
  signal: AbortSignal,
): Promise<void> {
  const after = await hashRemoteFiles(connection, sent.map(bytesOf), signal);
  const wrong = sent.filter((row) => after.get(bytesOf(row))?.sha256 !== row.sha256);
  const [first] = wrong;
  if (first === undefined) return;
  throw new RoomError(
    'file_damaged',
    `${wrong.length} of ${sent.length} files on the machine are not what was sent, ${first.remotePath} among them. Nothing was deleted.`,
    { hint: 'Look whether something writes there, and push again.' },
  );
}
