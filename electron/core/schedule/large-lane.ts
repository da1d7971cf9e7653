import type { Job } from '#shared/model/job.ts';
import type { ScheduleSettings } from '#shared/model/schedule.ts';
import { largeJobOf } from '../snapshots/large-files.ts';
import { scheduleCaller, type ScheduleDeps } from './deps.ts';
import type { LedgerSlot } from './store.ts';

/** An errand leaves this much of a slot's time to whoever runs the next one. */
const marginMs = 15_000;

/**
 * Starts the lane of large files beside a slot when the slot's copy left some pending and their own interval is over.
 * A resident room lets it go on beside its slots; an errand gives it what is left of the time of this one, and the
 * next errand goes on from there. @returns the job; null when none was started.
 */
export async function startLargeWhenDue(
  slot: LedgerSlot,
  pull: Job,
  settings: ScheduleSettings,
  deps: ScheduleDeps,
): Promise<string | null> {
  const { pending = [] } = (pull.result ?? {}) as { readonly pending?: readonly unknown[] };
  const { instanceId } = slot;
  if (pending.length === 0 || (await largeJobOf(instanceId, deps)) !== null) return null;
  const last = await deps.database.read('snapshots.lastLargeCopy', { instanceId });
  const nowMs = deps.clock.now();
  const isDue =
    last === null ||
    last.outcome === 'cut' ||
    nowMs - Date.parse(last.finishedAt) >= deps.largeEveryMs(settings.profileId);
  if (!isDue) return null;
  const leftMs = slot.slotMs + settings.intervalMinutes * 60_000 - marginMs - nowMs;
  const answer = await deps.call(
    'snapshots.pullLarge',
    {
      instanceId,
      ...(settings.profileId === null ? {} : { profileId: settings.profileId }),
      ...(deps.role === 'errand' ? { limitSeconds: Math.max(10, Math.round(leftMs / 1000)) } : {}),
    },
    scheduleCaller,
  );
  // Its own job says what went wrong; a slot is judged by its copy.
  return answer.ok ? (answer.value as { readonly jobId: string }).jobId : null;
}
