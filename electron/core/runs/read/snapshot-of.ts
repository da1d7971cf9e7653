import { basename, dirname, join, relative, sep } from 'node:path';
import type { FoundRunRoot } from './record.ts';
import { readSyncManifest, type SyncManifest } from './sync-manifest.ts';

const layoutBases = [
  { parts: ['work_dir'], isLegacy: false },
  { parts: ['data', 'outputs_legacy'], isLegacy: true },
] as const;
const tagPattern = /^(?:latest|\d{8}T\d{6}Z?)$/;
const levelsUp = 6;

export type SnapshotPlace = {
  readonly snapshot: FoundRunRoot['snapshot'];
  readonly instanceId: string | null;
};

/**
 * Finds out whether run roots lie in a snapshot (`<tag>/work_dir/…` with `sync_manifest.txt` beside it) and
 * whose. Remembers manifests, so that a folder of a thousand snapshots reads each once.
 */
export function createSnapshotFinder(): (root: string) => Promise<SnapshotPlace> {
  const manifests = new Map<string, Promise<SyncManifest | null>>();

  function manifestOf(folder: string): Promise<SyncManifest | null> {
    const known = manifests.get(folder);
    if (known !== undefined) return known;
    const reading = readSyncManifest(folder);
    manifests.set(folder, reading);
    return reading;
  }

  return async (root) => {
    let folder = root;
    for (let level = 0; level <= levelsUp; level += 1) {
      const base = layoutBaseOf(folder, root);
      const manifest = await manifestOf(folder);
      if (manifest !== null || base !== null) {
        const instanceId = manifest?.instanceId ?? digitsAbove(folder);
        return { instanceId, snapshot: describe(folder, manifest, base?.isLegacy ?? false, instanceId) };
      }
      const above = dirname(folder);
      if (above === folder) break;
      folder = above;
    }
    return { snapshot: null, instanceId: digitsAbove(root) };
  };
}

function describe(
  folder: string,
  manifest: SyncManifest | null,
  isLegacy: boolean,
  instanceId: string | null,
): FoundRunRoot['snapshot'] {
  const name = basename(folder);
  const remoteWorkDir = isLegacy
    ? manifest?.remoteRoot == null
      ? null
      : join(manifest.remoteRoot, 'data/outputs')
    : (manifest?.remoteWorkDir ?? null);
  return {
    folder,
    // The folder's own name where it is a tag: a copied manifest names the tag it was copied from.
    tag: tagPattern.test(name) ? name : (manifest?.tag ?? name),
    takenAt: manifest?.takenAt ?? null,
    instanceId,
    remoteWorkDir,
    mode: manifest?.mode ?? null,
  };
}

function layoutBaseOf(folder: string, root: string): (typeof layoutBases)[number] | null {
  const parts = relative(folder, root).split(sep);
  return layoutBases.find((base) => base.parts.every((part, index) => parts[index] === part)) ?? null;
}

/** Path of a run root below the folder that mirrors the machine's work dir; '' for that folder itself, null outside. */
export function pathBelowWorkDir(snapshotFolder: string, root: string): string | null {
  const parts = relative(snapshotFolder, root).split(sep);
  const base = layoutBaseOf(snapshotFolder, root);
  return base === null ? null : parts.slice(base.parts.length).join('/');
}

/** The layout is `vast/<instance id>/<tag>/`: digits directly above the folder name the instance. */
function digitsAbove(folder: string): string | null {
  const name = basename(dirname(folder));
  return /^\d{5,12}$/.test(name) ? name : null;
}

/**
 * Name of the top folder for a run of no known instance. Folders that only say where in a layout they lie
 * (`work_dir`, `outputs`, a snapshot's tag) are passed over, so that two snapshots of one run agree.
 */
export function topFolderName(root: string): string {
  let folder = root;
  while (
    /^(?:work_dir|outputs|outputs_legacy|data|models)$/.test(basename(folder)) ||
    tagPattern.test(basename(folder))
  ) {
    const above = dirname(folder);
    if (above === folder) break;
    folder = above;
  }
  return basename(folder) || 'root';
}
