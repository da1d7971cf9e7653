import { isFailure, type Stretch } from '#shared/rules/slots.ts';
import { nowIso, type ScheduleDeps } from './deps.ts';
import type { Incident, LedgerSlot } from './store.ts';

/** So many failures in a row are told by a room that stays; the first alone may be a dropped connection. */
const loudFailures = { resident: 2, errand: 1 } as const;
/** Without a good copy for so many intervals it is late. */
const lateIntervals = 3;

type JudgedSlot = Pick<
  LedgerSlot,
  'state' | 'skip' | 'because' | 'slotMs' | 'untilAt' | 'startedAt' | 'mirror' | 'mirrorBecause'
>;

/** What is wrong with the copies of a machine by its newest slots; null when nothing is. Newest first. */
export function judgeSlots(
  slots: readonly JudgedSlot[],
  facts: {
    readonly nowMs: number;
    readonly intervalMs: number;
    readonly setMs: number;
    readonly loudFailures: number;
    /** A copy or an upload is under way, and bytes flow. */
    readonly isMoving: boolean;
  },
): Pick<Incident, 'state' | 'because'> | null {
  // A machine that rests can not be late.
  if (slots[0]?.skip === 'paused') return null;
  const tried = slots.filter(({ state }) => state === 'done' || isFailure(state));
  const firstGood = tried.findIndex(({ state }) => state === 'done');
  const failures = firstGood === -1 ? tried.length : firstGood;
  if (failures >= facts.loudFailures)
    return { state: 'failing', because: `${countOf(failures, 'copy', 'copies')}. The last: ${tried[0]!.because}` };
  const mirrored = slots.filter(({ mirror }) => mirror === 'mirrored' || mirror === 'failed');
  const firstMirrored = mirrored.findIndex(({ mirror }) => mirror === 'mirrored');
  const mirrorFailures = firstMirrored === -1 ? mirrored.length : firstMirrored;
  if (mirrorFailures >= facts.loudFailures)
    return {
      state: 'failing',
      because: `${countOf(mirrorFailures, 'upload', 'uploads')}. The last: ${mirrored[0]!.mirrorBecause ?? 'no reason is known'}`,
    };
  if (facts.isMoving) return null;
  const good = tried[firstGood];
  const goodMs = Math.max(good?.startedAt == null ? 0 : Date.parse(good.startedAt), facts.setMs);
  const quietMs = facts.nowMs - goodMs - restedMs(slots, { fromMs: goodMs, untilMs: facts.nowMs }, facts.intervalMs);
  return quietMs > (lateIntervals + 1) * facts.intervalMs
    ? { state: 'late', because: `No good copy for ${Math.floor(quietMs / 60_000)} min in which it could be copied.` }
    : null;
}

const countOf = (count: number, one: string, many: string): string =>
  count === 1 ? `A ${one} failed` : `${count} ${many} in a row failed`;

/** How much of a stretch the machine rested: nobody had to copy it then. */
function restedMs(slots: readonly JudgedSlot[], { fromMs, untilMs }: Stretch, intervalMs: number): number {
  return slots
    .filter(({ skip }) => skip === 'paused')
    .map((slot) => Math.min(Date.parse(slot.untilAt) + intervalMs, untilMs) - Math.max(slot.slotMs, fromMs))
    .reduce((sum, ms) => sum + Math.max(0, ms), 0);
}

/** Opens or closes what is wrong with the copies of a machine, and tells what nobody was told. */
export async function weigh(instanceId: string, deps: ScheduleDeps): Promise<void> {
  const { database, own, tell } = deps;
  const schedule = await database.read('schedule.of', { instanceId });
  if (schedule === null) return;
  const slots = await database.read('schedule.slots', { instanceId, limit: 200 });
  const moving = await Promise.all(slots.filter(({ state }) => state === 'running').map((slot) => own.isMoving(slot)));
  const { isOn } = schedule.settings;
  const wrong = isOn
    ? judgeSlots(slots, {
        nowMs: deps.clock.now(),
        intervalMs: schedule.settings.intervalMinutes * 60_000,
        setMs: Date.parse(schedule.at),
        loudFailures: loudFailures[deps.role],
        isMoving: moving.includes(true),
      })
    : null;
  const at = nowIso(deps);
  const before = await database.read('schedule.incident', { instanceId });
  if (wrong !== null) await database.write('schedule.openIncident', { instanceId, at, ...wrong });
  else if (isGood(slots) || !isOn) {
    const wasTold = await database.write('schedule.closeIncident', { instanceId, at });
    // Whoever switches it off knows, and nothing is good again by that.
    if (wasTold && isOn) await tell.over(instanceId);
  }
  const after = await database.read('schedule.incident', { instanceId });
  if (before?.state !== after?.state) deps.emit({ name: 'schedule.changed', payload: {} });
  if (isOn) await tell.untold(instanceId);
}

/** True when the newest copy is good, and its upload if there was to be one. */
function isGood(slots: readonly LedgerSlot[]): boolean {
  const newest = slots.find(({ state }) => state === 'done' || isFailure(state));
  return newest?.state === 'done' && newest.mirror !== 'failed';
}
