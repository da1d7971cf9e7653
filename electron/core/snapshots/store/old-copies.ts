import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { OldCopy } from '#shared/contract/snapshots.ts';
import { snapshotInstanceSchema } from '#shared/model/snapshot.ts';
import { takenAtOf } from '#shared/rules/snapshot-tag.ts';
import { oldManifestName } from './layout.ts';

/** More than this is not counted: the list must not wait for it. */
const mostEntries = 200_000;

/**
 * What the old scripts left in `<backup root>/<instance>/`: `latest` and stamps. It is only looked at: nobody has
 * compared it with a machine, and `latest` loses what the machine loses with the script's next run.
 */
export function listOldCopies(backupFolder: string, instanceId: string | null): OldCopy[] {
  return foldersIn(backupFolder)
    .filter((name) => (instanceId === null || name === instanceId) && snapshotInstanceSchema.safeParse(name).success)
    .flatMap((name) =>
      foldersIn(join(backupFolder, name))
        .filter((each) => each === 'latest' || takenAtOf(each) !== null)
        .toSorted()
        .toReversed()
        .map((each) => oldCopyOf(backupFolder, name, each)),
    );
}

function oldCopyOf(backupFolder: string, instanceId: string, name: string): OldCopy {
  const path = join(backupFolder, instanceId, name);
  return {
    instanceId,
    name,
    path,
    takenAt: stampOf(path) ?? takenAtOf(name),
    label: 'old script, unverified',
    ...countIn(path),
    danger: dangerOf(path, join(backupFolder, instanceId, 'room')),
  };
}

/** A script that empties `latest` would empty through it what it points to. */
function dangerOf(path: string, room: string): string | null {
  try {
    if (!lstatSync(path).isSymbolicLink()) return null;
    const target = realpathSync(path);
    return target === room || target.startsWith(`${realpathSync(room)}/`)
      ? `It is a link to ${target}: an old script that deletes in it deletes in a snapshot. Remove the link.`
      : `It is a link to ${target}.`;
  } catch {
    return 'It is a link that leads nowhere.';
  }
}

function stampOf(path: string): string | null {
  try {
    const [, stamp] = /^timestamp_utc=(\S+)$/m.exec(readFileSync(join(path, oldManifestName), 'utf8')) ?? [];
    return stamp === undefined ? null : takenAtOf(stamp);
  } catch {
    return null;
  }
}

function countIn(top: string): Pick<OldCopy, 'fileCount' | 'totalBytes' | 'isCounted'> {
  let [fileCount, totalBytes, seen, isCounted] = [0, 0, 0, true];
  const walk = (folder: string): void => {
    let entries;
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      isCounted = false;
      return;
    }
    for (const entry of entries) {
      if (++seen > mostEntries) {
        isCounted = false;
        return;
      }
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) {
        fileCount += 1;
        totalBytes += lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
      }
    }
  };
  walk(top);
  return { fileCount, totalBytes, isCounted };
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() || entry.isSymbolicLink() ? [entry.name] : [],
    );
  } catch {
    return [];
  }
}
