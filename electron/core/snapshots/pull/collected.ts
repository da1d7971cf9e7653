import type { ManifestFile } from '#shared/model/snapshot-manifest.ts';
import type { FileSight } from '#shared/rules/stable-file.ts';
import type { LedgerSight } from '../store/ledger.ts';
import { sightOf } from './compare.ts';
import type { StoredRow } from './known.ts';
import type { PlannedEntry } from './plan-tree.ts';

/** What a pull has gathered for its manifest, line by line. */
export class Collected {
  readonly rows = new Map<string, ManifestFile>();
  readonly sights: Record<string, LedgerSight> = {};
  readonly carried: { readonly row: ManifestFile; readonly from: string; readonly hasOtherTime: boolean }[] = [];
  readonly skipped: { path: string; why: string }[] = [];
  /** Files of a known format that can not be opened, although they are what the machine has. */
  readonly unparsed = new Map<string, string>();

  /** @param after how it was seen when it was verified: only what stood still is known again next time. */
  add(entry: PlannedEntry, row: ManifestFile, after: FileSight | null): void {
    this.rows.set(entry.remotePath, row);
    const stoodStill =
      after !== null &&
      after.sizeBytes === entry.sizeBytes &&
      after.mtimeNs === entry.mtimeNs &&
      after.inode === entry.inode;
    if (stoodStill && row.origin !== 'prefix') this.sights[entry.remotePath] = sightOf(entry);
  }

  /** An earlier version stands in: its bytes are linked, and next time it is looked at again. */
  carry(localPath: string, stored: StoredRow): void {
    const row: ManifestFile = { ...stored.row, path: localPath, origin: 'carried', prefixBytes: null };
    this.rows.set(row.remotePath, row);
    this.carried.push({ row, from: stored.path, hasOtherTime: false });
  }

  skip(entry: PlannedEntry, why: string): void {
    this.skipped.push({ path: entry.remotePath, why });
  }
}
