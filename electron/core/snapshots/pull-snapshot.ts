import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import type { PullAttempt } from '#shared/contract/snapshots.ts';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { nowIso, type SnapshotDeps } from './deps.ts';
import { machineOf } from './machine-of.ts';
import { chooseProfile } from './profiles.ts';
import { specOf } from './pull-input.ts';
import type { PullOutcome, PullProgress } from './pull/pull-spec.ts';
import { recordOf, reconcileRows, snapshotOf } from './rows.ts';

type PullInput = MethodParsedInput<'snapshots.pull'>;
type PullResult = MethodOutput<'snapshots.pull'>;

/**
 * Pulls a machine and keeps what became of it, good or not: the attempt is a row, whatever ends it.
 * @throws RoomError held when the source shrank (what is there is stored all the same); job_conflict, path_missing,
 * disk_full, and what SSH throws.
 */
export async function pullSnapshot(input: PullInput, context: JobContext, deps: SnapshotDeps): Promise<PullResult> {
  const startedAt = nowIso(deps);
  const { instanceId } = machineOf(input);
  const note = async (end: Pick<PullAttempt, 'outcome' | 'code' | 'message' | 'transferredBytes'>): Promise<void> => {
    const attempt = { jobId: context.jobId, instanceId, startedAt, finishedAt: nowIso(deps), ...end };
    await deps.database.write('snapshots.noteAttempt', attempt);
    deps.emit({ name: 'snapshots.changed', payload: {} });
  };
  try {
    const result = await pull(input, context, deps);
    await note({ outcome: result.outcome, code: null, message: null, transferredBytes: result.transferredBytes });
    return result;
  } catch (thrown) {
    const { code, message } = toErrorPayload(thrown);
    const outcome = code === 'held' ? 'held' : context.signal.aborted ? 'cancelled' : 'failed';
    // The failure itself must reach the job, also when the row of the attempt can not be written.
    await note({ outcome, code, message, transferredBytes: null }).catch(() => undefined);
    throw thrown;
  }
}

async function pull(input: PullInput, context: JobContext, deps: SnapshotDeps): Promise<PullResult> {
  const { signal } = context;
  const { database, ssh, transfer } = deps;
  const { instanceId, target } = machineOf(input);
  const profile = chooseProfile(input, deps);

  const { plan, auth } = await context.step('Connect', async () => {
    const { endpoint } = await ssh.shell.connected(target, signal);
    context.detail(`${endpoint.host}:${endpoint.port}`);
    return ssh.prepare(target);
  });
  const address = plan.endpoints[0] ?? { host: '', port: 0 };
  const spec = specOf({ instanceId, profile, lane: input.lane, address }, deps);
  const outcome = await context.step('Copy what is new and compare it', () =>
    transfer.call('transfer.pull', { spec, plan, auth }, { signal, onPart: tellProgress(context) }),
  );
  const unchangedAt = outcome.kind === 'unchanged' ? nowIso(deps) : null;
  await context.step('Note it', async () => {
    const isCurrent = outcome.held.length === 0;
    await database.write('snapshots.save', recordOf(instanceId, outcome.snapshot, { isCurrent, unchangedAt }));
    await reconcileRows(instanceId, deps);
    context.detail(sayOutcome(outcome));
  });
  const item = await snapshotOf(outcome.snapshot.id, deps);
  if (outcome.held.length > 0) {
    throw new RoomError(
      'held',
      `The pull of machine ${instanceId} is held. ${outcome.held.map((reason) => reason.message).join(' ')} What is there was stored; the snapshot before stays the current one.`,
      {
        hint: `Look at the machine. When this is right: snapshots.accept {"id":"${item.id}","confirm":"${instanceId}"}.`,
        details: { snapshot: item, reasons: outcome.held },
      },
    );
  }
  const imported = outcome.kind === 'unchanged' ? null : await importRuns(item.path, context, deps);
  return {
    ...item,
    outcome: outcome.kind,
    transferredBytes: outcome.transferredBytes,
    resumedBytes: outcome.resumedBytes,
    remoteClockAt: toIso(outcome.remoteClockMs),
    imported,
  };
}

/** Null for a moment that no calendar has: a machine's clock may say anything. */
function toIso(ms: number | null): string | null {
  const date = new Date(ms ?? Number.NaN);
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || date.getUTCFullYear() < 0
    ? null
    : date.toISOString();
}

/** A snapshot whose runs can not be read is a good snapshot: what is wrong with the runs is said. */
async function importRuns(path: string, context: JobContext, deps: SnapshotDeps): Promise<PullResult['imported']> {
  try {
    const { runCount } = await deps.importRuns(path, context);
    return { runCount, problem: null };
  } catch (thrown) {
    context.signal.throwIfAborted();
    const { code, message } = toErrorPayload(thrown);
    return { runCount: 0, problem: code === 'no_run_found' ? null : message };
  }
}

const words: Readonly<Record<PullProgress['step'], string>> = {
  list: 'Listing what the machine has',
  compare: 'Comparing',
  copy: 'Copying',
  verify: 'Comparing with the machine',
  store: 'Putting it into place',
};

function tellProgress(context: JobContext): (progress: PullProgress) => void {
  return ({ step, doneBytes, totalBytes, detail }) => {
    context.detail(detail === '' ? words[step] : `${words[step]}: ${detail}`);
    if (totalBytes > 0)
      context.progress({
        done: Math.min(doneBytes, totalBytes),
        total: totalBytes,
        unit: 'bytes',
        message: words[step],
      });
  };
}

function sayOutcome({ kind, snapshot, transferredBytes }: PullOutcome): string {
  if (kind === 'unchanged') return `Nothing changed: ${snapshot.fileCount} files are what the machine has.`;
  return `${snapshot.fileCount} files verified, ${(transferredBytes / 1e6).toFixed(1)} MB copied.`;
}
