import type { Database } from '../db/database.ts';
import type { Timer } from '../instances/timer.ts';

/** Whether a machine is copied by itself, and how old its last good copy is (incident 9). */
export async function syncOf(
  deps: { readonly database: Database; readonly timer: Timer },
  instanceId: string,
): Promise<{ readonly isGood: boolean; readonly words: string }> {
  const schedule = await deps.database.read('schedule.of', { instanceId });
  if (schedule === null || !schedule.settings.isOn)
    return { isGood: false, words: 'Nothing copies this machine by itself.' };
  const { intervalMinutes } = schedule.settings;
  const slots = await deps.database.read('schedule.slots', { instanceId, limit: 200 });
  const good = slots.find((it) => it.state === 'done');
  const at = good?.finishedAt ?? null;
  if (at === null) return { isGood: false, words: `Every ${intervalMinutes} min, and no copy was good yet.` };
  const minutes = Math.round((deps.timer.now() - Date.parse(at)) / 60_000);
  return {
    isGood: minutes <= 2 * intervalMinutes,
    words: `Every ${intervalMinutes} min; the last good copy is ${minutes} min old.`,
  };
}
