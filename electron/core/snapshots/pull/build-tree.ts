import { existsSync, linkSync, lstatSync, mkdirSync, readlinkSync, renameSync, symlinkSync, utimesSync } from 'node:fs';
import { escapeBytes } from '#shared/rules/plan-names.ts';
import type { ManifestFile } from '#shared/model/snapshot-manifest.ts';
import { FileLinker } from '../store/link-file.ts';
import type { StoredRow } from './known.ts';
import type { PlannedEntry } from './plan-tree.ts';
import type { Staging } from './staging.ts';

export type TreeParts = {
  /** Rows whose bytes are in an earlier snapshot, and where. */
  readonly linked: readonly { readonly row: ManifestFile; readonly from: string; readonly hasOtherTime: boolean }[];
  /** Rows whose bytes are a large file that has arrived, and where. */
  readonly ranged: readonly { readonly row: ManifestFile; readonly from: string }[];
  readonly others: readonly PlannedEntry[];
  /** Folders that are there although nothing is in them. */
  readonly topFolders: readonly string[];
  /** Everything that has to be in the tree, small files that have arrived too. */
  readonly rows: Iterable<ManifestFile>;
};

/**
 * Completes the staged tree: folders, links to earlier snapshots, large files, and symbolic links last, so that
 * nothing is ever written through one. What does not belong is taken away.
 * @returns rows of folders and links.
 */
export function buildTree(staging: Staging, parts: TreeParts): ManifestFile[] {
  // In the place of a carried file lies what was torn while it was copied: its earlier version is linked there anew.
  const arrived = [...parts.rows].filter((row) => row.origin !== 'carried');
  staging.removeAllBut(new Set(arrived.map((row) => staging.pathOf(row.path))));
  const linker = new FileLinker();
  for (const { row, from } of parts.ranged) {
    const to = staging.pathOf(row.path);
    staging.prepare(to);
    if (!existsSync(to)) place(from, to);
  }
  for (const { row, from, hasOtherTime } of parts.linked) {
    const to = staging.pathOf(row.path);
    staging.prepare(to);
    if (existsSync(to)) continue;
    const how = hasOtherTime ? linker.linkUnderOtherTime(from, to, row.sizeBytes) : linker.link(from, to);
    const seconds = Number(row.mtimeNs) / 1e9;
    if (how === 'copy') utimesSync(to, seconds, seconds);
  }
  for (const folder of parts.topFolders) mkdirSync(staging.pathOf(folder), { recursive: true });
  const rows: ManifestFile[] = [];
  for (const entry of parts.others.filter((each) => each.kind === 'dir')) {
    mkdirSync(staging.pathOf(entry.localPath), { recursive: true });
    rows.push(rowOfOther(entry));
  }
  for (const entry of parts.others.filter((each) => each.kind === 'symlink')) {
    const path = staging.pathOf(entry.localPath);
    staging.prepare(path);
    const target = Buffer.from(entry.linkTarget, 'latin1');
    symlinkSync(target, path);
    if (!readlinkSync(path, { encoding: 'buffer' }).equals(target))
      throw new Error(`The link ${entry.localPath} does not read back as it was written.`);
    rows.push(rowOfOther(entry));
  }
  return rows;
}

/** Linked, so that a crash before the tree is in place leaves it where the next pull looks for it. */
function place(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    renameSync(from, to);
  }
}

/** Is the file of a row where it has to be, with its size? */
export function isStored({ path, row }: StoredRow): boolean {
  try {
    const info = lstatSync(path);
    return info.isFile() && info.size === row.sizeBytes;
  } catch {
    return false;
  }
}

function rowOfOther(entry: PlannedEntry): ManifestFile {
  const isLink = entry.kind === 'symlink';
  return {
    path: entry.localPath,
    remotePath: entry.remotePath,
    kind: isLink ? 'symlink' : 'dir',
    sizeBytes: 0,
    mtimeNs: entry.mtimeNs,
    sha256: null,
    sha1: null,
    linkTarget: isLink ? escapeBytes(entry.linkTarget) : null,
    origin: 'pulled',
    prefixBytes: null,
  };
}
