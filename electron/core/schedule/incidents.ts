import { nowIso, type ScheduleDeps } from './deps.ts';
import type { Incident, LedgerSlot } from './store.ts';

/** So many failures in a row are told; the first alone may be a dropped connection. */
const loudFailures = 2;
/** Without a good copy for so many intervals it is late. */
const lateIntervals = 3;

/** What is wrong with the copies of a machine by its newest slots; null when nothing is. Newest first. */
export function judgeSlots(
  slots: readonly LedgerSlot[],
  facts: { readonly nowMs: number; readonly intervalMs: number; readonly setMs: number },
): Pick<Incident, 'state' | 'because'> | null {
  const [newest] = slots;
  // A machine that rests can not be late.
  if (newest?.state === 'skipped' && slots.every((slot) => slot.state !== 'running') && !isBackOff(slots)) return null;
  const tried = slots.filter(({ state }) => state === 'done' || state === 'failed' || state === 'held');
  const firstGood = tried.findIndex(({ state }) => state === 'done');
  const failures = firstGood === -1 ? tried.length : firstGood;
  if (failures >= loudFailures)
    return { state: 'failing', because: `${failures} copies in a row failed. The last: ${tried[0]!.because}` };
  const mirrored = slots.filter(({ mirror }) => mirror === 'mirrored' || mirror === 'failed');
  const firstMirrored = mirrored.findIndex(({ mirror }) => mirror === 'mirrored');
  const mirrorFailures = firstMirrored === -1 ? mirrored.length : firstMirrored;
  if (mirrorFailures >= loudFailures)
    return {
      state: 'failing',
      because: `${mirrorFailures} uploads in a row failed. The last: ${mirrored[0]!.mirrorBecause ?? 'no reason is known'}`,
    };
  const goodMs = Date.parse(tried[firstGood]?.startedAt ?? new Date(facts.setMs).toISOString());
  if (slots.some(({ state }) => state === 'running')) return null;
  const quietMs = facts.nowMs - Math.max(goodMs, facts.setMs);
  return quietMs > (lateIntervals + 1) * facts.intervalMs
    ? { state: 'late', because: `No good copy for ${Math.floor(quietMs / 60_000)} min.` }
    : null;
}

/** Skipped because it failed before: that is no rest. */
const isBackOff = (slots: readonly LedgerSlot[]): boolean => {
  const before = slots.find(({ state }) => state !== 'skipped');
  return before?.state === 'failed' || before?.state === 'held';
};

/** Opens or closes what is wrong with the copies of a machine, and tells each once. */
export async function weigh(instanceId: string, deps: ScheduleDeps): Promise<void> {
  const { database, notify } = deps;
  const schedule = await database.read('schedule.of', { instanceId });
  if (schedule === null) return;
  const slots = await database.read('schedule.slots', { instanceId, limit: 100 });
  const wrong = schedule.settings.isOn
    ? judgeSlots(slots, {
        nowMs: deps.clock.now(),
        intervalMs: schedule.settings.intervalMinutes * 60_000,
        setMs: Date.parse(schedule.at),
      })
    : null;
  const at = nowIso(deps);
  const entry = await database.read('instances.entry', { id: instanceId });
  const name = entry?.instance.label ?? `machine ${instanceId}`;
  if (wrong !== null) {
    if (await database.write('schedule.openIncident', { instanceId, at, ...wrong }))
      notify({
        title: wrong.state === 'late' ? `Copies are late: ${name}` : `Copies fail: ${name}`,
        body: wrong.because,
        urgency: 'critical',
      });
  } else if (slots[0]?.state === 'done' || !schedule.settings.isOn) {
    if (await database.write('schedule.closeIncident', { instanceId, at }))
      notify({ title: `Copied again: ${name}`, body: 'The newest copy is good.', urgency: 'normal' });
  }
}
