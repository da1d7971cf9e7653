import { dirname, basename } from 'node:path';
import type { SnapshotManifest } from '#shared/model/snapshot-manifest.ts';
import { bytesOnDisk, type BytesOnDisk } from './bytes-on-disk.ts';
import { layoutOf } from './layout.ts';
import { readSnapshot } from './manifest-file.ts';

export type SnapshotDetail = Pick<SnapshotManifest, 'remoteClock' | 'skipped' | 'removed' | 'tools'> & {
  readonly unparsed: NonNullable<SnapshotManifest['unparsed']>;
  readonly origins: Readonly<Record<string, { readonly fileCount: number; readonly totalBytes: number }>>;
  /** What it takes on this disk; null when its folder can not be read. */
  readonly onDisk: BytesOnDisk | null;
  /** Why the manifest can not be read; null when it can. */
  readonly problem: string | null;
};

/** What a manifest says beside its list of files. */
export function readSnapshotDetail(path: string): SnapshotDetail {
  const onDisk = onDiskOf(path);
  const stored = readSnapshot(layoutOf(dirname(path)), basename(path));
  if (stored === null) {
    const problem = `The manifest in ${path} is missing or can not be read.`;
    return { remoteClock: null, skipped: [], removed: [], unparsed: [], tools: {}, origins: {}, onDisk, problem };
  }
  const origins: Record<string, { fileCount: number; totalBytes: number }> = {};
  for (const row of stored.manifest.files) {
    if (row.kind !== 'file') continue;
    const sum = (origins[row.origin] ??= { fileCount: 0, totalBytes: 0 });
    sum.fileCount += 1;
    sum.totalBytes += row.sizeBytes;
  }
  const { remoteClock, skipped, removed, tools } = stored.manifest;
  return {
    remoteClock,
    skipped,
    removed,
    unparsed: stored.manifest.unparsed ?? [],
    tools,
    origins,
    onDisk,
    problem: null,
  };
}

function onDiskOf(path: string): BytesOnDisk | null {
  try {
    return bytesOnDisk([path]);
  } catch {
    return null;
  }
}
