import { dirname } from 'node:path';
import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import type { SnapshotItem } from '#shared/contract/snapshots.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { nowIso, type SnapshotDeps } from './deps.ts';
import { planFor, whyItStays, type RetentionPlan } from './retention-plan.ts';

type Pruned = {
  readonly removed: readonly SnapshotItem[];
  /** Why those stay that were to go, by id. */
  readonly stayed: ReadonlyMap<string, string>;
};

/**
 * Takes snapshots away, the oldest first, and asks before each whether something has come to need it.
 * @throws RoomError job_conflict while the machine is pulled; what was removed before that stays removed.
 */
export async function prune(
  plan: Pick<RetentionPlan, 'going' | 'keepsUnmirrored'>,
  deps: SnapshotDeps,
  signal: AbortSignal | null = null,
): Promise<Pruned> {
  const removed: SnapshotItem[] = [];
  const stayed = new Map<string, string>();
  try {
    for (const item of plan.going.toSorted((a, b) => (a.tag < b.tag ? -1 : 1))) {
      signal?.throwIfAborted();
      const why = await whyItStays(item, plan.keepsUnmirrored, deps);
      if (why !== null) {
        stayed.set(item.id, why);
        continue;
      }
      const { instanceId, path, tag } = item;
      await deps.transfer.call('snapshots.remove', { roomFolder: dirname(path), instanceId, tag });
      await deps.database.write('snapshots.markRemoved', { id: item.id, at: nowIso(deps) });
      removed.push(item);
    }
  } finally {
    if (removed.length > 0) deps.emit({ name: 'snapshots.changed', payload: {} });
  }
  return { removed, stayed };
}

/**
 * The job of retention: what the times that are set let go. It asks nobody, so it takes only what the mirror was
 * proved to hold.
 */
export async function pruneMachine(
  input: MethodParsedInput<'snapshots.prune'>,
  context: JobContext,
  deps: SnapshotDeps,
): Promise<MethodOutput<'snapshots.prune'>> {
  const { instanceId } = input;
  const { isOn: _isOn, keepsUnmirrored: _keeps, ...times } = deps.retention();
  const plan = await planFor(instanceId, { times, isTyped: false }, deps);
  return context.step('Remove what the policy lets go', async () => {
    const paths = plan.going.map((item) => item.path);
    const freesBytes = paths.length === 0 ? 0 : await deps.transfer.call('snapshots.ownBytes', { paths });
    const { removed } = await prune(plan, deps, context.signal);
    const keptCount = plan.choices.length - removed.length;
    const waiting = plan.waiting.length === 0 ? '' : `, ${plan.waiting.length} of them until they are mirrored`;
    context.detail(`${removed.length} removed, ${keptCount} kept${waiting}.`);
    return { instanceId, removed: removed.map((item) => item.tag), keptCount, freesBytes };
  });
}
