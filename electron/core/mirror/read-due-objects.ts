import type { MethodParsedInput } from '#shared/contract/index.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { nowIso, writeNames, type MirrorDeps } from './context.ts';
import { objectNameOf } from './pieces.ts';
import type { Rclone } from './rclone.ts';
import type { LedgerObject } from './store.ts';

const dayMs = 24 * 60 * 60 * 1000;
const batchBytes = 512 * 1024 * 1024;
const mostInBatch = 1000;

/**
 * The objects whose turn it is, never read ones first: all that are older than `days`, and as many bytes as this
 * moment's share, so that everything is read once in that time whatever the interval of the checks.
 */
export function dueObjects(objects: readonly LedgerObject[], days: number, nowMs: number): readonly LedgerObject[] {
  const readAtMs = (object: LedgerObject): number => (object.readAt === null ? 0 : Date.parse(object.readAt));
  const oldestFirst = objects.toSorted((a, b) => readAtMs(a) - readAtMs(b) || (a.sha256 < b.sha256 ? -1 : 1));
  const newestReadMs = objects.reduce((newest, object) => Math.max(newest, readAtMs(object)), 0);
  const sinceMs = newestReadMs === 0 ? dayMs : Math.max(0, nowMs - newestReadMs);
  const totalBytes = objects.reduce((sum, object) => sum + object.sizeBytes, 0);
  const shareBytes = totalBytes * Math.min(1, sinceMs / (days * dayMs));
  const due: LedgerObject[] = [];
  let bytes = 0;
  for (const object of oldestFirst) {
    const isOver = object.readAt !== null && nowMs - readAtMs(object) >= days * dayMs;
    if (!isOver && bytes >= shareBytes && due.length > 0) break;
    due.push(object);
    bytes += object.sizeBytes;
  }
  return due;
}

/** Reads due objects back, byte by byte, and notes which agreed. */
export async function readDueObjects(options: {
  readonly input: MethodParsedInput<'mirror.check'>;
  readonly place: { readonly remoteId: string; readonly instanceId: string };
  readonly root: string;
  readonly rclone: Rclone;
  readonly staging: string;
  readonly context: JobContext;
  readonly deps: MirrorDeps;
}): Promise<{
  readonly count: number;
  readonly bytes: number;
  readonly oldestAt: string | null;
  readonly damaged: readonly { readonly name: string; readonly because: string }[];
  readonly unreadCount: number;
}> {
  const { input, place, root, rclone, staging, context, deps } = options;
  const objects = await deps.database.read('mirror.objects', place);
  const due =
    input.readBack === 'all'
      ? objects
      : input.readBack === 'none'
        ? []
        : dueObjects(objects, input.readBackDays, deps.clock.now());
  const total = due.reduce((sum, object) => sum + object.sizeBytes, 0);
  const damaged: { name: string; because: string }[] = [];
  let [count, bytes, unreadCount] = [0, 0, 0];
  for (const batch of groups(due)) {
    const listFile = await writeNames(
      staging,
      'names',
      batch.map((object) => objectNameOf(object.sha256)),
    );
    const { sums, corrupt } = await rclone.readBack({ what: 'Reading back', root, listFile, signal: context.signal });
    const agreed: string[] = [];
    for (const { sha256, sizeBytes } of batch) {
      const name = objectNameOf(sha256);
      const sum = sums.get(name);
      if (corrupt.has(name) || (sum !== undefined && sum !== '' && sum !== sha256))
        damaged.push({ name, because: 'Its bytes came back different.' });
      else if (sum === undefined) unreadCount += 1;
      else {
        agreed.push(sha256);
        count += 1;
        bytes += sizeBytes;
      }
    }
    await deps.database.write('mirror.readBack', { ...place, at: nowIso(deps.clock), sha256s: agreed });
    context.progress({ done: bytes, total, unit: 'bytes', message: `${count} of ${due.length} objects read back` });
  }
  const after = await deps.database.read('mirror.objects', place);
  const oldest = after.toSorted((a, b) => ((a.readAt ?? '') < (b.readAt ?? '') ? -1 : 1))[0];
  const oldestAt = oldest?.readAt ?? null;
  return { count, bytes, oldestAt, damaged, unreadCount };
}

function* groups(objects: readonly LedgerObject[]): Generator<readonly LedgerObject[]> {
  let group: LedgerObject[] = [];
  let bytes = 0;
  for (const object of objects) {
    if (group.length > 0 && (bytes + object.sizeBytes > batchBytes || group.length === mostInBatch)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(object);
    bytes += object.sizeBytes;
  }
  if (group.length > 0) yield group;
}
