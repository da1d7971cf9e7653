import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import { snapshotManifestSchema, type SnapshotManifest } from '#shared/model/snapshot-manifest.ts';
import type { Snapshot } from '#shared/model/snapshot.ts';

/** The snapshots of the workspace, as far as a mirror needs them. */
export type SnapshotReader = {
  /** Null when there is none of this id. */
  get(snapshotId: string): Promise<Snapshot | null>;
  /** Where a snapshot that is brought back goes when nobody says. */
  folderFor(instanceId: string, tag: string): string;
  /** Makes a restored, verified snapshot one of the workspace. False when the workspace has that snapshot already. */
  adopt(restored: {
    readonly manifest: SnapshotManifest;
    readonly manifestSha256: string;
    readonly path: string;
  }): Promise<boolean>;
};

export type LoadedSnapshot = {
  readonly path: string;
  readonly manifest: SnapshotManifest;
  readonly manifestText: string;
  readonly manifestSha256: string;
};

/**
 * A snapshot with its manifest, by its id or its folder. Only a verified one: what nobody compared must not look safe.
 * @throws RoomError not_found, held, file_missing, file_damaged.
 */
export async function loadSnapshot(
  reader: SnapshotReader,
  which: { readonly snapshotId?: string | undefined; readonly path?: string | undefined },
): Promise<LoadedSnapshot> {
  const snapshot = which.snapshotId === undefined ? null : await reader.get(which.snapshotId);
  if (snapshot === null && which.path === undefined)
    throw new RoomError('not_found', `There is no snapshot ${which.snapshotId} in this workspace.`);
  if (snapshot?.state === 'unverified')
    throw new RoomError('conflict', `The snapshot ${snapshot.tag} was never verified, so it is not mirrored.`, {
      hint: 'Verify it first: a mirror of unverified bytes would look like a safe copy.',
    });
  const path = snapshot?.path ?? which.path!;
  const loaded = await readManifest(path);
  if (snapshot !== null && snapshot.manifestSha256 !== null && snapshot.manifestSha256 !== loaded.manifestSha256)
    throw new RoomError('file_damaged', `The manifest of ${snapshot.tag} is not the one that was written with it.`, {
      hint: 'Verify the snapshot. Nothing was uploaded.',
    });
  return loaded;
}

export async function readManifest(path: string): Promise<LoadedSnapshot> {
  let text: string;
  try {
    text = await readFile(join(path, 'manifest.json'), 'utf8');
  } catch (cause) {
    throw new RoomError('file_missing', `There is no manifest to be read in ${path}.`, {
      hint: 'Name the folder of one snapshot. Copies of the old script have no manifest.',
      cause,
    });
  }
  return { path, manifestText: text, manifestSha256: sha256Of(text), manifest: parseManifest(text, path) };
}

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** @throws RoomError file_damaged. */
export function parseManifest(text: string, where: string): SnapshotManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = null;
  }
  const parsed = snapshotManifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new RoomError(
    'file_damaged',
    `The manifest of ${where} can not be used: ${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''}.`,
    { hint: 'Nothing was concluded from it.' },
  );
}
