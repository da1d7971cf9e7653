import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import type { Clock } from '../ports.ts';
import type { TaskPool } from '../tasks/task-pool.ts';
import type { ListedObject, Rclone } from './rclone.ts';
import type { MirrorRemote } from './remote.ts';
import type { SnapshotReader } from './snapshot-reader.ts';
import type { SeenObject } from './store.ts';

/** What the work of the mirror needs. */
export type MirrorDeps = {
  readonly database: Database;
  readonly tasks: TaskPool;
  readonly clock: Clock;
  readonly emit: EmitEvent;
  readonly snapshots: SnapshotReader;
  /** Folder for what is laid out to be uploaded, and for what comes back. */
  readonly stagingFolder: string;
  /** Manifests that were read from a bucket, kept so that only new ones are fetched. */
  readonly manifestFolder: string;
  /** @throws RoomError when no bucket or key is set. */
  readonly open: (role: 'mirror' | 'prune') => Promise<{ readonly remote: MirrorRemote; readonly rclone: Rclone }>;
};

export const nowIso = (clock: Clock): string => new Date(clock.now()).toISOString();

/** A staging folder of one piece of work, emptied before and removed after it, also when it fails. */
export async function withStaging<T>(
  deps: Pick<MirrorDeps, 'stagingFolder'>,
  name: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = join(deps.stagingFolder, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes names for `--files-from-raw`, one a line. */
export async function writeNames(folder: string, name: string, names: Iterable<string>): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `${[...names].join('\n')}\n`, { mode: 0o600 });
  return path;
}

/** Objects by SHA-256, of a listing of `objects/`. What has another kind of name is left out. */
export function toSeen(listed: readonly ListedObject[]): SeenObject[] {
  return listed.flatMap(({ path, sizeBytes, sha1 }) => {
    const match = /^([0-9a-f]{2})\/(\1[0-9a-f]{62})$/.exec(path);
    return match === null ? [] : [{ sha256: match[2]!, sizeBytes, sha1 }];
  });
}

/** Lists everything that a machine has in the bucket and writes it to the history. */
export async function listEverything(
  deps: Pick<MirrorDeps, 'database' | 'clock'>,
  { remote, rclone }: { readonly remote: MirrorRemote; readonly rclone: Rclone },
  instanceId: string,
  signal: AbortSignal,
): Promise<{ readonly listedAt: string; readonly objects: ReadonlyMap<string, SeenObject> }> {
  const listed: ListedObject[] = [];
  const at = nowIso(deps.clock);
  await rclone.list({
    what: 'Listing the bucket',
    root: `${remote.rootOf(instanceId)}/objects`,
    signal,
    onObject: (object) => listed.push(object),
  });
  const objects = toSeen(listed);
  await deps.database.write('mirror.listed', { remoteId: remote.id, instanceId, at, objects });
  return { listedAt: at, objects: new Map(objects.map((object) => [object.sha256, object])) };
}

/** What a listing says against an object; null when nothing. `sha1` null: nobody knows what it should be. */
export function faultOf(
  wanted: { readonly sizeBytes: number; readonly sha1: string | null },
  seen: { readonly sizeBytes: number; readonly sha1: string | null } | undefined,
): string | null {
  if (seen === undefined) return 'It is not in the listing.';
  if (seen.sizeBytes !== wanted.sizeBytes)
    return `It has ${seen.sizeBytes} bytes in the bucket and ${wanted.sizeBytes} here.`;
  if (seen.sha1 !== null && wanted.sha1 !== null && seen.sha1 !== wanted.sha1)
    return 'Its SHA-1 in the bucket is another one.';
  return null;
}

export function damagedError(
  what: string,
  damaged: readonly { readonly name: string; readonly because: string }[],
): RoomError {
  const [first] = damaged;
  return new RoomError(
    'file_damaged',
    `${what}: ${damaged.length} of the objects in the bucket are not good. ${first?.name ?? ''} ${first?.because ?? ''}`.trim(),
    {
      hint: 'mirror.repair puts a good version over each, from this computer.',
      details: { damaged: damaged.slice(0, 20) },
    },
  );
}
