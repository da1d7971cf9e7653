import type { Handlers } from '../dispatcher.ts';
import { acceptSnapshot } from './accept.ts';
import { largeFilesOf } from './large-files.ts';
import { listSnapshots } from './list-snapshots.ts';
import { machineOf } from './machine-of.ts';
import { pullLarge } from './pull-large.ts';
import { pullSnapshot } from './pull-snapshot.ts';
import { pruneByPolicy, type PruneDeps } from './prune-by-policy.ts';
import { pruneMachine } from './prune.ts';
import { restoreSnapshot } from './restore.ts';
import { retainSnapshots } from './retention.ts';
import { snapshotOf } from './rows.ts';
import { verifyStored } from './verify-stored.ts';

type SnapshotMethods =
  | 'snapshots.pull'
  | 'snapshots.pullLarge'
  | 'snapshots.large'
  | 'snapshots.old'
  | 'snapshots.list'
  | 'snapshots.get'
  | 'snapshots.files'
  | 'snapshots.accept'
  | 'snapshots.verify'
  | 'snapshots.restore'
  | 'snapshots.retention'
  | 'snapshots.prune';

export function snapshotHandlers(deps: PruneDeps): Pick<Handlers, SnapshotMethods> {
  return {
    'snapshots.pull': {
      subject: (input) => `machine ${machineOf(input).instanceId}`,
      lane: (input) => `pull ${machineOf(input).instanceId}`,
      // What has arrived is kept: another engine goes on where this one stopped.
      isRestartable: true,
      run: async (input, context) => {
        const startedAt = performance.now();
        const result = await pullSnapshot(input, context, deps);
        await pruneByPolicy({ ...result, tookMs: performance.now() - startedAt }, deps);
        return result;
      },
    },
    'snapshots.pullLarge': {
      subject: (input) => `machine ${machineOf(input).instanceId}`,
      // Not the lane of the pull: it travels beside it.
      lane: (input) => `large ${machineOf(input).instanceId}`,
      isRestartable: true,
      run: (input, context) => pullLarge(input, context, deps),
    },
    'snapshots.large': ({ instanceId }) => largeFilesOf(instanceId, deps),
    'snapshots.old': async ({ instanceId = null }) => ({
      items: await deps.transfer.call('snapshots.oldCopies', { backupFolder: deps.backupFolder(), instanceId }),
    }),
    'snapshots.list': (input) => listSnapshots(input, deps),
    'snapshots.files': async ({ id, text, origin, offset, limit }) => {
      const { path } = await snapshotOf(id, deps);
      return deps.transfer.call('snapshots.files', { path, query: { text, origin: origin ?? null, offset, limit } });
    },
    'snapshots.get': async ({ id }) => {
      const item = await snapshotOf(id, deps);
      const detail = await deps.transfer.call('snapshots.detail', { path: item.path });
      return { ...item, ...detail, origins: { ...detail.origins } };
    },
    'snapshots.accept': (input, caller) => acceptSnapshot(input, caller.name, deps),
    'snapshots.verify': {
      subject: (input) => `snapshot ${input.id}`,
      lane: 'verify snapshots',
      isRestartable: true,
      run: ({ id }, context) => verifyStored(id, context, deps),
    },
    'snapshots.restore': {
      subject: (input) => `snapshot ${input.id} to machine ${machineOf(input).instanceId}`,
      lane: (input) => `pull ${machineOf(input).instanceId}`,
      isRestartable: false,
      run: (input, context) => restoreSnapshot(input, context, deps),
    },
    'snapshots.retention': (input) => retainSnapshots(input, deps),
    'snapshots.prune': {
      subject: ({ instanceId }) => `machine ${instanceId}`,
      // Not the lane of the pull, which waits for it.
      lane: 'retention',
      isRestartable: true,
      run: (input, context) => pruneMachine(input, context, deps),
    },
  };
}
