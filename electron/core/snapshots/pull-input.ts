import type { SyncProfile } from '#shared/model/sync-profile.ts';
import { newId } from '../ids.ts';
import type { SnapshotDeps } from './deps.ts';
import { roomFolderOf } from './machine-of.ts';
import type { PullSpec } from './pull/pull-spec.ts';

/** What the thread of transfers works on, from what was asked. */
export function specOf(
  asked: {
    readonly instanceId: string;
    readonly profile: SyncProfile;
    readonly lane: PullSpec['lane'];
    readonly address: { readonly host: string; readonly port: number };
  },
  deps: Pick<SnapshotDeps, 'backupFolder' | 'clock' | 'version'>,
): PullSpec {
  const { instanceId, profile, lane, address } = asked;
  return {
    snapshotId: newId('snap'),
    instanceId,
    roomFolder: roomFolderOf(deps.backupFolder(), instanceId),
    items: profile.items.map(({ remote, local, excludes, required }) => ({
      remote,
      local,
      excludes,
      isRequired: required,
    })),
    largeFileBytes: profile.largeFileMib * 1024 * 1024,
    lane,
    firstPatterns: profile.first,
    nowMs: deps.clock.now(),
    tools: { room: deps.version, node: process.versions.node },
    address: { host: address.host, port: address.port },
  };
}
