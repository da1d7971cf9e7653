import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { readBucketSnapshots } from './bucket-manifests.ts';
import { listEverything, withStaging, writeNames, type MirrorDeps } from './context.ts';
import { objectNameOf } from './pieces.ts';
import type { ListedObject } from './rclone.ts';

const mostVersions = 10;

/**
 * Removes snapshots from the bucket, and the objects that no other snapshot there needs. The first call only says what
 * that would be; the second one, with the id of that plan and the machine's id typed, does it when nothing changed in
 * between. Manifests go first: what is cut off in the middle leaves objects too many, never a manifest without them.
 */
export async function pruneMirror(
  input: MethodParsedInput<'mirror.prune'>,
  context: JobContext,
  deps: MirrorDeps,
): Promise<MethodOutput<'mirror.prune'>> {
  const { instanceId } = input;
  const isReal = input.confirm !== undefined || input.planId !== undefined;
  if (isReal && input.confirm !== instanceId)
    throw new RoomError(
      'invalid_input',
      `Type the machine's id (${instanceId}) to remove its snapshots from the bucket.`,
      {
        hint: 'Nothing was removed.',
      },
    );
  const opened = await deps.open('prune');
  const { remote, rclone } = opened;
  const root = remote.rootOf(instanceId);
  const { signal } = context;

  const plan = await context.step('Find what nothing else needs', async () => {
    const listed: ListedObject[] = [];
    await rclone.list({
      what: 'Listing the manifests',
      root: `${root}/snapshots`,
      signal,
      onObject: (object) => listed.push(object),
    });
    const bucket = await readBucketSnapshots({
      rclone,
      root: `${root}/snapshots`,
      cache: join(deps.manifestFolder, remote.id, instanceId),
      listed,
      signal,
    });
    // A manifest that can not be read may need any object.
    if (bucket.bad.length > 0)
      throw new RoomError(
        'could_not_tell',
        `Nothing is pruned: ${bucket.bad[0]!.tag} can not be read. ${bucket.bad[0]!.because}`,
        {
          hint: 'Check and repair the mirror first.',
        },
      );
    const { objects } = await listEverything(deps, opened, instanceId, signal);
    return makePlan(input.tags, bucket.good, objects);
  });
  const answer = {
    planId: plan.id,
    tags: plan.tags,
    keptTags: plan.keptTags,
    objectCount: plan.objects.length,
    objectBytes: plan.objects.reduce((sum, object) => sum + object.sizeBytes, 0),
  };
  if (!isReal) return { state: 'planned', ...answer };
  if (input.planId !== plan.id)
    throw new RoomError('conflict', 'The bucket is not as it was when this was planned. Nothing was removed.', {
      hint: 'Look at the plan again.',
      details: { ...answer },
    });

  await context.step('Remove manifests', () =>
    withStaging(deps, `prune-${instanceId}`, async (staging) => {
      const names = plan.tags.flatMap((tag) => [`${tag}.json`, `${tag}.list`]);
      const listFile = await writeNames(staging, 'names', names);
      await rclone.erase({ what: 'Removing manifests', root: `${root}/snapshots`, listFile, signal });
    }),
  );
  await context.step('Remove objects, proved by a listing', async () => {
    let left = plan.objects;
    // Under a version that goes lies the one before it: an object that was repaired takes several rounds.
    for (let round = 0; round < mostVersions && left.length > 0; round += 1) {
      const names = left.map((object) => objectNameOf(object.sha256));
      await withStaging(deps, `prune-${instanceId}`, async (staging) => {
        const listFile = await writeNames(staging, 'names', names);
        await rclone.erase({ what: 'Removing objects', root: `${root}/objects`, listFile, signal });
      });
      const { objects } = await listEverything(deps, opened, instanceId, signal);
      left = left.filter((object) => objects.has(object.sha256));
    }
    if (left.length > 0)
      throw new RoomError('tool_failed', `${left.length} objects are still in the bucket after they were removed.`);
    await deps.database.write('mirror.pruned', {
      remoteId: remote.id,
      instanceId,
      tags: plan.tags,
      sha256s: plan.objects.map((object) => object.sha256),
    });
  });
  deps.emit({ name: 'mirror.changed', payload: {} });
  return { state: 'pruned', ...answer };
}

function makePlan(
  wantedTags: readonly string[],
  snapshots: readonly { readonly tag: string; readonly pieces: ReadonlyMap<string, readonly string[]> }[],
  objects: ReadonlyMap<string, { readonly sha256: string; readonly sizeBytes: number }>,
) {
  const there = new Set(snapshots.map((snapshot) => snapshot.tag));
  const absent = wantedTags.find((tag) => !there.has(tag));
  if (absent !== undefined) throw new RoomError('not_found', `There is no snapshot ${absent} in the bucket.`);
  const tags = [...new Set(wantedTags)].toSorted();
  const kept = snapshots.filter((snapshot) => !tags.includes(snapshot.tag));
  const needed = new Set(kept.flatMap((snapshot) => [...snapshot.pieces.values()].flat()));
  const dropped = snapshots.filter((snapshot) => tags.includes(snapshot.tag));
  const candidates = new Set(dropped.flatMap((snapshot) => [...snapshot.pieces.values()].flat()));
  // Only what these snapshots used: an object of a push that is under way has no manifest yet.
  const free = [...candidates].filter((sha256) => !needed.has(sha256) && objects.has(sha256)).toSorted();
  const id = createHash('sha256')
    .update(JSON.stringify([tags, kept.map(({ tag }) => tag), free]))
    .digest('hex')
    .slice(0, 16);
  return { id, tags, keptTags: kept.map(({ tag }) => tag), objects: free.map((sha256) => objects.get(sha256)!) };
}
