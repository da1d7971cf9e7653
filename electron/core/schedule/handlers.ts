import { hostname } from 'node:os';
import type { ScheduleItem } from '#shared/contract/schedule.ts';
import { RoomError } from '#shared/errors.ts';
import type { ScheduleSettings, ScheduleSlot } from '#shared/model/schedule.ts';
import { slotOf } from '#shared/rules/slots.ts';
import type { Handlers } from '../dispatcher.ts';
import { nowIso, type ScheduleDeps } from './deps.ts';
import { weigh } from './incidents.ts';
import { claimSlot, pausedBecause, runSlot } from './run-slot.ts';
import type { LedgerSlot, Schedule } from './store.ts';

const first: ScheduleSettings = { isOn: true, intervalMinutes: 2, profileId: null, mirror: false };

export function scheduleHandlers(deps: ScheduleDeps): Pick<Handlers, 'schedule.set' | 'schedule.list' | 'sync.once'> {
  const { database } = deps;
  return {
    'schedule.set': async ({ instanceId, isOn, ...more }, caller) => {
      const before = await database.read('schedule.of', { instanceId });
      const said = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
      const settings: ScheduleSettings = { ...(before?.settings ?? first), ...said, isOn };
      await database.write('schedule.set', {
        hostKey: hostname(),
        actor: caller.name,
        wallTime: nowIso(deps),
        set: { instanceId, settings },
      });
      await weigh(instanceId, deps);
      deps.emit({ name: 'schedule.changed', payload: {} });
      return toItem((await database.read('schedule.of', { instanceId }))!, 60, deps);
    },

    'schedule.list': async ({ slots }) => {
      const all = await database.read('schedule.all', undefined as never);
      return { items: await Promise.all(all.map((schedule) => toItem(schedule, slots, deps))) };
    },

    'sync.once': {
      subject: ({ instanceId }) => (instanceId === undefined ? 'what is due' : `machine ${instanceId}`),
      lane: 'sync once',
      // What was claimed is accounted for: the next call takes the next slot.
      isRestartable: false,
      run: async ({ instanceId }, context) => {
        const all = await database.read('schedule.all', undefined as never);
        const due = all.filter((it) => it.settings.isOn && (instanceId === undefined || it.instanceId === instanceId));
        if (due.length === 0)
          throw new RoomError(
            'not_found',
            instanceId === undefined
              ? 'No machine is copied by itself in this workspace.'
              : `Machine ${instanceId} is not copied by itself in this workspace.`,
            { hint: `Switch it on: schedule.set {"instanceId":"${instanceId ?? '<id>'}"}` },
          );
        const slots: ScheduleSlot[] = [];
        for (const schedule of due) {
          context.signal.throwIfAborted();
          const slot = await context.step(`Machine ${schedule.instanceId}`, () => runDue(schedule, deps));
          slots.push(slot);
        }
        const bad = slots.find(({ state, mirror }) => isBad(state) || mirror === 'failed');
        if (bad === undefined) return { slots };
        const because = isBad(bad.state) ? bad.because : `Copied, and not mirrored: ${bad.mirrorBecause ?? ''}`;
        throw new RoomError(bad.state === 'held' ? 'held' : 'tool_failed', `Machine ${bad.instanceId}: ${because}`, {
          details: { slots },
        });
      },
    },
  };
}

const isBad = (state: ScheduleSlot['state']): boolean =>
  state === 'failed' || state === 'held' || state === 'interrupted';

/** Runs the slot of this moment, or says what became of it already. */
async function runDue(schedule: Schedule, deps: ScheduleDeps): Promise<ScheduleSlot> {
  const claimed = await claimSlot(schedule, deps);
  if (claimed !== null) return withoutKey(await runSlot(claimed, schedule.settings, deps));
  await weigh(schedule.instanceId, deps);
  const [newest] = await deps.database.read('schedule.slots', { instanceId: schedule.instanceId, limit: 1 });
  if (newest === undefined) throw new RoomError('could_not_tell', 'Its slot could not be written down.');
  return withoutKey(newest);
}

async function toItem(schedule: Schedule, slotCount: number, deps: ScheduleDeps): Promise<ScheduleItem> {
  const { instanceId, settings, at, actor } = schedule;
  const intervalMs = settings.intervalMinutes * 60_000;
  const slots = await deps.database.read('schedule.slots', { instanceId, limit: slotCount });
  return {
    instanceId,
    settings,
    setAt: at,
    setBy: actor,
    nextSlotAt: settings.isOn ? new Date(slotOf(deps.clock.now(), intervalMs) + intervalMs).toISOString() : null,
    pausedBecause: await pausedBecause(instanceId, settings, deps),
    incident: await deps.database.read('schedule.incident', { instanceId }),
    slots: slots.map(withoutKey),
  };
}

const withoutKey = ({ era: _era, slotMs: _slotMs, ...slot }: LedgerSlot): ScheduleSlot => slot;
