import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ManifestFile, SnapshotManifest } from '#shared/model/snapshot-manifest.ts';

export type SnapshotContent = Readonly<Record<string, string | Buffer | { readonly linkTo: string } | 'dir'>>;

const sumOf = (algorithm: 'sha1' | 'sha256', bytes: Buffer): string =>
  createHash(algorithm).update(bytes).digest('hex');
const takenMs = Date.UTC(2026, 2, 1, 12, 0, 0);

/** The folder of a verified snapshot with its manifest, as a pull leaves it. Content `'dir'` is an empty folder. */
export function buildSnapshot(
  parent: string,
  content: SnapshotContent,
  options: { readonly tag?: string; readonly instanceId?: string } = {},
): { readonly path: string; readonly manifest: SnapshotManifest; readonly manifestText: string } {
  const tag = options.tag ?? '20260301T120000Z';
  const instanceId = options.instanceId ?? '32182930';
  const path = join(parent, instanceId, 'room', tag);
  mkdirSync(path, { recursive: true });
  const files = Object.entries(content).map(([name, what]) => place(path, name, what));
  const regular = files.filter((file) => file.kind === 'file');
  const manifest: SnapshotManifest = {
    schema: 1,
    snapshotId: `snap_${instanceId}_${tag}`,
    instanceId,
    tag,
    takenAt: new Date(takenMs).toISOString(),
    remoteClock: null,
    files,
    totals: { fileCount: regular.length, totalBytes: regular.reduce((sum, file) => sum + file.sizeBytes, 0) },
    skipped: [],
    removed: [],
    tools: { room: '0.1.0' },
  };
  const manifestText = `${JSON.stringify(manifest)}\n`;
  writeFileSync(join(path, 'manifest.json'), manifestText);
  return { path, manifest, manifestText };
}

function place(folder: string, name: string, what: SnapshotContent[string]): ManifestFile {
  const target = join(folder, name);
  mkdirSync(dirname(target), { recursive: true });
  const common = {
    path: name,
    remotePath: `/models/outputs/${name}`,
    mtimeNs: `${BigInt(takenMs) * 1_000_000n + 123_456_789n}`,
    origin: 'pulled' as const,
    prefixBytes: null,
  };
  const none = { sizeBytes: 0, sha256: null, sha1: null };
  if (what === 'dir') {
    mkdirSync(target, { recursive: true });
    return { ...common, ...none, kind: 'dir', linkTarget: null };
  }
  if (typeof what === 'object' && 'linkTo' in what) {
    symlinkSync(what.linkTo, target);
    return { ...common, ...none, kind: 'symlink', linkTarget: what.linkTo };
  }
  const bytes = Buffer.from(what as string);
  writeFileSync(target, bytes);
  utimesSync(target, takenMs / 1000, takenMs / 1000);
  return {
    ...common,
    kind: 'file',
    sizeBytes: bytes.length,
    sha256: sumOf('sha256', bytes),
    sha1: sumOf('sha1', bytes),
    linkTarget: null,
  };
}
