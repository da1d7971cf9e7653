import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { snapshotManifestSchema, type SnapshotManifest } from '#shared/model/snapshot-manifest.ts';
import { escapeBytes } from '#shared/rules/plan-names.ts';
import { tagsIn, type Book } from './book.ts';
import { sha256Of } from './content.ts';
import type { World } from './world.ts';

/**
 * I1, I2 and I3 on this computer: every snapshot that was promised or ever stood is there, each of its files has the
 * bytes that its manifest says, and those are bytes that the machine really had at one time.
 */
export function checkCopies(world: World, book: Book): void {
  const tags = tagsIn(world);
  for (const tag of book.snapshots.keys())
    if (!tags.includes(tag))
      book.violations.push({ invariant: 'I1', what: `snapshot ${tag} was promised and is gone` });
  for (const tag of book.stood)
    if (!tags.includes(tag)) book.violations.push({ invariant: 'I3', what: `snapshot ${tag} stood here and is gone` });
  const prefixes = new Set<string>();
  for (const tag of tags) {
    const manifest = readManifest(world, tag);
    if (manifest === null) {
      book.violations.push({ invariant: 'I1', what: `the manifest of ${tag} can not be read` });
      continue;
    }
    for (const row of manifest.files) {
      const say = (what: string): number =>
        book.violations.push({
          invariant: 'I2',
          what: `${JSON.stringify(row.path)} of ${tag} (${row.origin}) ${what}`,
        });
      const path = join(world.room, tag, row.path);
      if (!existsSync(path) && lstatSync(path, { throwIfNoEntry: false }) === undefined) say('is missing');
      else if (row.kind === 'symlink') {
        const target = escapeBytes(readlinkSync(path, { encoding: 'buffer' }).toString('latin1'));
        if (target !== row.linkTarget) say('points elsewhere');
      } else if (row.kind === 'file') {
        const sha256 = sha256Of(readFileSync(path));
        const key = `${row.remotePath}\n${sha256}`;
        if (sha256 !== row.sha256) say('has not the bytes that its manifest says');
        if (row.origin === 'prefix' && world.tree.everBegan(row.remotePath, sha256, row.sizeBytes)) prefixes.add(key);
        if (!world.tree.everHad(row.remotePath, sha256) && !prefixes.has(key))
          say('has bytes that the machine never had: it is torn');
      }
    }
  }
}

/** Held against the bytes of the source, which no manifest and no hash stands between. */
function isCopyOf(source: Buffer, copy: string): boolean {
  try {
    return readFileSync(copy).equals(source);
  } catch {
    return false;
  }
}

export function readManifest(world: World, tag: string): SnapshotManifest | null {
  try {
    return snapshotManifestSchema.parse(JSON.parse(readFileSync(join(world.room, tag, 'manifest.json'), 'utf8')));
  } catch {
    return null;
  }
}

/** I5: what `current` points to is what the machine has, file for file. */
export function checkConverged(world: World, book: Book): void {
  const say = (what: string): number => book.violations.push({ invariant: 'I5', what });
  let tag: string;
  try {
    tag = readlinkSync(join(world.room, 'current'));
  } catch {
    say('there is no current snapshot');
    return;
  }
  const manifest = readManifest(world, tag);
  if (manifest === null) {
    say(`current points to ${tag}, which is none`);
    return;
  }
  const standing = world.tree.standing();
  const rows = new Map(manifest.files.filter((row) => row.kind !== 'dir').map((row) => [row.remotePath, row]));
  for (const [path, { kind, content, bytes }] of standing) {
    const row = rows.get(path);
    if (row === undefined) say(`${JSON.stringify(path)} is not in the snapshot: ${JSON.stringify(manifest.skipped)}`);
    else if (row.kind !== kind || (row.kind === 'file' ? row.sha256 : row.linkTarget) !== content)
      say(`${JSON.stringify(path)} is another one in the snapshot (${row.origin})`);
    else if (bytes !== null && !isCopyOf(bytes, join(world.room, tag, row.path)))
      say(`${JSON.stringify(path)} has other bytes in the snapshot than on the machine`);
  }
  for (const path of rows.keys())
    if (!standing.has(path)) say(`${JSON.stringify(path)} is in the snapshot and not on the machine`);
}
