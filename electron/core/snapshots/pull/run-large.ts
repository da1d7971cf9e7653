import { linkSync, mkdirSync } from 'node:fs';
import { RoomError } from '#shared/errors.ts';
import { encodeUtf8 } from '#shared/rules/plan-names.ts';
import { isSameSight } from '#shared/rules/stable-file.ts';
import { askFirst } from '../remote/ask-first.ts';
import { hashRemoteFiles } from '../remote/hash-remote.ts';
import { listRemote } from '../remote/list-remote.ts';
import type { BulkConnection } from '../remote/remote.ts';
import { arrivalFolders, forgetArrival, forgetNote, moveChunks, noteArrival } from '../store/arrivals.ts';
import { checkSpace, explainDiskError } from '../store/disk-error.ts';
import { largeLayoutOf, layoutOf, type Layout } from '../store/layout.ts';
import { readLedger } from '../store/ledger.ts';
import { tryLock } from '../store/pull-lock.ts';
import { isStored } from './build-tree.ts';
import { compareWithKnown, sightOf, type Compared } from './compare.ts';
import { fetchRanged, type RangedResult } from './fetch-ranged.ts';
import { startHashLane } from './hash-lane.ts';
import { readKnown, type Known } from './known.ts';
import { whyNotParsed } from './parse-check.ts';
import { planTree, type PlannedEntry } from './plan-tree.ts';
import type { PullDeps } from './run-pull.ts';
import type { PullSpec } from './pull-spec.ts';
import { rangedPaths } from './ranged-file.ts';
import { Staging } from './staging.ts';
import { judgeRanged, rowOf } from './verify-copies.ts';

/** How far the large files are, all of them. */
export type LargeProgress = {
  readonly transferredBytes: number;
  readonly resumedBytes: number;
  readonly totalBytes: number;
  readonly fileCount: number;
};
export type LargeOutcome = LargeProgress & {
  /** Files that are whole now and join the next snapshot. */
  readonly arrivedCount: number;
  /** Rewritten or deleted while they were copied: they are looked at again next time. */
  readonly tornCount: number;
};
type LargeDeps = Pick<PullDeps, 'connect' | 'signal'> & { readonly report: (progress: LargeProgress) => void };

/**
 * Copies the large files of a machine beside its pulls. Each that is whole and equal to the machine's waits for the
 * next snapshot; what is half-way stays, so that whatever cuts this short, no chunk is sent twice.
 * @throws RoomError job_conflict while somebody else copies them, disk_full, and what `connect` throws.
 */
export async function runLarge(spec: PullSpec, deps: LargeDeps): Promise<LargeOutcome> {
  const layout = layoutOf(spec.roomFolder);
  const lock = tryLock(layout, layout.largeLock);
  if (lock === null)
    throw new RoomError('job_conflict', `The large files of machine ${spec.instanceId} are on their way already.`, {
      hint: 'Nothing was done. They join the snapshot after they have come.',
    });
  try {
    // What a pull that took everything had brought before it was cut.
    const pullLock = tryLock(layout, layout.lock);
    if (pullLock !== null) moveChunks(layout, largeLayoutOf(layout), spec.largeFileBytes);
    pullLock?.release();
    return await copyLarge(spec, layout, deps);
  } catch (thrown) {
    throw explainDiskError(thrown, spec.roomFolder);
  } finally {
    lock.release();
  }
}

async function copyLarge(spec: PullSpec, layout: Layout, deps: LargeDeps): Promise<LargeOutcome> {
  const { signal } = deps;
  const roots = spec.items.map((item) => encodeUtf8(item.remote));
  const { connection, answer: listing } = await askFirst(deps.connect, (asked) => listRemote(asked, roots, signal));
  const { entries } = planTree(spec.items, listing);
  const large = entries.filter((entry) => entry.kind === 'file' && entry.sizeBytes > spec.largeFileBytes);
  const known = readKnown(layout, readLedger(layout), true);
  const compared = compareWithKnown(large, known);
  const { wanted: unsorted, linkedCount } = await withoutSame(compared, layout, { connection, signal });
  const wanted = unsorted.toSorted((a, b) => a.sizeBytes - b.sizeBytes);
  // What came of an earlier version would be written over.
  for (const { remotePath } of wanted) forgetNote(arrivalFolders(layout).coming, remotePath);
  const totalBytes = wanted.reduce((sum, entry) => sum + entry.sizeBytes, 0);
  const staging = new Staging(largeLayoutOf(layout));
  checkSpace(layout.room, Math.max(0, totalBytes - staging.bytesOnDisk()));
  let [transferredBytes, resumedBytes, arrivedCount, tornCount] = [0, 0, linkedCount, 0];
  const progress = (): LargeProgress => ({ transferredBytes, resumedBytes, totalBytes, fileCount: wanted.length });
  deps.report(progress());
  const hashes = startHashLane();
  try {
    const fetchDeps = {
      connection,
      staging,
      hashes,
      signal,
      seedOf: (entry: PlannedEntry) => seedOf(entry, known, layout),
      checkDisk: () => checkSpace(layout.room, 0),
      onBytes: (bytes: number) => {
        transferredBytes += bytes;
        deps.report(progress());
      },
      onResumed: (bytes: number) => {
        resumedBytes += bytes;
      },
    };
    await fetchRanged(wanted, fetchDeps, async (result) => {
      if (await settleLarge(result, layout)) arrivedCount += 1;
      else tornCount += 1;
    });
  } finally {
    await hashes.close();
  }
  return { ...progress(), arrivedCount, tornCount };
}

/** A log that grew begins as it did, in the longest version that is here; the hash tells when that was wrong. */
function seedOf(entry: PlannedEntry, known: Known | null, layout: Layout): { path: string; sizeBytes: number } | null {
  // What the lane itself has in hand of this file is about to be written over.
  const own = rangedPaths({ ranged: arrivalFolders(layout).coming }, entry.remotePath).dataPath;
  const [longest] = (known?.rowsOf(entry.remotePath) ?? [])
    .filter(({ row, path }) => row.sha256 !== null && row.sizeBytes < entry.sizeBytes && path !== own)
    .toSorted((a, b) => b.row.sizeBytes - a.row.sizeBytes);
  return longest !== undefined && isStored(longest) ? { path: longest.path, sizeBytes: longest.row.sizeBytes } : null;
}

/** The same bytes under another name or time are here already: they are linked, not sent. */
async function withoutSame(
  compared: Compared,
  layout: Layout,
  remote: { readonly connection: BulkConnection; readonly signal: AbortSignal },
): Promise<{ readonly wanted: readonly PlannedEntry[]; readonly linkedCount: number }> {
  const asked = compared.maybe.filter(({ stored }) => isStored(stored));
  const paths = asked.map(({ entry }) => entry.remoteBytes);
  const answers = paths.length === 0 ? null : await hashRemoteFiles(remote.connection, paths, remote.signal);
  const wanted = [...compared.changed];
  let linkedCount = 0;
  for (const { entry, stored } of compared.maybe) {
    const answer = answers?.get(entry.remoteBytes);
    const isSame = answer?.sha256 === stored.row.sha256 && answer.after !== null && isSameSight(answer.after, entry);
    if (!isSame || stored.beside !== undefined || !linkArrival(entry, stored, layout)) wanted.push(entry);
    else linkedCount += 1;
  }
  return { wanted, linkedCount };
}

function linkArrival(entry: PlannedEntry, stored: Compared['maybe'][number]['stored'], layout: Layout): boolean {
  const { coming } = arrivalFolders(layout);
  const { dataPath } = rangedPaths({ ranged: coming }, entry.remotePath);
  mkdirSync(coming, { recursive: true });
  forgetArrival(coming, entry.remotePath);
  try {
    linkSync(stored.path, dataPath);
  } catch {
    return false;
  }
  const { remotePath, localPath: path, mtimeNs } = entry;
  const row = { ...stored.row, path, remotePath, mtimeNs, origin: 'unchanged', prefixBytes: null } as const;
  noteArrival(layout, { row, sight: sightOf(entry), unparsed: null });
  return true;
}

/** @returns false when it was rewritten or deleted meanwhile. */
async function settleLarge({ arrived, remote, file }: RangedResult, layout: Layout): Promise<boolean> {
  const judged = judgeRanged(arrived, remote);
  const { verdict, after } = judged;
  if (verdict !== 'whole' && verdict !== 'prefix') {
    file.forget();
    return false;
  }
  await file.seal();
  const { entry } = arrived;
  const stoodStill = verdict === 'whole' && after !== null && isSameSight(after, entry);
  noteArrival(layout, {
    row: rowOf(judged),
    sight: stoodStill ? sightOf(entry) : null,
    unparsed: verdict === 'whole' ? await whyNotParsed(entry.localPath, file.dataPath) : null,
  });
  return true;
}
