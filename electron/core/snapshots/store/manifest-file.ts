import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { snapshotManifestSchema, type SnapshotManifest } from '#shared/model/snapshot-manifest.ts';
import { takenAtOf } from '#shared/rules/snapshot-tag.ts';
import type { SnapshotSummary } from '../pull/pull-spec.ts';
import { layoutOf, manifestName, type Layout } from './layout.ts';

export type StoredSnapshot = {
  readonly tag: string;
  readonly path: string;
  readonly manifest: SnapshotManifest;
  readonly manifestSha256: string;
};

/** Null when the folder has no manifest of the room, or one that can not be read. */
export function readSnapshot(layout: Layout, tag: string): StoredSnapshot | null {
  const path = join(layout.room, tag);
  try {
    const bytes = readFileSync(join(path, manifestName));
    const parsed = snapshotManifestSchema.safeParse(JSON.parse(bytes.toString('utf8')));
    if (!parsed.success) return null;
    return { tag, path, manifest: parsed.data, manifestSha256: createHash('sha256').update(bytes).digest('hex') };
  } catch {
    return null;
  }
}

/** The numbers of a manifest, without its files. */
export function summaryOf(stored: StoredSnapshot): SnapshotSummary {
  const { manifest, manifestSha256, path, tag } = stored;
  return {
    id: manifest.snapshotId,
    tag,
    path,
    takenAt: manifest.takenAt,
    manifestSha256,
    fileCount: manifest.totals.fileCount,
    totalBytes: manifest.totals.totalBytes,
    held: (manifest.held ?? []) as SnapshotSummary['held'],
    removedCount: manifest.removed.length,
    skippedCount: manifest.skipped.length,
    pending: (manifest.pending ?? []).map(({ path: remotePath, sizeBytes }) => ({ path: remotePath, sizeBytes })),
    carriedCount: manifest.files.filter((row) => row.origin === 'carried').length,
  };
}

/** Snapshots that are in place and not among those that are known, and what `current` points to. */
export function scanRoom(
  roomFolder: string,
  knownTags: readonly string[],
): { readonly current: string | null; readonly tags: readonly string[]; readonly unknown: readonly SnapshotSummary[] } {
  const layout = layoutOf(roomFolder);
  const known = new Set(knownTags);
  const tags = listTags(layout);
  const unknown = tags
    .filter((tag) => !known.has(tag))
    .flatMap((tag) => {
      const stored = readSnapshot(layout, tag);
      return stored === null ? [] : [summaryOf(stored)];
    });
  return { current: currentTag(layout), tags, unknown };
}

/** Tags of the snapshots that are in place, oldest first. */
export function listTags(layout: Layout): string[] {
  try {
    return readdirSync(layout.room)
      .filter((name) => takenAtOf(name) !== null)
      .toSorted();
  } catch {
    return [];
  }
}

/** The tag that `current` points to; null when it points nowhere. */
export function currentTag(layout: Layout): string | null {
  try {
    const tag = basename(readlinkSync(layout.current));
    return takenAtOf(tag) === null ? null : tag;
  } catch {
    return null;
  }
}
