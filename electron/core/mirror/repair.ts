import type { MethodOutput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { batchesOf } from './batches.ts';
import { uploadBatch } from './upload-batch.ts';
import { damagedError, faultOf, listEverything, nowIso, withStaging, writeNames, type MirrorDeps } from './context.ts';
import { cutLargeFiles } from './cut-large-files.ts';
import { objectNameOf, sourcePieces } from './pieces.ts';
import { loadSnapshot } from './snapshot-reader.ts';

/**
 * Uploads a new version of every object of a snapshot that is missing or damaged in the bucket, from this computer's
 * copy, whose bytes are hashed on the way. The damaged version stays behind it: this key can delete nothing.
 */
export async function repairMirror(
  input: { readonly snapshotId?: string | undefined; readonly path?: string | undefined },
  context: JobContext,
  deps: MirrorDeps,
): Promise<MethodOutput<'mirror.repair'>> {
  const opened = await deps.open('mirror');
  const { remote, rclone } = opened;
  const snapshot = await context.step('Read the snapshot', () => loadSnapshot(deps.snapshots, input));
  const { instanceId } = snapshot.manifest;
  const root = `${remote.rootOf(instanceId)}/objects`;
  await deps.database.write('mirror.remember', { id: remote.id, label: remote.label });

  const pieces = sourcePieces(snapshot.manifest, await cutLargeFiles(snapshot, context, deps));
  const { bad, replaced } = await context.step('Find what is damaged', () =>
    withStaging(deps, `repair-${instanceId}`, async (staging) => {
      const { objects } = await listEverything(deps, opened, instanceId, context.signal);
      const listedFaults = [...pieces.values()].map((piece) => ({
        piece,
        because: faultOf(piece, objects.get(piece.sha256)),
      }));
      // What looks right in a listing may have rotted: every object of this snapshot is read.
      const readable = listedFaults
        .filter(({ because }) => because === null)
        .map(({ piece }) => objectNameOf(piece.sha256));
      const { sums, corrupt } =
        readable.length === 0
          ? { sums: new Map<string, string>(), corrupt: new Set<string>() }
          : await rclone.readBack({
              what: 'Reading back',
              root,
              listFile: await writeNames(staging, 'names', readable),
              signal: context.signal,
            });
      const faults = listedFaults.flatMap(({ piece, because }) => {
        const name = objectNameOf(piece.sha256);
        const sum = sums.get(name);
        if (because !== null) return [{ piece, name, because }];
        if (corrupt.has(name) || (sum !== undefined && sum !== piece.sha256))
          return [{ piece, name, because: 'Its bytes came back different.' }];
        if (sum === undefined)
          throw new RoomError('could_not_tell', `${name} could not be read back, so nothing was replaced.`, {
            hint: 'Start it again when the bucket can be reached.',
          });
        return [];
      });
      return {
        bad: faults.map(({ piece }) => piece),
        replaced: faults.map(({ name, because }) => ({ name, because })),
      };
    }),
  );
  await context.step('Upload good versions', () =>
    withStaging(deps, `repair-${instanceId}`, async (staging) => {
      for (const batch of batchesOf(bad))
        await uploadBatch(
          batch,
          {
            what: 'Replacing',
            from: snapshot.path,
            to: root,
            when: 'always',
            staging,
            rclone,
            signal: context.signal,
          },
          deps,
        );
    }),
  );
  await context.step('Prove by a listing', async () => {
    const { objects } = await listEverything(deps, opened, instanceId, context.signal);
    const left = bad.flatMap((piece) => {
      const because = faultOf(piece, objects.get(piece.sha256));
      return because === null ? [] : [{ name: objectNameOf(piece.sha256), because }];
    });
    if (left.length > 0) throw damagedError('Not repaired', left);
  });
  deps.emit({ name: 'mirror.changed', payload: {} });
  return { replaced, provedAt: nowIso(deps.clock) };
}
