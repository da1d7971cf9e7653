import { join } from 'node:path';
import type { ManifestFile } from '#shared/model/snapshot-manifest.ts';
import type { Layout } from '../store/layout.ts';
import { arrivalFolders, readArrivals } from '../store/arrivals.ts';
import type { Ledger, LedgerSight } from '../store/ledger.ts';
import { currentTag, listTags, readSnapshot, type StoredSnapshot } from '../store/manifest-file.ts';

/** A file of a snapshot that is here. */
export type StoredRow = {
  readonly row: ManifestFile;
  readonly path: string;
  /** How it stood on the machine when it was verified; null when that was lost. */
  readonly sight: LedgerSight | null;
  /** Set for one that has come beside the pulls and is in no snapshot yet. */
  readonly beside?: { readonly unparsed: string | null };
};

/** What is here already: the newest snapshot, the one that stands when that is another, and what came beside. */
export type Known = {
  readonly newest: StoredSnapshot;
  /** Files under a remote path, those of the newest snapshot first. */
  rowsOf(remotePath: string): readonly StoredRow[];
  /** Files that had this size and time, whatever their name: one that was renamed on the machine is found here. */
  withContent(sizeBytes: number, mtimeNs: string): StoredRow | null;
};

/** Smaller files are sent sooner than asked about. */
const smallestSought = 64 * 1024;

/**
 * After a held pull the newest snapshot is one with less in it; the files of the one before are here all the same.
 * @param isLane the lane of large files knows what it has brought, also before a pull has taken it over.
 */
export function readKnown(layout: Layout, ledger: Ledger | null, isLane = false): Known | null {
  const tags = [...new Set([listTags(layout).at(-1) ?? null, currentTag(layout)])].filter((tag) => tag !== null);
  const snapshots = tags.map((tag) => readSnapshot(layout, tag)).filter((snapshot) => snapshot !== null);
  const [newest] = snapshots;
  if (newest === undefined) return null;
  const byPath = new Map<string, StoredRow[]>();
  const byContent = new Map<string, StoredRow>();
  for (const snapshot of snapshots) {
    const sights = ledger?.layers.find(
      (layer) => layer.tag === snapshot.tag && layer.manifestSha256 === snapshot.manifestSha256,
    )?.sights;
    for (const row of snapshot.manifest.files) {
      const stored: StoredRow = {
        row,
        path: join(snapshot.path, row.path),
        sight: sights?.[row.remotePath] ?? null,
      };
      const others = byPath.get(row.remotePath);
      if (others === undefined) byPath.set(row.remotePath, [stored]);
      else others.push(stored);
      if (row.kind === 'file' && row.sizeBytes >= smallestSought)
        byContent.set(`${row.sizeBytes} ${row.mtimeNs}`, stored);
    }
  }
  const { coming, waiting } = arrivalFolders(layout);
  for (const { row, path, sight, unparsed } of [...readArrivals(waiting), ...(isLane ? readArrivals(coming) : [])]) {
    const stored: StoredRow = { row, path, sight, beside: { unparsed } };
    const others = byPath.get(row.remotePath) ?? [];
    // One that a snapshot has by now stands behind it.
    const isThere = others.some((other) => other.row.sha256 === row.sha256 && other.sight !== null);
    byPath.set(row.remotePath, isThere ? [...others, stored] : [stored, ...others]);
  }
  return {
    newest,
    rowsOf: (remotePath) => byPath.get(remotePath) ?? [],
    withContent: (sizeBytes, mtimeNs) => byContent.get(`${sizeBytes} ${mtimeNs}`) ?? null,
  };
}

/** The newest verified version of a file that is here. */
export function verifiedVersion(known: Known | null, remotePath: string): StoredRow | null {
  return known?.rowsOf(remotePath).find(({ row }) => row.kind === 'file' && row.sha256 !== null) ?? null;
}
