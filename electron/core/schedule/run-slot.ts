import { RoomError, toErrorPayload } from '#shared/errors.ts';
import { isJobOver, type Job } from '#shared/model/job.ts';
import type { ScheduleSettings } from '#shared/model/schedule.ts';
import { nowIso, type ScheduleDeps } from './deps.ts';
import { weigh } from './incidents.ts';
import type { LedgerSlot, Schedule, SlotEnd } from './store.ts';

const caller = { actor: 'schedule', name: 'the schedule' } as const;
const noMirror = { mirror: 'off', mirrorBecause: null, mirrorJobId: null } as const;
/** A slot without a job for so long belongs to a room that ended between two lines. */
const orphanMs = 5 * 60_000;

/** Why a machine would not be copied now: it does not run. Null when it does, or when nobody knows. */
export async function pausedBecause(
  instanceId: string,
  settings: ScheduleSettings,
  { database }: Pick<ScheduleDeps, 'database'>,
): Promise<string | null> {
  if (!settings.isOn) return 'It is switched off.';
  const entry = await database.read('instances.entry', { id: instanceId });
  // A machine outside of the fleet is copied as long as it answers.
  if (entry === null) return null;
  if (entry.goneAt !== null) return 'The machine is gone.';
  const { actualStatus } = entry.instance;
  return actualStatus === 'exited' || actualStatus === 'stopped' ? 'The machine is stopped.' : null;
}

/** Accounts for the slot of this moment. @returns it when it is this room's to run; null when it is not due. */
export async function claimSlot(schedule: Schedule, deps: ScheduleDeps): Promise<LedgerSlot | null> {
  const { instanceId, settings } = schedule;
  if (!settings.isOn) return null;
  await settleRunning(instanceId, deps);
  return deps.database.write('schedule.claim', {
    instanceId,
    nowMs: deps.clock.now(),
    intervalMs: settings.intervalMinutes * 60_000,
    setMs: Date.parse(schedule.at),
    pausedBecause: await pausedBecause(instanceId, settings, deps),
  });
}

/**
 * Runs a slot that was claimed: a pull, then its mirror; both are jobs of their own. What happens to either
 * is written into the ledger, never thrown. @returns the slot as it ended.
 */
export async function runSlot(
  claimed: LedgerSlot,
  settings: ScheduleSettings,
  deps: ScheduleDeps,
): Promise<LedgerSlot> {
  const { database, jobs } = deps;
  let slot = claimed;
  let end: SlotEnd;
  try {
    const input = {
      instanceId: slot.instanceId,
      ...(settings.profileId === null ? {} : { profileId: settings.profileId }),
    };
    const jobId = await startJob('snapshots.pull', input, deps);
    await database.write('schedule.began', { ...keyOf(slot), jobId });
    slot = { ...claimed, jobId };
    deps.emit({ name: 'schedule.changed', payload: {} });
    const pull = await jobs.waitFor(jobId);
    // Handed over to another engine: its end is written down by whoever looks next.
    if (!isJobOver(pull.state)) return slot;
    end = endOf(pull, deps);
    if (end.state === 'done' && settings.mirror) end = { ...end, ...(await mirrorOf(end, deps)) };
  } catch (thrown) {
    const { message } = toErrorPayload(thrown);
    end = { state: 'failed', because: message, finishedAt: nowIso(deps), snapshotId: null, ...noMirror };
  }
  return finish(slot, end, deps);
}

async function finish(slot: LedgerSlot, end: SlotEnd, deps: ScheduleDeps): Promise<LedgerSlot> {
  await deps.database.write('schedule.ended', { key: keyOf(slot), end });
  await weigh(slot.instanceId, deps);
  deps.emit({ name: 'schedule.changed', payload: {} });
  return { ...slot, ...end };
}

/** Slots whose room ended while their copy was under way get the end that their job had. */
async function settleRunning(instanceId: string, deps: ScheduleDeps): Promise<void> {
  for (const slot of await deps.database.read('schedule.running', { instanceId })) {
    const job = slot.jobId === null ? null : await deps.jobs.get(slot.jobId).catch(() => null);
    if (job !== null && !isJobOver(job.state)) continue;
    const startedMs = Date.parse(slot.startedAt ?? slot.slotAt);
    // Whoever claimed it a moment ago, perhaps another process, may be about to write its job or its end down.
    const quietSinceMs = job === null ? startedMs : Date.parse(job.finishedAt ?? slot.slotAt);
    if (Math.abs(deps.clock.now() - quietSinceMs) < orphanMs) continue;
    const end: SlotEnd =
      job === null
        ? {
            state: 'interrupted',
            because: 'The room ended before its copy began.',
            finishedAt: nowIso(deps),
            snapshotId: null,
            ...noMirror,
          }
        : endOf(job, deps);
    await finish(slot, end, deps);
  }
}

function endOf(job: Job, deps: ScheduleDeps): SlotEnd {
  const finishedAt = job.finishedAt ?? nowIso(deps);
  const message = job.error?.message ?? `Its job ended ${job.state}.`;
  const failed = { because: message, finishedAt, snapshotId: null, ...noMirror };
  if (job.state === 'succeeded') {
    const { id, outcome } = (job.result ?? {}) as { readonly id?: string; readonly outcome?: string };
    const because =
      outcome === 'unchanged' ? 'Nothing had changed: compared and found equal.' : 'A new snapshot, verified.';
    return { state: 'done', because, finishedAt, snapshotId: id ?? null, ...noMirror };
  }
  if (job.state === 'cancelled') return { ...failed, state: 'skipped', because: 'A person cancelled it.' };
  if (job.state === 'interrupted') return { ...failed, state: 'interrupted' };
  return { ...failed, state: job.error?.code === 'held' ? 'held' : 'failed' };
}

async function mirrorOf(
  { snapshotId }: Pick<SlotEnd, 'snapshotId'>,
  deps: ScheduleDeps,
): Promise<Pick<SlotEnd, 'mirror' | 'mirrorBecause' | 'mirrorJobId'>> {
  if (snapshotId === null) return noMirror;
  const there = await deps.database.read('mirror.mirroredIds', undefined as never);
  if (there.includes(snapshotId))
    return { mirror: 'mirrored', mirrorBecause: 'The bucket had it already.', mirrorJobId: null };
  let mirrorJobId: string | null = null;
  try {
    mirrorJobId = await startJob('mirror.push', { snapshotId }, deps);
    const push = await deps.jobs.waitFor(mirrorJobId);
    return push.state === 'succeeded'
      ? { mirror: 'mirrored', mirrorBecause: null, mirrorJobId }
      : { mirror: 'failed', mirrorBecause: push.error?.message ?? `Its job ended ${push.state}.`, mirrorJobId };
  } catch (thrown) {
    return { mirror: 'failed', mirrorBecause: toErrorPayload(thrown).message, mirrorJobId };
  }
}

async function startJob(method: 'snapshots.pull' | 'mirror.push', input: unknown, deps: ScheduleDeps): Promise<string> {
  const answer = await deps.call(method, input, caller);
  if (!answer.ok) throw RoomError.fromPayload(answer.error);
  return (answer.value as { readonly jobId: string }).jobId;
}

const keyOf = ({ instanceId, era, slotMs }: LedgerSlot) => ({ instanceId, era, slotMs });
