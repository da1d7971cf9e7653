import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ManifestFile, SnapshotManifest } from '#shared/model/snapshot-manifest.ts';
import type { ShrinkVerdict } from '#shared/rules/shrink.ts';
import { isSameSight } from '#shared/rules/stable-file.ts';
import { tagOf, takenAtOf } from '#shared/rules/snapshot-tag.ts';
import { hashRemoteFiles } from '../remote/hash-remote.ts';
import type { RemoteListing } from '../remote/list-remote.ts';
import type { BulkConnection } from '../remote/remote.ts';
import { commitTree } from '../store/commit.ts';
import { checkSpace } from '../store/disk-error.ts';
import { writeDurably } from '../store/durable.ts';
import { manifestName, oldManifestName, type Layout } from '../store/layout.ts';
import { ledgerWith, readLedger, type Ledger } from '../store/ledger.ts';
import { listTags, summaryOf } from '../store/manifest-file.ts';
import { buildTree, isStored } from './build-tree.ts';
import { Collected } from './collected.ts';
import type { Compared } from './compare.ts';
import { copyFiles, rangedFromBytes } from './copy-files.ts';
import { globMatcher } from './glob.ts';
import { startHashLane } from './hash-lane.ts';
import { verifiedVersion, type Known, type StoredRow } from './known.ts';
import type { PlannedEntry, PlannedTree } from './plan-tree.ts';
import type { PullOutcome, PullProgress, PullSpec, SnapshotSummary } from './pull-spec.ts';
import { Staging } from './staging.ts';

export type PullFacts = {
  readonly tree: PlannedTree;
  readonly compared: Compared;
  /** What travels in the lane of large files. */
  readonly later: readonly PlannedEntry[];
  readonly known: Known | null;
  readonly listing: RemoteListing;
  readonly listMs: number;
};

type PullRunDeps = {
  readonly connection: BulkConnection;
  readonly signal: AbortSignal;
  readonly report: (progress: PullProgress) => void;
};

/** A writer that pauses for longer than this counts as done. */
const youngMs = 30_000;
/** At this distance several streams of small files are faster than one. */
const farListMs = 60;

/** One snapshot on its way: what is copied, what is linked, and how it is put into place. */
export class PullRun {
  readonly #spec: PullSpec;
  readonly #layout: Layout;
  readonly #deps: PullRunDeps;
  readonly #facts: PullFacts;
  readonly #collected = new Collected();
  readonly #linked: { row: ManifestFile; from: string; hasOtherTime: boolean }[] = [];
  readonly #rangedFrom = new Map<string, string>();
  #transferredBytes = 0;
  #resumedBytes = 0;

  constructor(spec: PullSpec, layout: Layout, deps: PullRunDeps, facts: PullFacts) {
    this.#spec = spec;
    this.#layout = layout;
    this.#deps = deps;
    this.#facts = facts;
  }

  amounts(): Pick<PullOutcome, 'transferredBytes' | 'resumedBytes'> {
    return {
      transferredBytes: this.#transferredBytes,
      resumedBytes: this.#resumedBytes,
    };
  }

  /** Copies, compares and puts into place. */
  async store(
    shrink: ShrinkVerdict,
    options: { readonly movesCurrent: boolean; readonly machine: Ledger['machine'] },
  ): Promise<SnapshotSummary> {
    const { report } = this.#deps;
    const staging = new Staging(this.#layout);
    const hashes = startHashLane();
    try {
      this.#leaveLater();
      const wanted = this.#order(await this.#withoutKnown());
      const totalBytes = wanted.reduce((sum, entry) => sum + entry.sizeBytes, 0);
      checkSpace(this.#layout.room, Math.max(0, totalBytes - staging.bytesOnDisk()));
      const tell = (detail: string): void =>
        report({ step: 'copy', doneBytes: this.#transferredBytes + this.#resumedBytes, totalBytes, detail });
      tell(`${wanted.length} files`);
      await copyFiles(wanted, {
        connection: this.#deps.connection,
        staging,
        hashes,
        known: this.#facts.known,
        collected: this.#collected,
        signal: this.#deps.signal,
        smallStreams: this.#facts.listMs > farListMs ? 4 : 2,
        onBytes: (bytes) => {
          this.#transferredBytes += bytes;
          tell('');
        },
        onResumed: (bytes) => {
          this.#resumedBytes += bytes;
          tell('');
        },
        isYoung: (mtimeNs) => {
          const { clockMs } = this.#facts.listing;
          return clockMs !== null && Number(mtimeNs) / 1e6 > clockMs - youngMs;
        },
        keepRanged: (file) => this.#rangedFrom.set(file.entry.remotePath, file.dataPath),
      });
    } finally {
      await hashes.close();
    }
    report({ step: 'store', doneBytes: 0, totalBytes: 0, detail: '' });
    return this.#commit(staging, shrink, options);
  }

  /** Takes what is here already, asking the machine for hashes where size and time do not say so. */
  async #withoutKnown(): Promise<PlannedEntry[]> {
    const { compared, known } = this.#facts;
    const wanted = [...compared.changed];
    if (known === null) return wanted;
    for (const { entry, stored } of compared.unchanged) {
      if (isStored(stored)) this.#link(entry, stored);
      else wanted.push(entry);
    }
    const asked = compared.maybe.filter(({ stored }) => isStored(stored));
    const answers =
      asked.length === 0
        ? null
        : await hashRemoteFiles(
            this.#deps.connection,
            asked.map(({ entry }) => entry.remoteBytes),
            this.#deps.signal,
          );
    for (const { entry, stored } of compared.maybe) {
      const answer = answers?.get(entry.remoteBytes);
      const isSame = answer?.sha256 === stored.row.sha256 && answer.after !== null && isSameSight(answer.after, entry);
      if (isSame) this.#link(entry, stored);
      else wanted.push(entry);
    }
    return wanted;
  }

  #link(entry: PlannedEntry, stored: StoredRow): void {
    const row: ManifestFile = {
      ...stored.row,
      path: entry.localPath,
      remotePath: entry.remotePath,
      mtimeNs: entry.mtimeNs,
      origin: stored.beside === undefined ? 'unchanged' : 'pulled',
      prefixBytes: null,
    };
    this.#collected.add(entry, row, entry);
    if (typeof stored.beside?.unparsed === 'string')
      this.#collected.unparsed.set(entry.remotePath, stored.beside.unparsed);
    this.#linked.push({ row, from: stored.path, hasOtherTime: stored.row.mtimeNs !== entry.mtimeNs });
  }

  /** What is on its way beside this pull is named; its newest version that is here stands in for it. */
  #leaveLater(): void {
    for (const entry of this.#facts.later) {
      const verified = verifiedVersion(this.#facts.known, entry.remotePath);
      if (verified !== null) this.#collected.carry(entry.localPath, verified);
      this.#collected.skip(
        entry,
        verified === null
          ? `Pending: ${entry.sizeBytes} bytes travel in the lane of large files.`
          : 'Pending: a newer version travels in the lane of large files; this is the one before.',
      );
    }
  }

  /** What people review goes first. */
  #order(wanted: readonly PlannedEntry[]): PlannedEntry[] {
    const isFirst = globMatcher(this.#spec.firstPatterns);
    const rank = (entry: PlannedEntry): number => {
      if (isFirst(entry.localPath) !== null) return 0;
      return entry.sizeBytes < rangedFromBytes ? 1 : 2;
    };
    const ranked = wanted.map((entry) => ({ entry, rank: rank(entry) }));
    return ranked
      .toSorted((a, b) => a.rank - b.rank || (a.rank === 2 ? a.entry.sizeBytes - b.entry.sizeBytes : 0))
      .map(({ entry }) => entry);
  }

  /** Where a folder could not be read, what the last snapshot has of it is kept. */
  #carryUnread(): void {
    const { tree, known } = this.#facts;
    for (const { remotePath, path } of known?.newest.manifest.files ?? []) {
      const isUnread = tree.incompleteRoots.some((root) => remotePath.startsWith(`${root}/`));
      const verified = isUnread ? verifiedVersion(known, remotePath) : null;
      if (verified !== null && !this.#collected.rows.has(remotePath)) this.#collected.carry(path, verified);
    }
  }

  async #commit(
    staging: Staging,
    shrink: ShrinkVerdict,
    options: { readonly movesCurrent: boolean; readonly machine: Ledger['machine'] },
  ): Promise<SnapshotSummary> {
    const { compared } = this.#facts;
    this.#carryUnread();
    const rows = [...this.#collected.rows.values()];
    const ranged = rows.flatMap((row) => {
      const from = this.#rangedFrom.get(row.remotePath);
      return from === undefined || row.origin === 'carried' ? [] : [{ row, from }];
    });
    const others = buildTree(staging, {
      linked: [...this.#linked, ...this.#collected.carried],
      ranged,
      others: compared.others,
      topFolders: this.#spec.items.flatMap((item, i) =>
        this.#facts.listing.roots[i]?.kind === 'dir' ? [item.local] : [],
      ),
      rows,
    });
    const tag = freeTag(this.#layout, this.#spec.nowMs);
    const manifest = this.#manifestOf(tag, [...rows, ...others], shrink);
    const bytes = Buffer.from(`${JSON.stringify(manifest)}\n`);
    await flushFolder(this.#layout.tree);
    writeDurably(join(this.#layout.tree, oldManifestName), this.#oldManifest(tag));
    writeDurably(join(this.#layout.tree, manifestName), bytes);
    const stored = { tag, manifestSha256: createHash('sha256').update(bytes).digest('hex') };
    this.#deps.signal.throwIfAborted();
    const layer = { ...stored, sights: this.#collected.sights };
    const ledger = ledgerWith(layer, readLedger(this.#layout), options.machine, options.movesCurrent);
    commitTree(this.#layout, { tag, movesCurrent: options.movesCurrent, ledger });
    return summaryOf({ ...stored, path: join(this.#layout.room, tag), manifest });
  }

  #manifestOf(tag: string, rows: readonly ManifestFile[], shrink: ShrinkVerdict): SnapshotManifest {
    const { listing, tree } = this.#facts;
    const files = rows.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    const regular = files.filter((row) => row.kind === 'file');
    return {
      schema: 1,
      snapshotId: this.#spec.snapshotId,
      instanceId: this.#spec.instanceId,
      tag,
      takenAt: takenAtOf(tag) ?? new Date(this.#spec.nowMs).toISOString(),
      remoteClock:
        listing.clockMs === null
          ? null
          : {
              at: new Date(listing.clockMs).toISOString(),
              skewMs: Math.round(listing.clockMs - listing.askedAtMs),
            },
      items: this.#spec.items.map(({ remote, local }) => ({ remote, local })),
      files,
      totals: { fileCount: regular.length, totalBytes: regular.reduce((sum, row) => sum + row.sizeBytes, 0) },
      skipped: [...tree.skipped, ...this.#collected.skipped],
      unparsed: [...this.#collected.unparsed].map(([path, why]) => ({ path, why })),
      pending: this.#facts.later.map(({ remotePath, sizeBytes, mtimeNs }) => ({
        path: remotePath,
        sizeBytes,
        mtimeNs,
      })),
      removed: [...shrink.gone],
      held: shrink.reasons.map((reason) => ({ ...reason, paths: [...reason.paths] })),
      tools: { ...this.#spec.tools },
    };
  }

  /** What the old scripts wrote, for whoever still reads it. */
  #oldManifest(tag: string): string {
    const { instanceId, address, items } = this.#spec;
    const workDir = items.find((item) => item.local === 'work_dir')?.remote ?? items[0]?.remote ?? '';
    const lines = {
      timestamp_utc: tag,
      instance_id: instanceId,
      mode: 'pull',
      remote_root:
        items.find((item) => item.local === 'data/outputs_legacy')?.remote.replace(/\/data\/outputs$/, '') ?? '',
      remote_work_dir: workDir,
      ssh_host: address.host,
      ssh_port: address.port,
      snapshot_tag: tag,
      strict_sync: 'true',
    };
    return `${Object.entries(lines)
      .map(([key, value]) => `${key}=${value}`)
      .join('\n')}\n`;
  }
}

/**
 * Two snapshots of one second get different tags, in order; so do those that are taken after a clock that was ahead
 * was put right, by years perhaps.
 */
function freeTag(layout: Layout, nowMs: number): string {
  const taken = new Set(listTags(layout));
  const newest = [...taken].toSorted().at(-1) ?? '';
  const afterNewestMs = Date.parse(takenAtOf(newest) ?? '') + 1000;
  for (let at = Math.max(nowMs, Number.isNaN(afterNewestMs) ? nowMs : afterNewestMs); ; at += 1000) {
    const tag = tagOf(at);
    if (!taken.has(tag) && tag > newest) return tag;
  }
}

/**
 * Thousands of small files are flushed to the drive together, not one by one. Where that is not possible their
 * hashes still tell after a power cut what was lost.
 */
async function flushFolder(folder: string): Promise<void> {
  const args = process.platform === 'linux' ? ['-f', folder] : [];
  await promisify(execFile)('/bin/sync', args, { env: {} }).catch(() => undefined);
}
