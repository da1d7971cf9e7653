import { RoomError, toErrorPayload } from '#shared/errors.ts';
import { isJobOver, type Job } from '#shared/model/job.ts';
import type { ScheduleSettings } from '#shared/model/schedule.ts';
import { nowIso, scheduleCaller, type ScheduleDeps } from './deps.ts';
import { weigh } from './incidents.ts';
import { startLargeWhenDue } from './large-lane.ts';
import type { LedgerSlot, SlotEnd, SlotKey } from './store.ts';

const noMirror = { mirror: 'off', mirrorBecause: null, mirrorJobId: null } as const;

/**
 * Runs a slot that was claimed, or goes on with one whose room has ended: a pull, then its mirror; both are jobs
 * of their own. What happens to either is written into the ledger, never thrown. @returns the slot as it ended.
 */
export async function runSlot(
  claimed: LedgerSlot,
  settings: ScheduleSettings,
  deps: ScheduleDeps,
): Promise<LedgerSlot> {
  const { own } = deps;
  own.add(claimed);
  try {
    const { slot, end, largeJobId } = await copyAndMirror(claimed, settings, deps);
    const ended = end === null ? slot : await finishSlot(slot, end, deps);
    // A job ends with its room, and an errand's room is about to.
    if (largeJobId !== null && deps.role === 'errand') await deps.jobs.waitFor(largeJobId);
    return ended;
  } finally {
    own.remove(claimed);
  }
}

/** The slot with its job, and how it ended: null when that was handed to another engine, which writes its end down. */
async function copyAndMirror(
  claimed: LedgerSlot,
  settings: ScheduleSettings,
  deps: ScheduleDeps,
): Promise<{ slot: LedgerSlot; end: SlotEnd | null; largeJobId: string | null }> {
  let slot = claimed;
  let largeJobId: string | null = null;
  try {
    const jobId = slot.jobId ?? (await startCopy(slot, settings, deps));
    slot = { ...slot, jobId };
    const pull = await deps.jobs.waitFor(jobId);
    if (!isJobOver(pull.state)) return { slot, end: null, largeJobId };
    const end = endOf(pull, deps);
    if (end.state === 'done') largeJobId = await startLargeWhenDue(slot, pull, settings, deps);
    if (end.state !== 'done' || !settings.mirror || end.snapshotId === null) return { slot, end, largeJobId };
    const mirror = await mirrorOf(slot, end.snapshotId, deps);
    return { slot, end: mirror === null ? null : { ...end, ...mirror }, largeJobId };
  } catch (thrown) {
    const { message } = toErrorPayload(thrown);
    return {
      slot,
      end: { state: 'failed', because: message, finishedAt: nowIso(deps), snapshotId: null, ...noMirror },
      largeJobId,
    };
  }
}

async function startCopy(slot: LedgerSlot, settings: ScheduleSettings, deps: ScheduleDeps): Promise<string> {
  const jobId = await startJob(
    'snapshots.pull',
    {
      instanceId: slot.instanceId,
      lane: 'small',
      ...(settings.profileId === null ? {} : { profileId: settings.profileId }),
    },
    deps,
  );
  await deps.database.write('schedule.began', { ...keyOf(slot), jobId });
  deps.emit({ name: 'schedule.changed', payload: {} });
  return jobId;
}

/** Writes down how a slot ended, and weighs what that means. */
async function finishSlot(slot: LedgerSlot, end: SlotEnd, deps: ScheduleDeps): Promise<LedgerSlot> {
  await deps.database.write('schedule.ended', { key: keyOf(slot), end });
  await weigh(slot.instanceId, deps);
  deps.emit({ name: 'schedule.changed', payload: {} });
  if (end.state === 'done' && end.mirror !== 'failed') await beatWhenAllIsWell(deps);
  return { ...slot, ...end };
}

/** One machine's good copy must not drown another one's silence: nothing is said while anything is wrong. */
async function beatWhenAllIsWell({ database, beat }: ScheduleDeps): Promise<void> {
  for (const { instanceId, settings } of await database.read('schedule.all', undefined as never))
    if (settings.isOn && (await database.read('schedule.incident', { instanceId })) !== null) return;
  await beat('good');
}

/** What the end of its copy's job makes of a slot. */
export function endOf(job: Job, deps: Pick<ScheduleDeps, 'clock'>): SlotEnd {
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

/** A slot that no copy was begun for, because its room ended before. */
export function neverBegan(deps: Pick<ScheduleDeps, 'clock'>): SlotEnd {
  return {
    state: 'interrupted',
    because: 'The room ended before its copy was done.',
    finishedAt: nowIso(deps),
    snapshotId: null,
    ...noMirror,
  };
}

/** The upload of a good copy; null when it was handed to another engine. */
async function mirrorOf(
  slot: LedgerSlot,
  snapshotId: string,
  deps: ScheduleDeps,
): Promise<Pick<SlotEnd, 'mirror' | 'mirrorBecause' | 'mirrorJobId'> | null> {
  const { database, jobs } = deps;
  const there = await database.read('mirror.mirroredIds', undefined as never);
  if (there.includes(snapshotId))
    return { mirror: 'mirrored', mirrorBecause: 'The bucket had it already.', mirrorJobId: slot.mirrorJobId };
  let { mirrorJobId } = slot;
  try {
    const begun = mirrorJobId === null ? null : await jobs.get(mirrorJobId).catch(() => null);
    // One that ended without the bucket having it is done anew.
    if (begun === null || isJobOver(begun.state)) mirrorJobId = await startMirror(slot, snapshotId, deps);
    const push = await jobs.waitFor(mirrorJobId!);
    if (!isJobOver(push.state)) return null;
    return push.state === 'succeeded'
      ? { mirror: 'mirrored', mirrorBecause: null, mirrorJobId }
      : { mirror: 'failed', mirrorBecause: push.error?.message ?? `Its job ended ${push.state}.`, mirrorJobId };
  } catch (thrown) {
    return { mirror: 'failed', mirrorBecause: toErrorPayload(thrown).message, mirrorJobId };
  }
}

async function startMirror(slot: LedgerSlot, snapshotId: string, deps: ScheduleDeps): Promise<string> {
  const mirrorJobId = await startJob('mirror.push', { snapshotId }, deps);
  await deps.database.write('schedule.mirroring', { ...keyOf(slot), mirrorJobId });
  return mirrorJobId;
}

async function startJob(method: 'snapshots.pull' | 'mirror.push', input: unknown, deps: ScheduleDeps): Promise<string> {
  const answer = await deps.call(method, input, scheduleCaller);
  if (!answer.ok) throw RoomError.fromPayload(answer.error);
  return (answer.value as { readonly jobId: string }).jobId;
}

export const keyOf = ({ instanceId, era, slotMs }: LedgerSlot): SlotKey => ({ instanceId, era, slotMs });
