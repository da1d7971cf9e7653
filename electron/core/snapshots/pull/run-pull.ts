import { mkdirSync } from 'node:fs';
import { RoomError } from '#shared/errors.ts';
import type { ManifestFile } from '#shared/model/snapshot-manifest.ts';
import { encodeUtf8 } from '#shared/rules/plan-names.ts';
import { judgeShrink, type ShrinkEntry, type ShrinkVerdict } from '#shared/rules/shrink.ts';
import { askFirst } from '../remote/ask-first.ts';
import { hashRemoteFiles } from '../remote/hash-remote.ts';
import { listRemote, type RemoteListing } from '../remote/list-remote.ts';
import type { BulkConnection } from '../remote/remote.ts';
import { arrivalFolders, forgetArrival, moveChunks, readArrivals, takeArrivals } from '../store/arrivals.ts';
import { finishCommit, removeTree } from '../store/commit.ts';
import { explainDiskError } from '../store/disk-error.ts';
import { largeLayoutOf, layoutOf, type Layout } from '../store/layout.ts';
import { ledgerWith, readLedger, writeLedger, type Ledger, type LedgerLayer } from '../store/ledger.ts';
import { currentTag, readSnapshot, summaryOf } from '../store/manifest-file.ts';
import { lockPull, tryLock } from '../store/pull-lock.ts';
import { compareWithKnown, isNothingNew, sightOf, splitLater, type Compared } from './compare.ts';
import { readKnown, type Known } from './known.ts';
import { planTree, type PlannedEntry, type PlannedTree } from './plan-tree.ts';
import { PullRun } from './pull-run.ts';
import type { PullOutcome, PullProgress, PullSpec, SnapshotSummary } from './pull-spec.ts';

export type PullDeps = {
  readonly connect: () => Promise<BulkConnection>;
  readonly signal: AbortSignal;
  readonly report: (progress: PullProgress) => void;
};

/**
 * Pulls what is new on a machine into a new snapshot. Until the last step nothing that stood before is touched;
 * whatever cuts it short, the next pull goes on with what has arrived.
 * @throws RoomError job_conflict, path_missing, disk_full, ssh_unreachable and what `connect` throws.
 */
export async function runPull(spec: PullSpec, deps: PullDeps): Promise<PullOutcome> {
  const layout = layoutOf(spec.roomFolder);
  try {
    mkdirSync(layout.room, { recursive: true });
    const lock = lockPull(layout, spec.instanceId);
    try {
      finishCommit(layout);
      const lane = takeLane(spec, layout);
      takeArrivals(layout);
      try {
        return await pullLocked(spec, layout, { ...deps, takesLarge: lane.takesLarge });
      } finally {
        lane.release();
      }
    } finally {
      lock.release();
    }
  } catch (thrown) {
    throw explainDiskError(thrown, spec.roomFolder);
  }
}

/**
 * Who brings the large files: this pull, or the lane beside it. What has come of them goes along, so that whoever goes
 * on sends no chunk twice.
 */
function takeLane(
  { lane, largeFileBytes }: PullSpec,
  layout: Layout,
): { readonly takesLarge: boolean; release(): void } {
  const lock = tryLock(layout, layout.largeLock);
  const large = largeLayoutOf(layout);
  if (lock === null) return { takesLarge: false, release: () => undefined };
  if (lane === 'all') {
    moveChunks(large, layout, largeFileBytes);
    return { takesLarge: true, release: () => lock.release() };
  }
  moveChunks(layout, large, largeFileBytes);
  lock.release();
  return { takesLarge: false, release: () => undefined };
}

/** What came beside and is in the snapshot now, or gone from the machine. A version of what is pending may still be of use. */
function dropArrivals(layout: Layout, later: readonly PlannedEntry[]): void {
  const { waiting } = arrivalFolders(layout);
  const isLater = new Set(later.map((entry) => entry.remotePath));
  for (const { row } of readArrivals(waiting)) if (!isLater.has(row.remotePath)) forgetArrival(waiting, row.remotePath);
}

async function pullLocked(
  spec: PullSpec,
  layout: Layout,
  deps: PullDeps & { readonly takesLarge: boolean },
): Promise<PullOutcome> {
  const { signal, report } = deps;
  const roots = spec.items.map((item) => encodeUtf8(item.remote));
  let startedAt = 0;
  const { connection, answer } = await askFirst(deps.connect, async (asked) => {
    report({ step: 'list', doneBytes: 0, totalBytes: 0, detail: '' });
    startedAt = performance.now();
    const listed = listRemote(asked, roots, signal);
    listed.catch(() => undefined);
    // What is known here is read while the question travels.
    const ledger = readLedger(layout);
    const known = readKnown(layout, ledger);
    return { ledger, known, listing: await listed };
  });
  const { ledger, known, listing } = answer;
  const listMs = performance.now() - startedAt;
  const tree = planTree(spec.items, listing);
  const standing = baselineOf(layout, known);
  checkRoots(spec, listing, standing);

  const machine = { hostName: listing.hostName, hostKey: connection.hostKey };
  const shrink = judge(spec, tree, standing, { before: ledger?.machine ?? null, now: machine });
  const { compared, later } = splitLater(
    compareWithKnown(tree.entries, known),
    (entry) => !deps.takesLarge && entry.sizeBytes > spec.largeFileBytes,
  );
  const isSettled = !shrink.isHeld;
  report({ step: 'compare', doneBytes: 0, totalBytes: 0, detail: `${tree.entries.length} entries` });

  if (known !== null && (!isSettled || currentTag(layout) === known.newest.tag)) {
    const stays = await nothingNew(compared, later, known, { connection, signal });
    if (stays && tree.incompleteRoots.length === 0) {
      const layer = {
        tag: known.newest.tag,
        manifestSha256: known.newest.manifestSha256,
        sights: sightsOf(tree.entries, later),
      };
      // What an earlier pull had brought of something that is gone again.
      removeTree(layout.staging);
      writeLedger(layout, ledgerWith(layer, ledger, machine, isSettled));
      dropArrivals(layout, later);
      return { ...outcomeOf('unchanged', summaryOf(known.newest), shrink, isSettled), remoteClockMs: listing.clockMs };
    }
  }

  const run = new PullRun(spec, layout, { ...deps, connection }, { tree, compared, later, known, listing, listMs });
  const stored = await run.store(shrink, { movesCurrent: isSettled, machine });
  dropArrivals(layout, later);
  return { ...outcomeOf('taken', stored, shrink, isSettled), ...run.amounts(), remoteClockMs: listing.clockMs };
}

/** The files of the snapshot that stands, which a shrunken source is held against. */
function baselineOf(layout: Layout, known: Known | null): readonly ManifestFile[] | null {
  const tag = currentTag(layout);
  if (tag === null) return null;
  if (known?.newest.tag === tag) return known.newest.manifest.files;
  return readSnapshot(layout, tag)?.manifest.files ?? null;
}

/** A root that is not there is no empty root. */
function checkRoots(spec: PullSpec, listing: RemoteListing, standing: readonly ManifestFile[] | null): void {
  for (const [index, item] of spec.items.entries()) {
    const root = listing.roots[index]!;
    if (root.kind !== 'missing') continue;
    const had = standing?.some((row) => row.remotePath === item.remote || row.remotePath.startsWith(`${item.remote}/`));
    if (!item.isRequired && had !== true) continue;
    throw new RoomError(
      'path_missing',
      `The machine has no ${item.remote}${had === true ? ', and it had when the last snapshot was taken' : ''}.`,
      {
        hint: 'Check that its volume is mounted and that the path is right. The last snapshot stays as it is.',
      },
    );
  }
}

type Machine = Ledger['machine'];

function judge(
  spec: PullSpec,
  tree: PlannedTree,
  standing: readonly ManifestFile[] | null,
  machine: { readonly before: Machine | null; readonly now: Machine },
): ShrinkVerdict {
  const isPulled = (path: string): boolean =>
    spec.items.some((item) => path === item.remote || path.startsWith(`${item.remote}/`)) &&
    !tree.incompleteRoots.some((root) => path.startsWith(`${root}/`));
  const files = (entries: readonly (ShrinkEntry & { kind: string })[]): ShrinkEntry[] =>
    entries.filter((entry) => entry.kind === 'file');
  const before = standing?.map((row) => ({ ...row, path: row.remotePath })).filter((row) => isPulled(row.path)) ?? null;
  return judgeShrink({
    before: before === null ? null : files(before),
    now: files(tree.entries.map((entry) => ({ ...entry, path: entry.remotePath }))),
    machineBefore: machine.before?.hostName ?? null,
    machineNow: machine.now.hostName,
  });
}

/** Files whose inode or ctime changed are compared by hash before they count as the same. */
async function nothingNew(
  compared: Compared,
  later: readonly PlannedEntry[],
  known: Known,
  remote: { readonly connection: BulkConnection; readonly signal: AbortSignal },
): Promise<boolean> {
  if (!isNothingNew(compared, later, known)) return false;
  if (compared.maybe.length === 0) return true;
  const hashes = await hashRemoteFiles(
    remote.connection,
    compared.maybe.map(({ entry }) => entry.remoteBytes),
    remote.signal,
  );
  return compared.maybe.every(({ entry, stored }) => hashes.get(entry.remoteBytes)?.sha256 === stored.row.sha256);
}

/** @param later what is not here as it stands now: its sight would call an earlier version the present one. */
function sightsOf(entries: readonly PlannedEntry[], later: readonly PlannedEntry[]): LedgerLayer['sights'] {
  const isLater = new Set(later);
  return Object.fromEntries(
    entries.flatMap((entry) =>
      entry.kind === 'file' && !isLater.has(entry) ? [[entry.remotePath, sightOf(entry)] as const] : [],
    ),
  );
}

function outcomeOf(
  kind: PullOutcome['kind'],
  snapshot: SnapshotSummary,
  shrink: ShrinkVerdict,
  isSettled: boolean,
): Omit<PullOutcome, 'remoteClockMs'> {
  return {
    kind,
    snapshot,
    held: isSettled ? [] : shrink.reasons,
    pending: snapshot.pending,
    transferredBytes: 0,
    resumedBytes: 0,
  };
}
