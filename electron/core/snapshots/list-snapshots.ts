import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import type { MachineSnapshots, PullAttempt } from '#shared/contract/snapshots.ts';
import { judgeFreshness } from '#shared/rules/freshness.ts';
import type { LedgerEntry } from '../instances/store.ts';
import { nowIso, type SnapshotDeps } from './deps.ts';

const attemptsRead = 50;
const usualMinutes = 2;

/** Snapshots and, for each machine, what its last pulls say of how fresh they are. */
export async function listSnapshots(
  input: MethodParsedInput<'snapshots.list'>,
  deps: SnapshotDeps,
): Promise<MethodOutput<'snapshots.list'>> {
  const { database } = deps;
  const instanceId = input.instanceId ?? null;
  const list = await database.read('snapshots.list', { instanceId, limit: input.limit });
  const all = await database.read('snapshots.machines', undefined as never);
  const ids = instanceId === null ? all : all.filter((id) => id === instanceId);
  const machines = await Promise.all(
    ids.map(async (id) => machineSnapshots(id, (input.intervalMinutes ?? (await intervalOf(id, deps))) * 60_000, deps)),
  );
  return { ...list, machines };
}

/** Minutes between the copies of a machine by its schedule; the usual ones where it has none. */
async function intervalOf(instanceId: string, { database }: Pick<SnapshotDeps, 'database'>): Promise<number> {
  const schedule = await database.read('schedule.of', { instanceId });
  return schedule?.settings.intervalMinutes ?? usualMinutes;
}

/** How fresh the newest snapshot of a machine is, told by its pulls. */
export async function machineSnapshots(
  instanceId: string,
  intervalMs: number,
  deps: Pick<SnapshotDeps, 'database' | 'clock'>,
): Promise<MachineSnapshots> {
  const { database } = deps;
  const attempts = await database.read('snapshots.attempts', { instanceId, limit: attemptsRead });
  const counted = attempts.filter((attempt) => attempt.outcome !== 'cancelled' && attempt.code !== 'job_conflict');
  const firstGood = counted.findIndex(isGood);
  const failuresInRow = firstGood === -1 ? counted.length : firstGood;
  // The copy shows the machine as it was when the pull began, not when it ended.
  const lastGoodAt = counted[firstGood]?.startedAt ?? null;
  const entry = await database.read('instances.entry', { id: instanceId });
  const isRunning = runningOf(entry);
  const freshness = judgeFreshness({
    now: nowIso(deps),
    intervalMs,
    lastGoodAt,
    failuresInRow,
    lastByteAt: (await isTransferring(instanceId, database)) ? nowIso(deps) : null,
    isRunning,
    stoppedAt: isRunning === false ? (entry?.goneAt ?? entry?.actualSince ?? null) : null,
  });
  const facts = { instanceId, lastGoodAt, failuresInRow, lastAttempt: attempts[0] ?? null };
  const damage = (await database.read('snapshots.current', { instanceId }))?.damage ?? null;
  if (damage === null) return { ...facts, freshness };
  const because = `The newest snapshot is damaged: ${damage.fileCount} of its files are not what was stored.`;
  return { ...facts, freshness: { ...freshness, state: 'failing', because } };
}

/** True while a pull of the machine is given bytes. */
async function isTransferring(instanceId: string, database: SnapshotDeps['database']): Promise<boolean> {
  const open = await database.read('jobs.open', undefined as never);
  return open.some(
    (job) =>
      job.kind === 'snapshots.pull' &&
      job.subject === `machine ${instanceId}` &&
      job.progress?.unit === 'bytes' &&
      (job.progress.ratePerSecond ?? 0) > 0,
  );
}

/** Null for a machine that the provider does not list, or of which it does not say. */
function runningOf(entry: LedgerEntry | null): boolean | null {
  if (entry === null) return null;
  if (entry.goneAt !== null) return false;
  const status = entry.instance.actualStatus;
  if (status === 'running') return true;
  return status === 'exited' || status === 'stopped' ? false : null;
}

const isGood = (attempt: PullAttempt): boolean => attempt.outcome === 'taken' || attempt.outcome === 'unchanged';
