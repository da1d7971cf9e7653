import { escapeBytes } from '#shared/rules/plan-names.ts';
import type { LedgerSight } from '../store/ledger.ts';
import type { Known, StoredRow } from './known.ts';
import type { PlannedEntry } from './plan-tree.ts';

export type Matched = { readonly entry: PlannedEntry; readonly stored: StoredRow };

export type Compared = {
  /** Its bytes are here: nothing about it changed since they were verified. */
  readonly unchanged: readonly Matched[];
  /** Its bytes may be here, under another time or another name: the machine's hash tells. */
  readonly maybe: readonly Matched[];
  /** Its bytes are not here. */
  readonly changed: readonly PlannedEntry[];
  /** Folders and links, which are made anew each time. */
  readonly others: readonly PlannedEntry[];
};

export const sightOf = (entry: PlannedEntry): LedgerSight => [
  entry.sizeBytes,
  entry.mtimeNs,
  entry.ctimeNs,
  entry.inode,
];

const isSameSight = (a: LedgerSight, b: LedgerSight | null): boolean =>
  b !== null && a.every((part, i) => part === b[i]);

/** Leaves out what travels in the lane of large files: its bytes are not here, or only the machine can tell. */
export function splitLater(
  compared: Compared,
  isLater: (entry: PlannedEntry) => boolean,
): { readonly compared: Compared; readonly later: readonly PlannedEntry[] } {
  const later = [...compared.changed, ...compared.maybe.map(({ entry }) => entry)].filter(isLater);
  return {
    compared: {
      ...compared,
      changed: compared.changed.filter((entry) => !isLater(entry)),
      maybe: compared.maybe.filter(({ entry }) => !isLater(entry)),
    },
    later,
  };
}

/** Sorts the entries of a listing by what has to be done for them. */
export function compareWithKnown(entries: readonly PlannedEntry[], known: Known | null): Compared {
  const unchanged: Matched[] = [];
  const maybe: Matched[] = [];
  const changed: PlannedEntry[] = [];
  const others: PlannedEntry[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'file') {
      others.push(entry);
      continue;
    }
    const sight = sightOf(entry);
    const rows = (known?.rowsOf(entry.remotePath) ?? []).filter(
      ({ row }) => row.kind === 'file' && row.sha256 !== null && row.sizeBytes === entry.sizeBytes,
    );
    const same = rows.find((stored) => isSameSight(sight, stored.sight));
    const candidate = rows[0] ?? known?.withContent(entry.sizeBytes, entry.mtimeNs) ?? null;
    if (same !== undefined) unchanged.push({ entry, stored: same });
    else if (candidate !== null) maybe.push({ entry, stored: candidate });
    else changed.push(entry);
  }
  return { unchanged, maybe, changed, others };
}

const pendingKey = (file: { readonly sizeBytes: number; readonly mtimeNs: string }, path: string): string =>
  `${file.sizeBytes} ${file.mtimeNs} ${path}`;

/** True when a listing has nothing that the newest snapshot has not, and the reverse; the same is pending. */
export function isNothingNew(compared: Compared, later: readonly PlannedEntry[], known: Known): boolean {
  const { manifest } = known.newest;
  const before = new Set((manifest.pending ?? []).map((file) => pendingKey(file, file.path)));
  if (before.size !== later.length) return false;
  if (!later.every((entry) => before.has(pendingKey(entry, entry.remotePath)))) return false;
  const isLater = new Set(later.map((entry) => entry.remotePath));
  const files = manifest.files.filter((row) => !isLater.has(row.remotePath));
  if (compared.changed.length > 0) return false;
  if (files.length !== compared.unchanged.length + compared.maybe.length + compared.others.length) return false;
  if (files.some((row) => row.origin === 'carried' || row.origin === 'prefix')) return false;
  const rows = new Map(files.map((row) => [row.remotePath, row]));
  return (
    [...compared.unchanged, ...compared.maybe].every(
      ({ entry, stored }) => stored.row === rows.get(entry.remotePath) && stored.row.mtimeNs === entry.mtimeNs,
    ) &&
    compared.others.every((entry) => {
      const row = rows.get(entry.remotePath);
      if (row?.kind !== entry.kind) return false;
      return entry.kind === 'dir' || row.linkTarget === escapeBytes(entry.linkTarget);
    })
  );
}
