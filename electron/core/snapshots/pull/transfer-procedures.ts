import type { AuthMaterial, ConnectPlan } from '../../ssh/connect-plan.ts';
import type { ProcedureContext } from '../../threads/rpc.ts';
import { createConnectionKeeper } from './bulk-connection.ts';
import { runLarge, type LargeOutcome, type LargeProgress } from './run-large.ts';
import type { PullOutcome, PullProgress, PullSpec } from './pull-spec.ts';
import { runPull } from './run-pull.ts';
import { pushTree, type PushInput, type PushResult } from '../push/push-tree.ts';
import { acceptTag } from '../store/accept-tag.ts';
import { arrivedBytes } from '../store/arrivals.ts';
import { layoutOf } from '../store/layout.ts';
import { scanRoom } from '../store/manifest-file.ts';
import { listOldCopies } from '../store/old-copies.ts';
import { readSnapshotDetail, type SnapshotDetail } from '../store/snapshot-detail.ts';
import { bytesOnDisk } from '../store/bytes-on-disk.ts';
import { readSnapshotFiles, type FileQuery } from '../store/snapshot-files.ts';
import { removeSnapshot } from '../store/remove-snapshot.ts';
import { verifySnapshot, type AtRest } from '../store/verify-at-rest.ts';

const connections = createConnectionKeeper();
/** Of their own: the small files of every slot must find sessions that are free. */
const largeConnections = createConnectionKeeper();
const reportEveryMs = 250;

/** Pulls run in a thread of their own: decryption and small files would stall whoever shares it. */
export const transferProcedures = {
  'transfer.pull': async (
    input: { readonly spec: PullSpec; readonly plan: ConnectPlan; readonly auth: AuthMaterial },
    { signal, emit }: ProcedureContext,
  ): Promise<PullOutcome> => {
    const { spec, plan, auth } = input;
    let reportedAt = 0;
    let step = '';
    let isTelling = false;
    const report = (progress: PullProgress): void => {
      const now = performance.now();
      if (isTelling || (progress.step === step && now - reportedAt < reportEveryMs)) return;
      reportedAt = now;
      step = progress.step;
      isTelling = true;
      void emit(progress)
        .catch(() => undefined)
        .finally(() => {
          isTelling = false;
        });
    };
    try {
      return await runPull(spec, { connect: () => connections.take(plan, auth, signal), signal, report });
    } finally {
      connections.giveBack(plan);
    }
  },

  'transfer.large': async (
    input: { readonly spec: PullSpec; readonly plan: ConnectPlan; readonly auth: AuthMaterial },
    { signal, emit }: ProcedureContext,
  ): Promise<LargeOutcome> => {
    const { spec, plan, auth } = input;
    let reportedAt = 0;
    const report = (progress: LargeProgress): void => {
      const now = performance.now();
      if (reportedAt !== 0 && now - reportedAt < reportEveryMs) return;
      reportedAt = now;
      void emit(progress).catch(() => undefined);
    };
    try {
      return await runLarge(spec, { connect: () => largeConnections.take(plan, auth, signal), signal, report });
    } finally {
      largeConnections.giveBack(plan);
    }
  },

  /** Bytes of large files that have come beside the pulls, by remote path. */
  'snapshots.arrivedBytes': (input: { readonly roomFolder: string }): Record<string, number> =>
    arrivedBytes(layoutOf(input.roomFolder)),

  'transfer.restore': async (
    input: PushInput & { readonly plan: ConnectPlan; readonly auth: AuthMaterial },
    { signal, emit }: ProcedureContext,
  ): Promise<PushResult> => {
    const { plan, auth, ...push } = input;
    try {
      return await pushTree(push, () => connections.take(plan, auth, signal), signal, emit);
    } finally {
      connections.giveBack(plan);
    }
  },

  'snapshots.scan': (input: { readonly roomFolder: string; readonly knownTags: readonly string[] }) =>
    scanRoom(input.roomFolder, input.knownTags),

  'snapshots.detail': (input: { readonly path: string }): SnapshotDetail => readSnapshotDetail(input.path),

  'snapshots.oldCopies': (input: { readonly backupFolder: string; readonly instanceId: string | null }) =>
    listOldCopies(input.backupFolder, input.instanceId),

  'snapshots.acceptTag': (input: Parameters<typeof acceptTag>[0]): null => acceptTag(input),

  'snapshots.ownBytes': (input: { readonly paths: readonly string[] }): number => bytesOnDisk(input.paths).ownBytes,

  'snapshots.files': (input: { readonly path: string; readonly query: FileQuery }) =>
    readSnapshotFiles(input.path, input.query),

  'snapshots.remove': (input: Parameters<typeof removeSnapshot>[0]): null => removeSnapshot(input),

  /** Hashes every file of a stored snapshot again. */
  'transfer.verify': async (
    input: { readonly path: string; readonly manifestSha256: string | null },
    { signal, emit }: ProcedureContext,
  ): Promise<AtRest> => verifySnapshot(input, signal, (done) => emit(done)),
};
