import { isJobOver } from '#shared/model/job.ts';
import type { ScheduleSettings } from '#shared/model/schedule.ts';
import type { ScheduleDeps } from './deps.ts';
import { endOf, keyOf, neverBegan } from './run-slot.ts';
import type { LedgerSlot, Schedule } from './store.ts';

/** Whoever claimed a slot so short a time ago, perhaps another process, may be about to write its job or its end down. */
const handsOffMs = 60_000;
/** A machine that was seen at rest longer ago than this may have been started since: it is tried. */
const restKnownMs = 30 * 60_000;

/** Why a machine would not be copied now: it does not run. Null when it does, or when nobody knows. */
export async function pausedBecause(
  instanceId: string,
  settings: ScheduleSettings,
  { database, clock }: Pick<ScheduleDeps, 'database' | 'clock'>,
): Promise<string | null> {
  if (!settings.isOn) return 'It is switched off.';
  const entry = await database.read('instances.entry', { id: instanceId });
  // A machine outside of the fleet is copied as long as it answers.
  if (entry === null) return null;
  if (entry.goneAt !== null) return 'The machine is gone.';
  if (clock.now() - Date.parse(entry.lastSeenAt) > restKnownMs) return null;
  const { actualStatus } = entry.instance;
  return actualStatus === 'exited' || actualStatus === 'stopped' ? 'The machine is stopped.' : null;
}

/**
 * Accounts for the slot of this moment. @returns what is to be run here: that slot, or an older one that was
 * copied and whose room ended before its mirror; null when nothing is.
 */
export async function claimSlot(schedule: Schedule, deps: ScheduleDeps): Promise<LedgerSlot | null> {
  const { instanceId, settings } = schedule;
  if (!settings.isOn) return null;
  const left = await settleRunning(schedule, deps);
  if (left !== null) return left;
  return deps.database.write('schedule.claim', {
    instanceId,
    nowMs: deps.clock.now(),
    intervalMs: settings.intervalMinutes * 60_000,
    setMs: Date.parse(schedule.at),
    pausedBecause: await pausedBecause(instanceId, settings, deps),
  });
}

/**
 * Slots whose room ended meanwhile get the end that their job had; what that means is weighed by whoever asked,
 * after the copy that is due now. @returns one that is not at its end.
 */
async function settleRunning({ instanceId, settings }: Schedule, deps: ScheduleDeps): Promise<LedgerSlot | null> {
  for (const slot of await deps.database.read('schedule.running', { instanceId })) {
    if (deps.own.has(slot)) continue;
    const job = slot.jobId === null ? null : await deps.jobs.get(slot.jobId).catch(() => null);
    const isLeft = job?.state === 'queued' && deps.role === 'errand';
    if (job !== null && !isJobOver(job.state) && !isLeft) continue;
    const mirrorJob = slot.mirrorJobId === null ? null : await deps.jobs.get(slot.mirrorJobId).catch(() => null);
    if (mirrorJob?.state === 'running') continue;
    // An interrupted job was ended by the engine that opened after it, or by one that was closed: nobody has it.
    const isNobodys = job?.state === 'interrupted' || mirrorJob?.state === 'interrupted';
    const quietSince = isLeft ? slot.startedAt : (job?.finishedAt ?? slot.startedAt);
    if (!isNobodys && Math.abs(deps.clock.now() - Date.parse(quietSince ?? slot.slotAt)) < handsOffMs) continue;
    const end = job === null || isLeft ? neverBegan(deps) : endOf(job, deps);
    if (end.state === 'done' && settings.mirror) return slot;
    await deps.database.write('schedule.ended', { key: keyOf(slot), end });
    deps.emit({ name: 'schedule.changed', payload: {} });
  }
  return null;
}
